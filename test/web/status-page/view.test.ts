import { describe, expect, it } from 'vitest';
import { PROOF_BLOCKERS } from '../../../src/orphans/vocabulary.ts';
import { FAILURE_REASONS } from '../../../src/errors.ts';
import { statusView } from '../../../src/web/status-page/view.ts';
import type { StatusView } from '../../../src/web/status-page/view.ts';
import type { Phrase } from '../../../src/web/status-page/words.ts';
import { FACTS, NOW, inventedSnapshot, inventedStatus } from './invented.ts';
import { SCENES } from './scenes.ts';

function view(name: keyof typeof SCENES): StatusView {
  const { status, facts } = SCENES[name];
  return statusView(status, facts, NOW);
}

function said(phrase: Phrase): string {
  return phrase
    .map((part) => (typeof part === 'string' ? part : 'code' in part ? part.code : part.relative))
    .join('');
}

function commands({ steps }: StatusView): readonly string[] {
  return steps.flatMap(({ command }) => command ?? []);
}

describe('the verdict', () => {
  it.each([
    ['healthy', 'ok', 'Room for 23 more starts of apache (www-data)'],
    ['near the limit', 'warning', '86% of the sets are in use'],
    ['exhausted', 'critical', 'No new semaphore set can be made'],
    ['exhausted by sets in use', 'critical', 'No new semaphore set can be made'],
    ['a start at risk', 'critical', 'The next start of apache (www-data) would fail'],
    ['orphans', 'ok', 'Room for 6,391 more starts of apache (www-data)'],
    ['failing', 'warning', 'The exporter cannot read the semaphores'],
    ['starting', 'notice', 'The first collection has not ended yet'],
    ['stalled', 'warning', 'Collections have stopped'],
    ['limits unreadable', 'warning', 'The kernel’s limits cannot be read'],
    ['proof blocked', 'ok', 'Room for 23 more starts of apache (www-data)'],
    ['private namespace', 'warning', 'These are not the host’s semaphores'],
    ['31,000 sets', 'critical', '96% of the sets are in use'],
    ['a lowered limit', 'critical', 'No new semaphore set can be made'],
    ['a negative limit', 'critical', 'No new semaphore set can be made'],
    ['nothing at all', 'ok', 'Room for 128 more sets'],
  ] as const)('of "%s" is %s: %s', (name, severity, headline) => {
    expect(view(name).verdict).toMatchObject({ severity, headline });
  });

  it('says of an exhausted table that the disk is not the cause', () => {
    expect(said(view('exhausted').verdict.detail)).toContain('“No space left on device” (errno 28)');
  });

  it('says why nothing can be made where the limit is below zero, or below what is used', () => {
    expect(said(view('a negative limit').verdict.detail)).toContain('(SEMMNS) is −5');
    expect(said(view('a lowered limit').verdict.detail)).toContain('37 sets are in use, more than the limit');
  });

  it('names what else there is to say after it', () => {
    expect(view('exhausted').also).toMatchObject([{ headline: '118 orphaned sets can be removed' }]);
    expect(view('proof blocked').also).toMatchObject([{ headline: 'Orphans cannot be proven here' }]);
    expect(view('healthy').also).toEqual([]);
  });
});

