import koffi from 'koffi';
import { beforeAll, expect, it, onTestFinished } from 'vitest';
import type { Batch } from '../../src/cleanup/messages.ts';
import type { CompleteSet, Proof } from '../../src/cleanup/proof.ts';
import { removeBatch } from '../../src/cleanup/remove.ts';
import { findRemovalPrograms } from '../../src/cleanup/removal-programs.ts';
import { readSetListing } from '../../src/kernel/procfs.ts';
import { OWN_SEMID_DS } from '../../src/kernel/semid-ds.ts';
import { Semctl } from '../../src/kernel/semctl.ts';
import { changeOwnSets, describeAsRoot, enterPrivateNamespace } from '../kernel/private-namespace.ts';

const WWW_DATA = { uid: 33, gid: 33 };
const PROCFS = '/proc';

const call = koffi.load(null).func('int semctl(int, int, int, ...)') as ConstructorParameters<
  typeof Semctl
>[0];

/** What is there now. */
function listed(): CompleteSet[] {
  const table = readSetListing(PROCFS);
  return Array.from({ length: table.length }, (_, row) => table.at(row) as CompleteSet);
}

/** Sets of Apache's shape, and the proofs that they are orphans as they are now. */
function proofsOfNew(count: number, semctl: Semctl): Proof[] {
  const [made = []] = changeOwnSets({ create: [{ giveTo: WWW_DATA, count }] });
  onTestFinished(() => {
    changeOwnSets({ remove: listed().map(({ semid }) => semid) });
  });
  return listed()
    .filter(({ semid }) => made.includes(semid))
    .map((set) => {
      const use = semctl.use(set.semid, set.semaphores);
      if (use === 'gone' || use === null) throw new Error(`semid ${set.semid} cannot be read`);
      return { set, use, state: 'orphaned', evidence: 'Because.' };
    });
}

describeAsRoot('a batch of removals', () => {
  beforeAll(enterPrivateNamespace);

  for (const [how, layout] of [
    ['one set at a time', OWN_SEMID_DS],
    ['in the listing of all', null],
  ] as const) {
    it(`spares whatever has changed, where sets are read ${how}`, async () => {
      const semctl = new Semctl(call, () => koffi.errno(), layout);
      const proofs = proofsOfNew(6, semctl);
      const batch: Batch = { proofs, programs: findRemovalPrograms(process.env['PATH'] ?? '') };
      const [used = -1, given = -1, changed = -1, removed = -1, ...rest] = proofs.map(({ set }) => set.semid);
      changeOwnSets({
        operate: [{ semid: used, by: 1 }],
        give: [{ semid: given, uid: 33, gid: 65 }],
        set: [{ semid: changed, value: 9 }],
        remove: [removed],
      });
      const { outcomes, sets, goOn } = await removeBatch(batch, {
        procfs: PROCFS,
        semctl,
        onSpawn: () => undefined,
      });
      expect(outcomes.map((outcome) => ('code' in outcome ? outcome.code : outcome.kind))).toEqual([
        ...['changed', 'changed', 'changed', 'gone', 'removed', 'removed'],
      ]);
      expect(outcomes.map(({ semid }) => semid)).toEqual(proofs.map(({ set }) => set.semid));
      expect([sets, goOn]).toEqual([3, true]);
      expect(listed().map(({ semid }) => semid)).toEqual([used, given, changed]);
      expect(rest).toHaveLength(2);
    });
  }

  it.each([{ key: 7 }, { uid: 0 }])('is refused as a whole where a set has %j', async (field) => {
    const semctl = new Semctl(call, () => koffi.errno());
    const [proof] = proofsOfNew(1, semctl);
    if (proof === undefined) throw new Error('no proof');
    const set = { ...proof.set, ...field };
    const programs = findRemovalPrograms(process.env['PATH'] ?? '');
    const batch: Batch = { proofs: [{ ...proof, set }], programs };
    const tools = { procfs: PROCFS, semctl, onSpawn: () => undefined };
    await expect(removeBatch(batch, tools)).rejects.toThrow('never removed');
    expect(listed()).toHaveLength(1);
  });
});
