import { expect, onTestFinished } from 'vitest';
import { Exporter } from '../support/exporter.ts';
import { expectKernelTruth, kernelTruth } from '../support/kernel-truth.ts';
import type { KernelTruth } from '../support/kernel-truth.ts';
import { Namespace } from '../support/namespace.ts';
import type { KernelRow } from '../support/namespace.ts';
import { needs } from '../support/needs.ts';
import { changeSets, createSets } from '../support/sets.ts';
import type { SetPlan } from '../support/sets.ts';

const { describe, it } = needs('namespaces', 'nsenter', 'setpriv', 'ipcs');

const USERS = [
  { name: 'a-user-with-a-name-that-ipcs-cuts', uid: 4242 },
  // The same in the ten characters that ipcs prints.
  { name: 'webservice-frontend', uid: 4301 },
  { name: 'webservice-backend', uid: 4302 },
  // A name that looks like the uid of somebody else, who has no name.
  { name: '4343', uid: 4399 },
];

const SETS: readonly SetPlan[] = [
  { uid: 0 },
  { uid: 4242, semaphores: 250, mode: 0 },
  { uid: 4301, key: 0x0badcafe, mode: 0o777 },
  // Printed by the kernel as a negative number.
  { uid: 4301, key: 0x8badcafe | 0, mode: 0o123, semaphores: 7 },
  { uid: 4302, gid: 0, count: 2 },
  { uid: 4399 },
  { uid: 4343, count: 2 },
  { uid: 54_321, count: 4, semaphores: 3 },
  { uid: 4_294_967_294, mode: 0o040 },
  { giveTo: { uid: 33, gid: 33 }, count: 5 },
];

for (const source of ['ipcs', 'procfs']) {
  describe(`real sets, read with --collector.source=${source}`, () => {
    const flags = [`--collector.source=${source}`, '--collector.interval=500ms', '--collector.per-set'];

    it('an empty namespace has 0 sets, and no owner', async () => {
      const namespace = await Namespace.create(onTestFinished, { limits: '250 32000 32 128' });
      const exporter = await Exporter.start(onTestFinished, { namespace, flags });
      const metrics = await exporter.scrape();
      expectKernelTruth(metrics, await kernelTruth(namespace));
      expect(metrics.value('sysvsem_sets')).toBe(0);
      expect(metrics.all('sysvsem_set_info')).toEqual([]);
    });

    it('exports, and tells through the API, exactly what the kernel says, as sets and limits come and go', async () => {
      const namespace = await Namespace.create(onTestFinished, { limits: '250 32000 32 128', users: USERS });
      const [[first] = []] = await createSets(namespace, ...SETS);
      expect(first).toBe(0);
      const exporter = await Exporter.start(onTestFinished, { namespace, flags });
      await expectAllTold(exporter, await kernelTruth(namespace));

      await namespace.setLimits('300 40000 64 64');
      const [used = []] = await createSets(namespace, { uid: 4242, semaphores: 300, count: 3 });
      await changeSets(namespace, {
        operate: used.map((semid) => ({ semid, semaphore: 299, by: 2 })),
        remove: [0],
      });
      await expectAllTold(exporter, await kernelTruth(namespace));
      await exporter.stop();
    });

    it('keeps to the truth where a limit was lowered below what is in use', async () => {
      const namespace = await Namespace.create(onTestFinished, { limits: '250 32000 32 128' });
      await createSets(namespace, { semaphores: 10, count: 20 });
      await namespace.setLimits('5 100 1 3');
      const exporter = await Exporter.start(onTestFinished, { namespace, flags });
      expectKernelTruth(await exporter.scrape(), await kernelTruth(namespace));
    });
  });
}

async function expectAllTold(exporter: Exporter, truth: KernelTruth): Promise<void> {
  const metrics = await exporter.nextCollection();
  expectKernelTruth(metrics, truth);

  const series = metrics
    .all('sysvsem_set_info')
    .sort((a, b) => Number(a.labels['semid']) - Number(b.labels['semid']));
  expect(series).toHaveLength(truth.sets.length);
  expect(series).toMatchObject(
    truth.sets.map(({ semid, key, uid, perms, nsems }) => ({
      labels: {
        semid: String(semid),
        key: hexadecimal(key),
        owner: truth.nameOf(uid),
        uid: String(uid),
        perms: octal(perms),
      },
      value: nsems,
    })),
  );

  const { text } = await exporter.ask('/api/v1/sets');
  const { sets } = JSON.parse(text) as { sets: Record<string, unknown>[] };
  expect(sets).toMatchObject(truth.sets.map((set) => toldByApi(set, truth)));
  expect(sets).toHaveLength(truth.sets.length);

  const status: unknown = JSON.parse((await exporter.ask('/api/v1/status')).text);
  const [semaphoresPerSet, semaphores, operationsPerCall, limit] = truth.limits;
  expect(status).toMatchObject({
    up: true,
    ipcNamespace: truth.inode,
    limits: { sets: limit, semaphores, semaphoresPerSet, operationsPerCall },
    totals: { sets: truth.sets.length },
  });
}

function toldByApi(set: KernelRow, truth: KernelTruth): Record<string, unknown> {
  return {
    semid: set.semid,
    key: hexadecimal(set.key),
    owner: truth.nameOf(set.uid),
    uid: set.uid,
    gid: set.gid,
    creatorUid: set.cuid,
    creatorGid: set.cgid,
    perms: octal(set.perms),
    semaphores: set.nsems,
    operatedAt: set.otime === 0 ? null : expect.toSatisfy((time: string) => isSecond(time, set.otime)),
    changedAt: expect.toSatisfy((time: string) => isSecond(time, set.ctime)),
  };
}

function isSecond(time: string, second: number): boolean {
  return Date.parse(time) === second * 1000;
}

function hexadecimal(key: number): string {
  return `0x${(key >>> 0).toString(16).padStart(8, '0')}`;
}

function octal(mode: number): string {
  return mode.toString(8).padStart(3, '0');
}