describe('numbers', () => {
  it.each(['failing', 'starting', 'stalled'] as const)('are not shown at all while "%s"', (name) => {
    const { measured, exporterTile } = view(name);
    expect(measured).toBeNull();
    expect(exporterTile.value).not.toBe('Working');
  });

  it('tell when the last good collection was, once one has failed', () => {
    expect(view('failing').verdict.detail).toContainEqual({
      relative: '3 minutes ago',
      iso: '2026-11-22T10:01:06Z',
      exact: '2026-11-22 10:01:06 UTC',
    });
  });

  it('of orphans are no zero where nobody can tell', () => {
    expect(view('proof blocked').measured?.orphans.value).toBe('Not known');
    expect(view('healthy').measured?.orphans.value).toBe('0');
    const unjudged = inventedSnapshot([{ owner: 'root', uid: 0, state: 'unknown', sets: 3 }]);
    expect(statusView(inventedStatus(unjudged), FACTS, NOW).measured?.orphans.value).toBe('Not known');
    const { status, facts } = SCENES.healthy;
    const off = statusView(status, { ...facts, orphansEnabled: false }, NOW);
    expect(off.measured?.orphans.value).toBe('Not judged');
  });

  it('of a limit that cannot be read are called unknown', () => {
    expect(view('limits unreadable').measured?.gauges).toMatchObject([
      { used: '37', of: 'limit unknown', share: null, free: null, meter: null },
      { used: '654', of: 'limit unknown', share: null, free: null, meter: null },
    ]);
    expect(view('limits unreadable').measured?.starts.value).toBe('Not known');
  });

  it('fill a meter to the brim and no further', () => {
    expect(view('a lowered limit').measured?.gauges[0]).toMatchObject({
      used: '37',
      of: 'of 20',
      share: '185%',
      free: '0 free',
      meter: { now: 20, max: 20 },
    });
  });

  it('are old once no collection has ended for three intervals', () => {
    const status = inventedStatus(inventedSnapshot([], { collectedAt: NOW - 45 }));
    expect(statusView(status, FACTS, NOW).measured).not.toBeNull();
    expect(statusView(status, FACTS, NOW + 1).measured).toBeNull();
  });
});

describe('what to do next', () => {
  it('never is a way to remove sets that skips the proof', () => {
    for (const name of Object.keys(SCENES) as (keyof typeof SCENES)[]) {
      expect(commands(view(name)).join('\n')).not.toMatch(/ipcrm|awk|xargs/);
    }
  });

  it('is to see the orphans, then the plan, then to carry it out', () => {
    expect(commands(view('orphans'))).toEqual([
      'sysvsem-exporter list --state orphaned',
      'sysvsem-exporter cleanup --token-file FILE',
      'sysvsem-exporter cleanup --apply --token-file FILE',
    ]);
  });

  it('says how cleanup is switched on where it is off', () => {
    expect(commands(view('a start at risk'))).not.toContain('sysvsem-exporter cleanup --token-file FILE');
    expect(view('a start at risk').steps.flatMap(({ text }) => text)).toContainEqual({
      code: '--cleanup.enabled',
    });
  });

  it('raises the limit that is scarce, and leaves the others as they are', () => {
    expect(commands(view('exhausted by sets in use'))).toEqual([
      'sysvsem-exporter list',
      'sysctl -w kernel.sem="250 32000 32 256"',
    ]);
    expect(commands(view('a negative limit'))).toContain('sysctl -w kernel.sem="250 32000 32 128"');
  });

  it('is nothing on a healthy machine', () => {
    expect(view('healthy').steps).toEqual([]);
  });

  it.each(FAILURE_REASONS)('has a mend for a collection that failed by %s, in words of its own', (reason) => {
    const failure = { reason, message: 'could not run /opt/secret/ipcs' };
    const shown = statusView(inventedStatus(null, { failure }), FACTS, NOW);
    expect(shown.steps.length).toBeGreaterThan(1);
    expect(JSON.stringify(shown)).not.toContain('secret');
  });

  it('links the runbooks that are shipped, and no others', () => {
    expect(view('exhausted').runbooks).toEqual(['SysvsemOrphansAccumulating', 'SysvsemSetsNearLimit']);
    const { status, facts } = SCENES.exhausted;
    expect(statusView(status, { ...facts, runbooks: [] }, NOW).runbooks).toEqual([]);
  });
});

describe('what limits proof', () => {
  it('names each missing precondition with its mend', () => {
    const { missing } = view('proof blocked').proof;
    expect(missing.map(({ reason }) => reason)).toEqual(PROOF_BLOCKERS);
    for (const { why, mend } of missing) {
      expect(why).not.toBe('');
      expect(mend).not.toEqual([]);
    }
  });

  it('is not known before the first collection, and nothing where all can be read', () => {
    expect(said(view('starting').proof.text)).toMatch(/^Not known/);
    expect(said(view('healthy').proof.text)).toMatch(/^Nothing/);
    expect(said(view('failing').proof.text)).toMatch(/^As of the last good collection/);
  });
});
