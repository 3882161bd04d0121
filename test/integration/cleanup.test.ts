import { expect, onTestFinished } from 'vitest';
import { Cleaner, semidsOf } from '../support/cleanup.ts';
import { LeakyApache, leakOrphans } from '../support/leaky-apache.ts';
import { Namespace } from '../support/namespace.ts';
import { needs } from '../support/needs.ts';
import { createSets } from '../support/sets.ts';

const { describe, it } = needs('namespaces', 'nsenter', 'setpriv');

describe('a cleanup', () => {
  it('removes exactly the orphans, as a plan that was shown before', async () => {
    const namespace = await Namespace.create(onTestFinished);
    const cleaner = await Cleaner.start(onTestFinished, namespace);
    const orphans = await leakOrphans(onTestFinished, cleaner.exporter, namespace, { count: 70 });
    const live = LeakyApache.start(onTestFinished, namespace);
    const used = (await live.make(3)).slice(-3);
    const [keyed = []] = await createSets(namespace, { key: 77, uid: 33 });
    await cleaner.exporter.nextCollection();

    const dry = await cleaner.ask({});
    expect(dry.status, dry.text).toBe(200);
    expect(semidsOf(dry.planned)).toEqual([...orphans].sort((a, b) => a - b));
    expect(semidsOf(dry.skipped)).toEqual([...used, ...keyed].sort((a, b) => a - b));
    expect(await namespace.kernelSets()).toHaveLength(74);

    const applied = await cleaner.ask({ dryRun: false, planId: dry.planId });
    expect(applied.status, applied.text).toBe(200);
    expect(applied.failed).toEqual([]);
    expect(semidsOf(applied.removed)).toEqual(semidsOf(dry.planned));
    expect([applied.before.sets, applied.after.sets]).toEqual([74, 4]);
    expect((await namespace.kernelSets()).map(({ semid }) => semid).sort((a, b) => a - b)).toEqual(
      [...used, ...keyed].sort((a, b) => a - b),
    );
    const metrics = await cleaner.exporter.scrape();
    expect(metrics.value('sysvsem_sets')).toBe(4);
    expect(metrics.value('sysvsem_cleanup_removed_sets_total', { owner: 'www-data' })).toBe(70);
    expect((await cleaner.ask({ dryRun: false, planId: dry.planId })).status).toBe(409);

    const events = cleaner.audit.map(({ event }) => event);
    expect(events.filter((event) => event === 'remove')).toHaveLength(70);
    expect(events.filter((event) => event === 'removed')).toHaveLength(70);
    expect(events.at(-2)).toBe('applied');
    const log = cleaner.exporter.program.stderr;
    expect(log + JSON.stringify(cleaner.audit)).not.toContain('battery');
  });
});
