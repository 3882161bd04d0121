import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it, onTestFinished } from 'vitest';
import { collect, type CollectorTools } from '../../src/collector/collect.ts';
import type { Snapshot } from '../../src/collector/snapshot.ts';
import { SET_STATES } from '../../src/orphans/vocabulary.ts';
import { readBoot, readUptime } from '../../src/kernel/boot.ts';
import { readIpcNamespace } from '../../src/kernel/procfs.ts';
import { loadSemctl, type Semctl } from '../../src/kernel/semctl.ts';
import { UserNames } from '../../src/kernel/user-names.ts';
import type { Ledger } from '../../src/orphans/ledger.ts';
import { OrphanWatch } from '../../src/orphans/orphan-watch.ts';
import { APACHE } from '../../src/orphans/profiles.ts';
import { StateFile } from '../../src/orphans/state-file.ts';
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

/** A watch that goes on from what one start of Apache was seen to need for user `daemon`, who has no set at present. */
async function watchOfStoppedApache(semctl: Semctl): Promise<OrphanWatch> {
  const stateFile = join(temporaryFolder(onTestFinished), 'ledger.json');
  const now = readUptime('/proc');
  const ledger: Ledger = {
    bootId: readBoot('/proc').id,
    ipcNamespace: readIpcNamespace('/proc').inode,
    observations: 2,
    previous: { startedAt: now, endedAt: now, bootedAt: 0 },
    families: new Map(),
    executables: new Map(),
    profiles: [APACHE],
    entries: new Map(),
    startDemand: [{ profile: 'apache', uid: 1, sets: 5, family: 'gone', starting: null }],
    revision: 1,
  };
  (await StateFile.open(stateFile)).save(ledger);
  const config = { profiles: [APACHE], minAgeSeconds: 60, stateFile, watches: true };
  return OrphanWatch.begin(config, { procfs: '/proc', semctl });
}

describeAsRoot('collect, in a namespace of its own', () => {
  let semctl: Semctl | null;

  beforeAll(async () => {
    enterPrivateNamespace();
    changeOwnSets({ create: [{ count: 2 }, { uid: 54_321, semaphores: 5 }] });
    semctl = await loadSemctl();
    expect(semctl).not.toBeNull();
  });

  function snapshotOf(
    config: Partial<CollectorTools['config']> = {},
    call = semctl,
    watch: OrphanWatch | null = null,
  ): Promise<Snapshot> {
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
      watch,
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

  it('tells the start demand under the name of an owner who has no set, also where the sets cannot be judged', async () => {
    if (semctl === null) throw new Error('semctl(2) is there');
    let fails = false;
    const use: Semctl['use'] = (semid, semaphores) => {
      if (fails) throw new Error('the machine is odd');
      return semctl?.use(semid, semaphores) ?? null;
    };
    const watch = await watchOfStoppedApache(Object.assign(Object.create(semctl) as Semctl, { use }));
    const demand = [{ profile: 'apache', owner: 'daemon', sets: 5 }];
    const judged = await snapshotOf({}, semctl, watch);
    expect([judged.startDemand, judged.collectors.orphans?.success]).toEqual([demand, true]);
    fails = true;
    const unjudged = await snapshotOf({}, semctl, watch);
    expect([unjudged.startDemand, unjudged.collectors.orphans?.success]).toEqual([demand, false]);
  });

  it('says that sets could not be judged where there is no clock to judge them by', async () => {
    const tools = { procfs: procfsWithoutLimits(), semctl };
    const config = { profiles: [APACHE], minAgeSeconds: 60, stateFile: null, watches: true };
    const { judgements, proofBlocked, notices } = await snapshotOf(
      {},
      semctl,
      await OrphanWatch.begin(config, tools),
    );
    expect(judgements.sentences).toEqual([
      'It could not be judged this time; the log of the exporter says why.',
    ]);
    expect(proofBlocked).toContain('proc_restricted');
    expect(notices).toContainEqual(expect.stringMatching(/sets cannot be judged: .*uptime/));
  });

  it('rejects, rather than tell of no sets, where they cannot be read', async () => {
    await expect(snapshotOf({ ipcsPath: '/nonexistent/ipcs' })).rejects.toMatchObject({ code: 'spawn' });
  });
});
