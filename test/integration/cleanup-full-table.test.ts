import { expect, onTestFinished } from 'vitest';
import { Cleaner } from '../support/cleanup.ts';
import { leakOrphans } from '../support/leaky-apache.ts';
import { Namespace } from '../support/namespace.ts';
import { needs } from '../support/needs.ts';
import { observe } from '../support/observer.ts';

const { describe, it } = needs('namespaces', 'nsenter', 'setpriv');

describe('a table of 31 000 orphans', () => {
  it('is cleared whole, and scrapes are answered all the while', async () => {
    const namespace = await Namespace.create(onTestFinished, { limits: '250 1024000 500 32000' });
    const cleaner = await Cleaner.start(onTestFinished, namespace, {
      flags: ['--cleanup.max-sets=32000', '--collector.interval=2s'],
    });
    await leakOrphans(onTestFinished, cleaner.exporter, namespace, { count: 31_000 });
    let removed = 0;
    const { slowestMs } = await observe(cleaner.exporter, async () => {
      const answer = await cleaner.ask({ dryRun: false }, {}, 120_000);
      expect(answer.failed).toEqual([]);
      removed = answer.removed.length;
    });
    expect(removed).toBe(31_000);
    expect(await namespace.kernelSets()).toEqual([]);
    expect(slowestMs).toBeLessThan(5_000);
  }, 300_000);
});
