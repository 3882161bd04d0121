import { expect, onTestFinished } from 'vitest';
import { Exporter } from '../support/exporter.ts';
import { expectKernelTruth, kernelTruth } from '../support/kernel-truth.ts';
import { Namespace } from '../support/namespace.ts';
import { needs } from '../support/needs.ts';
import { createSets } from '../support/sets.ts';

const { describe, it } = needs('namespaces', 'nsenter', 'setpriv', 'ipcs');

describe('a table of 31 000 sets', () => {
  for (const source of ['ipcs', 'procfs']) {
    it(`is counted exactly with --collector.source=${source}, and scrapes stay quick meanwhile`, async () => {
      const namespace = await Namespace.create(onTestFinished, { limits: '250 64000 32 32000' });
      await createSets(namespace, { uid: 33, count: 30_000 }, { uid: 4242, semaphores: 2, count: 1000 });
      const exporter = await Exporter.start(onTestFinished, {
        namespace,
        flags: [`--collector.source=${source}`, '--collector.interval=1s', '--collector.per-set'],
      });
      expectKernelTruth(await exporter.nextCollection(), await kernelTruth(namespace));

      const durations: number[] = [];
      for (let scrape = 0; scrape < 40; scrape++) {
        const { status, durationMs, headers } = await exporter.ask('/metrics', {
          headers: { 'accept-encoding': 'gzip' },
        });
        expect([status, headers['content-encoding']]).toEqual([200, 'gzip']);
        durations.push(durationMs);
      }
      // A collection of this size takes longer than that: a scrape that waited for one would show.
      expect(durations.sort((a, b) => a - b)[20]).toBeLessThan(250);
      expect(durations.at(-1)).toBeLessThan(2000);

      const { sets } = JSON.parse((await exporter.ask('/api/v1/sets?limit=10000')).text) as {
        sets: unknown[];
      };
      expect(sets).toHaveLength(10_000);
      await exporter.stop();
    });
  }
});
