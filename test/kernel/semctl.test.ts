import { readFileSync } from 'node:fs';
import { execa } from 'execa';
import { beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { CollectionError } from '../../src/errors.ts';
import { runIpcs } from '../../src/kernel/ipcs.ts';
import { parseIpcs } from '../../src/kernel/parse-ipcs.ts';
import { readIpcNamespace, readLimits, readSetListing } from '../../src/kernel/procfs.ts';
import { loadSemctl, Semctl } from '../../src/kernel/semctl.ts';
import type { SetPlan } from '../support/sets.ts';
import { CHANGE_SETS, changeOwnSets, describeAsRoot, enterPrivateNamespace } from './private-namespace.ts';

const NOBODY = 65534;

async function semctlHere(): Promise<Semctl> {
  const reasons: string[] = [];
  const semctl = await loadSemctl((reason) => reasons.push(reason));
  expect(reasons).toEqual([]);
  if (semctl === null) throw new Error('there is no semctl(2)');
  return semctl;
}

function makeSet(plan: SetPlan): number {
  const [[semid] = []] = changeOwnSets({ create: [plan] });
  if (semid === undefined) throw new Error('no set was made');
  onTestFinished(() => {
    if (isListed(semid)) changeOwnSets({ remove: [semid] });
  });
  return semid;
}

function isListed(semid: number): boolean {
  const table = readSetListing('/proc');
  return Array.from({ length: table.length }, (_, row) => table.value(row, 'semid')).includes(semid);
}

describeAsRoot('in a namespace of its own', () => {
  beforeAll(enterPrivateNamespace);

  it('the kernel and ipcs tell the same of real sets', async () => {
    const plans = [
      { semaphores: 3, mode: 0o640 },
      { uid: 33, count: 2 },
      { key: 0x7fff_ffff, uid: 4_000_000_000, mode: 0o777 },
      { key: -2, giveTo: { uid: NOBODY, gid: NOBODY }, semaphores: 250 },
    ];
    const semids = changeOwnSets({ create: plans }).flat();
    onTestFinished(() => {
      changeOwnSets({ remove: semids });
    });
    const table = readSetListing('/proc');
    const { limits, totals } = (await semctlHere()).info();
    const rows = parseIpcs(await runIpcs({ path: 'ipcs', signal: AbortSignal.timeout(10_000) }));
    expect(rows.map(({ semid }) => semid)).toEqual(semids);
    expect(rows).toEqual(
      rows.map(({ owner }, row) => {
        const { key, semid, mode, semaphores } = table.at(row);
        return { key, semid, owner, mode, semaphores };
      }),
    );
    expect(rows.map(({ owner }) => owner)).toEqual(['root', 'www-data', 'www-data', '4000000000', 'nobody']);
    expect(table.at(4)).toMatchObject({ key: 0xffff_fffe, uid: NOBODY, creatorUid: 0, creatorGid: 0 });
    expect(totals).toEqual({ sets: 5, semaphores: 256 });
    expect(totals).toEqual({ sets: table.length, semaphores: table.semaphores });
    expect(limits).toEqual(readLimits('/proc'));
    expect(readIpcNamespace('/proc').initial).toBe(false);
  });

  it('an empty namespace has no sets by any account', async () => {
    expect(readSetListing('/proc')).toHaveLength(0);
    expect(parseIpcs(await runIpcs({ path: 'ipcs', signal: AbortSignal.timeout(10_000) }))).toEqual([]);
    expect((await semctlHere()).info().totals).toEqual({ sets: 0, semaphores: 0 });
  });

  it('tells one set field by field as the listing of all does', async () => {
    const semctl = await semctlHere();
    expect(semctl.knowsSets).toBe(true);
    const semids = changeOwnSets({
      create: [
        { uid: 33, giveTo: { uid: 4_000_000_000, gid: NOBODY }, semaphores: 250, mode: 0o1641 },
        { key: -2, mode: 0o600 },
        { key: 0x7fff_ffff, uid: NOBODY, gid: 7, mode: 0o777 },
      ],
    }).flat();
    onTestFinished(() => {
      changeOwnSets({ remove: semids });
    });
    changeOwnSets({ operate: [{ semid: semids[1] ?? -1, by: 1 }] });
    const table = readSetListing('/proc');
    const listed = Array.from({ length: table.length }, (_, row) => table.at(row));
    expect(semids.map((semid) => semctl.set(semid))).toEqual(listed);
    expect(listed.map(({ operatedAt }) => operatedAt !== 0)).toEqual([false, true, false]);
    expect(listed.map(({ changedAt }) => changedAt)).not.toContain(0);
  });

  it('a new set has no last pid, no values and no waiters', async () => {
    const semid = makeSet({ semaphores: 2 });
    expect((await semctlHere()).use(semid, 2)).toEqual({ lastPids: [0, 0], values: [0, 0], waiters: 0 });
  });

  it('tells each semaphore its value and the last process that changed it', async () => {
    const semid = makeSet({ semaphores: 3 });
    changeOwnSets({ set: [{ semid, semaphore: 1, value: 7 }] });
    const use = (await semctlHere()).use(semid, 3);
    expect(use).toEqual({ lastPids: [0, expect.any(Number), 0], values: [0, 7, 0], waiters: 0 });
    expect(use).not.toMatchObject({ lastPids: [0, 0, 0] });
  });

  it.each([
    ['for a semaphore to rise', 0, -1],
    ['for a semaphore to fall to zero', 1, 0],
  ])('counts a process that waits %s', async (_, value, by) => {
    const semid = makeSet({ semaphores: 1 });
    if (value > 0) changeOwnSets({ set: [{ semid, value }] });
    const input = JSON.stringify({ operate: [{ semid, by }] });
    const waiter = execa(...CHANGE_SETS, { input, reject: false });
    onTestFinished(async () => {
      waiter.kill('SIGKILL');
      await waiter;
    });
    const semctl = await semctlHere();
    await vi.waitFor(
      () => {
        expect(semctl.use(semid, 1)).toMatchObject({ waiters: 1 });
      },
      { timeout: 5000 },
    );
  });

  it('a set that was removed, or has fewer semaphores, is gone', async () => {
    const semctl = await semctlHere();
    const semid = makeSet({ semaphores: 1 });
    expect(semctl.use(semid, 2)).toBe('gone');
    changeOwnSets({ remove: [semid] });
    expect(semctl.use(semid, 1)).toBe('gone');
    expect(semctl.use(2_147_483_647, 1)).toBe('gone');
    expect([semctl.set(semid), semctl.set(2_147_483_647)]).toEqual(['gone', 'gone']);
  });

  it('a set that may not be read is null, neither gone nor unused', async () => {
    const semctl = await semctlHere();
    const foreign = makeSet({ mode: 0o600 });
    const readable = makeSet({ mode: 0o644 });
    process.seteuid?.(NOBODY);
    try {
      expect(semctl.use(foreign, 1)).toBeNull();
      expect(semctl.set(foreign)).toBeNull();
      expect(semctl.set(readable)).toMatchObject({ semid: readable, mode: 0o644 });
      expect(semctl.use(readable, 1)).not.toBeNull();
      expect(semctl.info().totals).toEqual({ sets: 2, semaphores: 2 });
    } finally {
      process.seteuid?.(0);
    }
  });
});

describe('loadSemctl', () => {
  it('says why there is none where the native module is missing', async () => {
    vi.doMock('koffi', () => {
      throw new Error('no native module for this machine');
    });
    onTestFinished(() => {
      vi.doUnmock('koffi');
    });
    const reasons: string[] = [];
    expect(await loadSemctl((reason) => reasons.push(reason))).toBeNull();
    expect(reasons).toEqual([expect.stringMatching(/^semctl\(2\) cannot be called: /)]);
  });
});

describe('Semctl', () => {
  it('fails with the name of an error that is no answer', () => {
    const semctl = new Semctl(
      () => -1,
      () => 38,
    );
    expect(() => semctl.info()).toThrow(
      new CollectionError('procfs', 'semctl(2) failed for SEM_INFO: ENOSYS'),
    );
    expect(() => semctl.use(7, 1)).toThrow(
      new CollectionError('procfs', 'semctl(2) failed for semid 7: ENOSYS'),
    );
  });

  it('asks for no set where the structure of the answer is not known', () => {
    const semctl = new Semctl(
      () => 0,
      () => 0,
      null,
    );
    expect(semctl.knowsSets).toBe(false);
    expect(() => semctl.set(7)).toThrow('semid_ds');
  });

  it('has no command that changes a set', () => {
    const source = readFileSync(new URL('../../src/kernel/semctl.ts', import.meta.url), 'utf8');
    const commands = [...source.matchAll(/^const ([A-Z_]+) = \d+;$/gm)].map(([, name]) => name);
    expect(commands).toEqual(['IPC_STAT', 'GETPID', 'GETVAL', 'GETNCNT', 'GETZCNT', 'SEM_INFO']);
  });
});
