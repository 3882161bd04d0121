import { expect, onTestFinished } from 'vitest';
import { Actor } from '../support/actor.ts';
import { Cleaner, HeldIpcrm, semidsOf, type CleanupAnswer } from '../support/cleanup.ts';
import { leakOrphans } from '../support/leaky-apache.ts';
import { Namespace } from '../support/namespace.ts';
import { needs } from '../support/needs.ts';

const { describe, it } = needs('namespaces', 'nsenter', 'perl', 'setpriv');

/** What one exporter removes at once. */
const BATCH = 64;
const WWW_DATA = 33;
const OTHER = 65;
const KEY = 0x5e11;

/** Orphans, their exporter, and an old root daemon that can make another set under the semid of any of them. */
async function orphansAndDaemon({ count, ipcrm }: { count: number; ipcrm?: HeldIpcrm }) {
  const namespace = await Namespace.create(onTestFinished);
  const daemon = await Actor.start(onTestFinished, namespace);
  const cleaner = await Cleaner.start(
    onTestFinished,
    namespace,
    ipcrm === undefined ? {} : { ipcrm: ipcrm.script },
  );
  const orphans = await leakOrphans(onTestFinished, cleaner.exporter, namespace, { count });
  return { namespace, daemon, cleaner, orphans };
}

/** Everything that can become of a set without a new semid, one for each of these; what is there then. */
async function changeAll(daemon: Actor, semids: readonly number[]): Promise<void> {
  const [remade = -1, keyed = -1, another = -1, moded = -1, returned = -1] = semids;
  await daemon.tell(`remake ${remade} ${WWW_DATA}`);
  await daemon.tell(`remake ${keyed} ${WWW_DATA} ${KEY}`);
  await daemon.tell(`remake ${another} ${OTHER}`);
  await daemon.tell(`mode ${moded} 0660`);
  await daemon.tell(`give ${returned} ${OTHER}`);
  await daemon.tell(`give ${returned} ${WWW_DATA}`);
}
const CHANGES = 5;

function codesOf({ skipped }: CleanupAnswer, semids: readonly number[]): (string | undefined)[] {
  return semids.map((semid) => skipped.find((each) => each.semid === semid)?.code);
}

/** Expects the sets to be there, and the audit to tell of each that it was skipped. */
async function expectLeftAlone(
  { namespace, cleaner }: { readonly namespace: Namespace; readonly cleaner: Cleaner },
  semids: readonly number[],
): Promise<void> {
  expect(semidsOf(await namespace.kernelSets())).toEqual([...semids].sort((one, other) => one - other));
  const skipped = cleaner.audit.filter(({ event }) => event === 'skipped').map(({ semid }) => semid);
  expect(skipped).toEqual(semids);
}

describe('a set that is another one, or not the same any more, under the semid of a planned one', () => {
  it('is skipped where that happens between plan and apply', async () => {
    const scene = await orphansAndDaemon({ count: CHANGES + 1 });
    const { daemon, cleaner } = scene;
    const { planId, planned } = await cleaner.ask({});
    const [untouched, ...changed] = planned.map(({ semid }) => semid);
    await changeAll(daemon, changed);
    const answer = await cleaner.ask({ dryRun: false, planId });
    expect(semidsOf(answer.removed), answer.text).toEqual([untouched]);
    // A new proof comes first, which may see a set in use, or not known for long enough, where an owner or a key has no part in it.
    const [remade, keyed, another, moded, returned] = codesOf(answer, changed);
    expect([keyed, another]).toEqual(['changed', 'changed']);
    for (const code of [remade, moded, returned]) expect(['in_use', 'held', 'changed']).toContain(code);
    await expectLeftAlone(scene, changed);
  });

  it('is skipped where that happens between the proof and the last check', async () => {
    const ipcrm = new HeldIpcrm(onTestFinished);
    const scene = await orphansAndDaemon({ count: BATCH + CHANGES + 1, ipcrm });
    const { daemon, cleaner } = scene;
    const { planId, planned } = await cleaner.ask({});
    const asked = cleaner.ask({ dryRun: false, planId });
    await ipcrm.called();
    const [untouched, ...changed] = planned.slice(BATCH).map(({ semid }) => semid);
    await changeAll(daemon, changed);
    ipcrm.letGo();
    const answer = await asked;
    expect(semidsOf(answer.removed)).toHaveLength(BATCH + 1);
    expect(semidsOf(answer.removed)).toContain(untouched);
    expect(codesOf(answer, changed)).toEqual(changed.map(() => 'changed'));
    await expectLeftAlone(scene, changed);
  });

  it('is refused by the kernel where it is another user’s, even after the last check', async () => {
    const ipcrm = new HeldIpcrm(onTestFinished);
    const scene = await orphansAndDaemon({ count: 3, ipcrm });
    const { daemon, cleaner } = scene;
    const asked = cleaner.askPatiently({ dryRun: false });
    await ipcrm.called();
    const [another = -1, ofRoot = -1, untouched] = cleaner.audit
      .filter(({ event }) => event === 'remove')
      .map(({ semid }) => Number(semid));
    await daemon.tell(`remake ${another} ${OTHER}`);
    await daemon.tell(`remake ${ofRoot} 0 ${KEY}`);
    ipcrm.letGo();
    const answer = await asked;
    expect(semidsOf(answer.removed), answer.text).toEqual([untouched]);
    expect(codesOf(answer, [another, ofRoot])).toEqual(['changed', 'changed']);
    expect(answer.failed).toEqual([]);
    await expectLeftAlone(scene, [another, ofRoot]);
  });

  it('stays where it is made after the removal, which counts as what it was', async () => {
    const ipcrm = new HeldIpcrm(onTestFinished, 'after');
    const { namespace, daemon, cleaner, orphans } = await orphansAndDaemon({ count: 1, ipcrm });
    const asked = cleaner.askPatiently({ dryRun: false });
    await ipcrm.called();
    const [semid = -1] = orphans;
    await daemon.tell(`next-id ${semid}`);
    expect(await daemon.makeSet(WWW_DATA)).toBe(semid);
    ipcrm.letGo();
    const answer = await asked;
    expect(semidsOf(answer.removed), answer.text).toEqual([semid]);
    expect(answer.failed).toEqual([]);
    expect(semidsOf(await namespace.kernelSets())).toEqual([semid]);
  });
});
