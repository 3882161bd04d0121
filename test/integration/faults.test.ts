import { expect, onTestFinished } from 'vitest';
import { Exporter } from '../support/exporter.ts';
import type { Exposition } from '../support/exposition.ts';
import { faultProgram } from '../support/fault-program.ts';
import { Namespace } from '../support/namespace.ts';
import { needs } from '../support/needs.ts';
import { observe } from '../support/observer.ts';
import { ReplaceableIpcs } from '../support/replaceable-ipcs.ts';
import { changeSets, createSets } from '../support/sets.ts';

const { describe, it } = needs('namespaces', 'nsenter', 'setpriv', 'ipcs');

/** What a fault of `ipcs` is called in `sysvsem_collection_failures_total`. */
const FAULTS = {
  'closes-stdout-and-hangs': 'timeout',
  'exits-1': 'exit',
  'floods-stderr-and-fails': 'exit',
  'floods-stderr-for-ever': 'timeout',
  garbage: 'parse',
  'grandchild-hangs': 'timeout',
  'half-a-listing': 'parse',
  'half-a-row': 'parse',
  hangs: 'timeout',
  'ignores-sigterm': 'timeout',
  'kills-itself': 'exit',
  'no-interpreter': 'spawn',
  'not-configured': 'parse',
  'not-executable': 'spawn',
  'one-long-line': 'parse',
  'prints-for-ever': 'output',
  'prints-nothing': 'parse',
  missing: 'spawn',
} as const;

/** Long enough for a healthy collection on a busy machine; only the faults that time out wait for it. */
const TIMEOUT_MS = 3000;

const SETS = 3;

describe('an ipcs with a fault', () => {
  for (const [fault, reason] of Object.entries(FAULTS)) {
    it(`${fault}: up is 0 in time for "${reason}", scrapes stay quick, nothing is left running, and it recovers`, async () => {
      const namespace = await Namespace.create(onTestFinished);
      await createSets(namespace, { uid: 33, count: SETS });
      const ipcs = new ReplaceableIpcs(onTestFinished);
      const exporter = await Exporter.start(onTestFinished, {
        namespace,
        flags: [
          '--collector.interval=200ms',
          `--collector.timeout=${TIMEOUT_MS}ms`,
          `--collector.ipcs-path=${ipcs.path}`,
        ],
      });
      await exporter.until((metrics) => metrics.value('sysvsem_up') === 1);

      const { scrapes, slowestMs } = await observe(exporter, async () => {
        ipcs.become(faultProgram(fault));
        const failed = await exporter.until(isDown, TIMEOUT_MS + 4000);
        expect(failed.value('sysvsem_collection_failures_total', { reason })).toBeGreaterThan(0);
        const ready = await exporter.ask('/-/ready');
        expect(ready.status).toBe(503);
        expect(ready.text.trim()).not.toBe('');

        ipcs.becomeReal();
        await exporter.until((metrics) => metrics.value('sysvsem_up') === 1);
        expect((await exporter.ask('/-/ready')).status).toBe(200);
      });

      // One that waited for the collection would take longer.
      expect(slowestMs).toBeLessThan(TIMEOUT_MS / 2);
      scrapes.forEach(expectNoFalseNumber);
      expect(failureReasons(scrapes)).toEqual([reason]);
      await expect.poll(() => namespace.processes()).toEqual([exporter.program.pid]);
      await exporter.stop();
      expect(namespace.processes()).toEqual([]);
      expectLoggedOnce(exporter.program.stderr);
    });
  }

  for (const oddity of ['grandchild-keeps-pipe', 'floods-stderr']) {
    it(`${oddity}: a whole listing and a good end are taken, and nothing is left running`, async () => {
      const namespace = await Namespace.create(onTestFinished);
      // The one set that these programs list: 3, of www-data.
      const [[first = -1, second = -1, third = -1] = []] = await createSets(namespace, { uid: 33, count: 4 });
      await changeSets(namespace, { remove: [first, second, third] });
      const metrics = await scrapeOnce(namespace, oddity);
      expect(metrics.value('sysvsem_up')).toBe(1);
      expect(metrics.value('sysvsem_sets')).toBe(1);
    });
  }

  it('a listing of another namespace is no listing of this one', async () => {
    const namespace = await Namespace.create(onTestFinished);
    await createSets(namespace, { count: SETS });
    // Lists one set, which is not here.
    const metrics = await scrapeOnce(namespace, 'floods-stderr');
    expect(metrics.value('sysvsem_up')).toBe(0);
    expectNoFalseNumber(metrics);
  });

  it('sets that ipcs may not see, as with BusyBox, are told all the same', async () => {
    const namespace = await Namespace.create(onTestFinished);
    await createSets(namespace, { count: SETS });
    const metrics = await scrapeOnce(namespace, 'heading-only');
    expect(metrics.value('sysvsem_up')).toBe(1);
    expect(metrics.value('sysvsem_sets')).toBe(SETS);
  });
});

/** One scrape of an exporter that has run this program once, after which none of its processes is left. */
async function scrapeOnce(namespace: Namespace, fault: string): Promise<Exposition> {
  const exporter = await Exporter.start(onTestFinished, {
    namespace,
    flags: ['--collector.interval=1h', `--collector.ipcs-path=${faultProgram(fault)}`],
  });
  const metrics = await exporter.scrape();
  await expect.poll(() => namespace.processes()).toEqual([exporter.program.pid]);
  return metrics;
}

function isDown(metrics: Exposition): boolean {
  return metrics.value('sysvsem_up') === 0;
}

/** Either all is told, and right, or nothing is. */
function expectNoFalseNumber(metrics: Exposition): void {
  if (!isDown(metrics)) {
    expect(metrics.value('sysvsem_sets')).toBe(SETS);
    return;
  }
  const told = metrics.samples
    .map(({ name }) => name)
    .filter((name) => /^sysvsem_(sets|semaphores|operations|owner|oldest|set_info)/.test(name));
  expect(told).toEqual([]);
}

/** Reasons of failures that any scrape has counted. */
function failureReasons(scrapes: readonly Exposition[]): string[] {
  const counted = scrapes
    .flatMap((metrics) => metrics.all('sysvsem_collection_failures_total'))
    .filter(({ value }) => value > 0);
  return [...new Set(counted.map(({ labels }) => labels['reason'] ?? ''))];
}

/** A repeated failure is one record when it begins and one when it ends. */
function expectLoggedOnce(log: string): void {
  const records = log.split('\n').filter((line) => line.includes(' source=collector '));
  expect(records, log).toEqual([
    expect.stringMatching(/ level=(WARN|ERROR) /),
    expect.stringMatching(/ level=INFO /),
  ]);
}
