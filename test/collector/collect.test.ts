import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it, onTestFinished } from 'vitest';
import { collect, type CollectorTools } from '../../src/collector/collect.ts';
import { SET_STATES, type Snapshot } from '../../src/collector/snapshot.ts';
import { loadSemctl, type Semctl } from '../../src/kernel/semctl.ts';
import { UserNames } from '../../src/kernel/user-names.ts';
import { changeOwnSets, describeAsRoot, enterPrivateNamespace } from '../kernel/private-namespace.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** A procfs without the limits, and with the list of sets as it is now. */
function procfsWithoutLimits(): string {
  const folder = temporaryFolder(onTestFinished);
  mkdirSync(join(folder, 'sysvipc'));
  writeFileSync(join(folder, 'sysvipc/sem'), readFileSync('/proc/sysvipc/sem'));
  symlinkSync('/proc/self', join(folder, 'self'));
  return folder;
}

describeAsRoot('collect, in a namespace of its own', () => {
  let semctl: Semctl | null;

  beforeAll(async () => {
    enterPrivateNamespace();
    changeOwnSets({ create: [{ count: 2 }, { uid: 54_321, semaphores: 5 }] });
    semctl = await loadSemctl();
    expect(semctl).not.toBeNull();
  });

  function snapshotOf(config: Partial<CollectorTools['config']> = {}, call = semctl): Promise<Snapshot> {
    const tools = {
      config: {
        source: 'ipcs',
        ipcsPath: 'ipcs',
        procfs: '/proc',
        perSet: false,
        orphans: null,
        ...config,
      } as const,
      semctl: call,
      names: new UserNames(),
      watch: null,
      notices: [],
      onSpawn: () => undefined,
    };
    return collect(tools, AbortSignal.timeout(10_000));
  }

  it('agrees with itself', async () => {
    const before = Date.now() / 1000;
    const snapshot = await snapshotOf();
    expect(snapshot.totals).toEqual({ sets: 3, semaphores: 7 });
    expect([snapshot.sets.length, snapshot.sets.semaphores]).toEqual([3, 7]);
    expect(snapshot.owners.map(({ owner, uid }) => [owner, uid])).toEqual([
      ['54321', 54_321],
      ['root', 0],
    ]);
    const all = snapshot.owners.flatMap(({ states }) => SET_STATES.map((state) => states[state]));
    expect(all.reduce((sum, { sets }) => sum + sets, 0)).toBe(3);
    expect(all.reduce((sum, { semaphores }) => sum + semaphores, 0)).toBe(7);
    expect(snapshot.collectedAt).toBeGreaterThanOrEqual(before);
    expect(snapshot.notices).toEqual([]);
  });

  it('tells the limits that the kernel counts with where their file cannot be read', async () => {
    const file = await snapshotOf();
    const call = await snapshotOf({ procfs: procfsWithoutLimits() });
    expect(file.limits?.sets).toBeGreaterThan(0);
    expect(call.limits).toEqual(file.limits);
    expect(call.notices).toEqual([]);
  });

  it('tells no limits, and says why, where neither can be had', async () => {
    const { limits, collectors, notices, totals } = await snapshotOf({ procfs: procfsWithoutLimits() }, null);
    expect(limits).toBeNull();
    expect(collectors.limits.success).toBe(false);
    expect(collectors.sets.success).toBe(true);
    expect(notices).toContainEqual(expect.stringMatching(/sys\/kernel\/sem cannot be read: ENOENT/));
    expect(totals).toEqual({ sets: 3, semaphores: 7 });
  });

  it('rejects, rather than tell of no sets, where they cannot be read', async () => {
    await expect(snapshotOf({ ipcsPath: '/nonexistent/ipcs' })).rejects.toMatchObject({ code: 'spawn' });
  });
});
