import { expect, onTestFinished } from 'vitest';
import { perform } from '../../drill/perform.ts';
import type { Play } from '../../drill/play.ts';
import { crashLeak } from '../../drill/plays/crash-leak.ts';
import { exporterRestart } from '../../drill/plays/exporter-restart.ts';
import { healthyHour } from '../../drill/plays/healthy-hour.ts';
import { noisyNeighbour } from '../../drill/plays/noisy-neighbour.ts';
import { reloadLeak } from '../../drill/plays/reload-leak.ts';
import { semmns } from '../../drill/plays/semmns.ts';
import type { ReceivedAlert } from '../support/alert-receiver.ts';
import { needs } from '../support/needs.ts';

const { describe, it } = needs(
  'namespaces',
  'nsenter',
  'setpriv',
  'perl',
  'ipcs',
  'apache2',
  'prometheus',
  'prometheus-alertmanager',
);

const TIMEOUT_MS = 240_000;

describe('the drill', () => {
  it(
    'announces a crash leak before the first failed start, and on-call mends it without harm',
    async () => {
      const { facts, told } = await played(crashLeak);
      const { failed, received, leaked, mends, neighbour, startedAgain } = facts;

      const [first, second, ...rest] = storyOf(received);
      expect(first?.news).toBe('warning firing at tickets');
      expect(second?.news).toBe('critical firing at on-call');
      expect(first?.at).toBeLessThan(failed.at);
      expect(second?.at).toBeLessThan(failed.at);
      expect(rest.map(({ news }) => news).sort()).toEqual([
        'critical resolved at on-call',
        'warning resolved at tickets',
      ]);

      expect(failed.serves).toBe(false);
      expect(failed.log.join('\n')).toMatch(
        /^\(28\)No space left on device: AH00023: Couldn't create the .* mutex$/m,
      );
      const removed = mends.flatMap((mend) => mend.removed);
      expect(leaked).toEqual(expect.arrayContaining(removed));
      expect(leaked.length).toBeGreaterThanOrEqual(30);
      for (const { left } of mends) expect(left).toEqual(expect.arrayContaining([...neighbour.semids]));
      expect(startedAgain.serves).toBe(true);

      expect(told).toContain('THE START FAILS: exit status 0, but no server');
      for (const line of told.split('\n')) expect(line.length, line).toBeLessThanOrEqual(100);
      // A terminal's colours are for a terminal.
      expect(told).not.toContain('\u001b');
    },
    TIMEOUT_MS,
  );

  it(
    'announces a reload leak before a reload kills the running server',
    async () => {
      const { facts, told } = await played(reloadLeak);
      expect(facts.failed).toMatchObject({ what: 'reload', serves: false });
      expect(facts.servedAfterFailure).toBe(false);
      expect(facts.failed.log).toContain('AH00020: Configuration Failed, exiting');
      expect(facts.plannedWhileAlive).toBe(0);
      expect(told).toContain('THE RELOAD FAILS');
    },
    TIMEOUT_MS,
  );

  it(
    'announces that semaphores run out where there is room for many more sets',
    async () => {
      const { facts } = await played(semmns);
      expect(namesOf(facts.received)).toContain('SysvsemSemaphoresNearLimit');
      expect(namesOf(facts.received)).not.toContain('SysvsemSetsNearLimit');
    },
    TIMEOUT_MS,
  );

  it(
    'goes on where it was after the exporter was restarted in the middle',
    async () => {
      const { facts } = await played(exporterRestart);
      expect(facts.before.startDemand).toBe(5);
      expect(facts.after.startDemand).toBe(5);
      expect(facts.after.orphans).toBeGreaterThan(0);
    },
    TIMEOUT_MS,
  );

  it(
    'announces that a neighbour has eaten the limit, to on-call only, while Apache serves',
    async () => {
      const { facts } = await played(noisyNeighbour);
      expect(storyOf(facts.received).map(({ news }) => news)).toEqual([
        'critical firing at on-call',
        'critical resolved at on-call',
      ]);
    },
    TIMEOUT_MS,
  );

  it(
    'is silent through a healthy hour',
    async () => {
      const { facts } = await played(healthyHour);
      expect(facts.fired).toEqual(['SysvsemPrivateNamespace']);
      expect(facts.changes.length).toBeGreaterThan(5);
    },
    TIMEOUT_MS,
  );
});

/** Performs a play, and expects it to show all that it shall. */
async function played<Facts>(play: Play<Facts>): Promise<{ facts: Facts; told: string }> {
  const lines: string[] = [];
  const print = (line: string) => lines.push(line);
  const { facts, claims } = await perform(play, onTestFinished, { print, colours: false });
  const told = lines.join('\n');
  expect(
    claims.filter(({ holds }) => !holds),
    told,
  ).toEqual([]);
  expect(claims.length).toBeGreaterThan(3);
  return { facts, told };
}

/** What was heard of SysvsemApacheStartAtRisk and when, less what was repeated. */
function storyOf(received: readonly ReceivedAlert[]): { news: string; at: number }[] {
  const story = new Map<string, number>();
  for (const { labels, status, receiver, receivedAt } of received) {
    if (labels['alertname'] !== 'SysvsemApacheStartAtRisk') continue;
    const news = `${labels['severity'] ?? ''} ${status} at ${receiver}`;
    if (!story.has(news)) story.set(news, receivedAt);
  }
  return [...story].map(([news, at]) => ({ news, at }));
}

function namesOf(received: readonly ReceivedAlert[]): string[] {
  return received.map(({ labels }) => labels['alertname'] ?? '');
}
