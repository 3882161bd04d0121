import { describe, expect, it } from 'vitest';
import { apache, blocking, BOOT, observation, process, RULE, set, Watch } from './invented.ts';
import { judge } from '../../src/orphans/judge.ts';

const made = set({ changedAt: 112 });
const server = apache({ startedAt: 111 });
const sshd = process({ pid: 50, family: 'sshd', startedAt: 5 });

describe('candidates', () => {
  it('are at the first observation what runs an image or carries the uids of the set', () => {
    const watch = new Watch().see(
      100,
      [[set({ creatorUid: 44 })]],
      [
        server,
        sshd,
        process({ pid: 60, family: 'owner', uids: [1000, 33] }),
        process({ pid: 61, family: 'creator', uids: [44] }),
      ],
    );
    expect(watch.entry().candidates).toEqual(['apache-1', 'creator', 'owner']);
  });

  it('are later also what is new since the previous observation', () => {
    const cron = process({ pid: 70, family: 'cron', startedAt: 110 });
    const watch = new Watch().see(100, [], [sshd]).see(115, [[made]], [server, sshd, cron]);
    expect(watch.entry().candidates).toEqual(['apache-1', 'cron']);
  });

  it('include what began during the scans of the previous observation', () => {
    const late = process({ pid: 70, family: 'late', startedAt: 115.2 });
    const watch = new Watch().see(100, [], [sshd]).see(115, [], [sshd, late]);
    expect(watch.see(130, [[set({ changedAt: 115 })]], [sshd, late]).entry().candidates).toEqual(['late']);
  });

  it('shrink to what is alive, in whatever IPC namespace', () => {
    const moved = { ...server, ipcNamespaces: [5] };
    const watch = new Watch().see(100, [[made]], [server]).see(115, [[made]], [moved]);
    expect(watch.entry().candidates).toEqual(['apache-1']);
    expect(watch.see(130, [[made]], [sshd]).entry().candidates).toEqual([]);
    expect(watch.see(145, [[made]], [apache({ family: 'apache-2' })]).entry().candidates).toEqual([]);
  });

  it('never are pid 1 or the exporter', () => {
    const watch = new Watch().see(
      100,
      [[made]],
      [process({ pid: 1, uids: [33] }), process({ pid: 999, uids: [33] })],
    );
    expect(watch.entry().candidates).toEqual([]);
  });

  it('are one object for all sets with the same history', () => {
    const sets = Array.from({ length: 9 }, (_, semid) => [set({ semid })] as const);
    const watch = new Watch().see(100, sets, [server]).see(115, sets, [server]);
    expect(new Set(Array.from({ length: 9 }, (_, semid) => watch.entry(semid).candidates)).size).toBe(1);
  });
});

describe('use', () => {
  it('is certain when the family was known before, and collapses the candidates', () => {
    const other = apache({ pid: 300, family: 'apache-2', startedAt: 20 });
    const watch = new Watch().see(100, [[made]], [server, other]);
    watch.see(115, [[made]], [{ ...server, ...blocking(7) }, other]);
    expect(watch.entry()).toMatchObject({ user: 'apache-1', candidates: ['apache-1'], imageUse: 'apache2' });
  });

  it('is only possible by a family that is seen for the first time: its process may have called exec since', () => {
    const shell = process({ pid: 200, family: 'shell', uids: [33], startedAt: 111, ...blocking(7) });
    const watch = new Watch()
      .see(100, [[made]], [server])
      .see(115, [[made]], [shell, { ...server, pid: 201 }]);
    expect(watch.state()).toBe('in_use');
    expect(watch.entry()).toMatchObject({ user: null, foreignUse: null, candidates: ['apache-1', 'shell'] });
  });

  it('is only possible by a frozen task, which shows the call though the kernel counts nobody who waits', () => {
    const watch = new Watch().see(100, [[made]], [server]);
    watch.see(115, [[made, { waiters: 0 }]], [{ ...server, ...blocking(7) }]);
    expect(watch.entry().user).toBeNull();
    expect(watch.state()).toBe('in_use');
  });

  it('is only possible where a process was two programs in the two scans', () => {
    const used = set({ changedAt: 20, operatedAt: 112 });
    const twice = [server, { ...server, family: 'shell', comm: 'sh', exe: '/bin/sh' }];
    const watch = new Watch()
      .see(50, [[set({ changedAt: 20 })]], twice)
      .see(100, [[set({ changedAt: 20 })]], twice);
    watch.see(115, [[used, { lastPids: [200] }]], twice);
    expect(watch.entry().user).toBeNull();
  });

  it('is certain by a last pid that started, and a family that was known, before the operation', () => {
    const old = set({ changedAt: 20, operatedAt: 30 });
    const watch = new Watch().see(115, [[old, { lastPids: [200] }]], [server]);
    expect(watch.entry().user).toBeNull();
    watch.see(130, [[set({ changedAt: 20, operatedAt: 125 }), { lastPids: [200] }]], [server]);
    expect(watch.entry()).toMatchObject({ user: 'apache-1', imageUse: 'apache2' });
  });

  it('is certain by a child that was forked and operated between two observations', () => {
    const child = apache({ pid: 201, startedAt: 120 });
    const watch = new Watch().see(115, [[set({ changedAt: 20 })]], [server]);
    watch.see(130, [[set({ changedAt: 20, operatedAt: 125 }), { lastPids: [201] }]], [server, child]);
    expect(watch.entry().user).toBe('apache-1');
  });

  it('is not told by a ctime that IPC_SET changed: the last pid may be from long before', () => {
    const innocent = process({ pid: 44, family: 'innocent', startedAt: 60 });
    const used = { lastPids: [44] };
    const before = set({ changedAt: 20, operatedAt: 30 });
    const watch = new Watch().see(100, [[before, used]], [innocent]).see(115, [[before, used]], [innocent]);
    watch.see(130, [[set({ changedAt: 125, operatedAt: 30 }), { lastPids: [44] }]], [innocent]);
    expect(watch.entry()).toMatchObject({ user: null, foreignUse: null });
  });

  it('is only possible once the wall clock was set in that interval', () => {
    const used = set({ changedAt: 20, operatedAt: 125 });
    const child = apache({ pid: 201, startedAt: 120 });
    const watch = new Watch().see(115, [[set({ changedAt: 20 })]], [server]);
    watch.see(130, [[used, { lastPids: [201] }]], [server, child], { bootedAt: BOOT + 3 });
    expect(watch.entry().user).toBeNull();
    expect(watch.state()).toBe('in_use');
  });

  it('is dated back to the last time that the semaphores could be read', () => {
    // Between 115 s and 130 s process 200 operates, changes the owner and becomes another program; its brother stays.
    const brother = apache({ pid: 201, startedAt: 20 });
    const next = { ...server, family: 'next' };
    const used = set({ changedAt: 126, operatedAt: 125 });
    const watch = new Watch().see(100, [[made]], [server, brother]).see(115, [[made]], [server, brother]);
    for (const at of [130, 145]) watch.see(at, [[used, null]], [next, brother]);
    watch.see(160, [[used, { lastPids: [200] }]], [next, brother]);
    expect(watch.entry()).toMatchObject({ user: null, candidates: ['apache-1', 'next'] });
  });

  it('contradicts assumption A1 where its family was no candidate', () => {
    const watch = new Watch().see(100, [[made]], [server, sshd]);
    watch.see(115, [[made]], [server, { ...sshd, ...blocking(7) }]);
    expect(watch.entry()).toMatchObject({
      contested: true,
      foreignUse: 'daemon',
      candidates: ['apache-1', 'sshd'],
    });
  });

  it('by a call that may be another one, or by a user the set shuts out, is only possible', () => {
    const { ipcNamespace } = observation(1, [], []);
    const call = { semid: 7, ipcNamespace, euid: 0, certain: true };
    for (const blockedOn of [
      { ...call, certain: false },
      { ...call, euid: 1000 },
    ]) {
      const watch = new Watch().see(100, [[made]], [server]);
      watch.see(115, [[made]], [{ ...server, blockedOn: [blockedOn] }]);
      expect(watch.entry().user).toBeNull();
    }
  });
});

describe('a set that may be a new one under an old id', () => {
  const watched = (): Watch =>
    new Watch()
      .see(50, [], [sshd])
      .see(100, [[set({ changedAt: 90 })]], [server])
      .see(115, [[set({ changedAt: 90 })]], [{ ...server, ...blocking(7) }]);

  it.each([
    ['ctime', set({ changedAt: 120 })],
    ['earlier ctime', set({ changedAt: 80 })],
    ['uid', set({ changedAt: 90, uid: 34 })],
    ['gid', set({ changedAt: 90, gid: 34 })],
    ['mode', set({ changedAt: 90, mode: 0o640 })],
  ])('is watched anew when it has another %s', (_, now) => {
    const newcomer = process({ pid: 70, family: 'newcomer', startedAt: 125 });
    const entry = watched()
      .see(130, [[now]], [server, newcomer])
      .entry();
    expect(entry.candidates).toEqual(['apache-1', 'newcomer']);
    expect(entry).toMatchObject({ user: null, imageUse: null, sight: { at: 130 } });
  });

  it('is watched anew while its ctime is not older than the second of the previous observation', () => {
    const watch = new Watch().see(100, [], []).see(115.3, [[set({ changedAt: 115 })]], [server]);
    const newcomer = process({ pid: 70, family: 'newcomer', startedAt: 115.9 });
    watch.see(130, [[set({ changedAt: 115 })]], [newcomer]);
    expect(watch.entry()).toMatchObject({ candidates: ['newcomer'], sight: { at: 130, imageAlive: false } });
    expect(watch.see(145, [[set({ changedAt: 115 })]], [newcomer]).entry().sight.at).toBe(130);
  });

  it('counts the stamp of a clock that lags by a tick', () => {
    const watch = new Watch().see(100, [], []).see(116.005, [[set({ changedAt: 115 })]], [server]);
    expect(watch.see(130, [[set({ changedAt: 115 })]], []).entry().sight.at).toBe(130);
  });

  it('counts the seconds that a clock which was set back repeats', () => {
    const watch = watched().see(130, [[set({ changedAt: 90 })]], [server], { bootedAt: BOOT - 40 });
    expect(watch.entry().sight.at).toBe(130);
  });

  it('keeps the candidates that it had, in case it is the old one after all', () => {
    const cron = process({ pid: 70, family: 'cron', startedAt: 110 });
    const watch = new Watch().see(100, [], [sshd]).see(115, [[made]], [server, sshd, cron]);
    watch.see(130, [[set({ changedAt: 125 })]], [sshd, cron]);
    expect(watch.entry().candidates).toEqual(['cron']);
  });

  it('counts the seconds that were left out by a clock that was set ahead', () => {
    const watch = new Watch().see(100, [], []).see(115.3, [[set({ changedAt: 115 })]], [server]);
    watch.see(130, [[set({ changedAt: 115 })]], [server], { bootedAt: BOOT + 40 });
    expect(watch.entry().sight.at).toBe(130);
  });

  it.each([{ key: 4 }, { creatorUid: 33 }, { creatorGid: 9 }, { semaphores: 2 }])(
    'is another set for certain with %o',
    (change) => {
      const entry = watched()
        .see(130, [[set({ changedAt: 90, ...change })]], [])
        .entry();
      expect(entry).toMatchObject({ candidates: [], user: null, sight: { at: 130 } });
    },
  );

  it('stays a set of the first observation', () => {
    const watch = new Watch()
      .see(100, [[set({ changedAt: 90 })]], [server])
      .see(115, [[set({ changedAt: 110 })]], [server]);
    expect(watch.entry().sight.atFirstObservation).toBe(true);
    expect(watch.see(200, [[set({ changedAt: 110 })]], []).state()).toBe('suspected');
  });

  it('stays a set that no image was about to make, be it given other times and an image come since', () => {
    const watch = new Watch().see(100, [], [sshd]).see(115, [[made]], [sshd]);
    watch.see(130, [[set({ changedAt: 125 })]], [sshd, apache({ startedAt: 120 })]);
    // What made it was a program of root's of another kind, which is no candidate and lives.
    expect(watch.see(200, [[set({ changedAt: 125 })]], [sshd]).state()).toBe('suspected');
  });

  it('stays contested: who knows what assumption A1 rules out cannot be told from its new times', () => {
    const [one, two] = ['one', 'two'].map((family, at) => apache({ pid: 300 + at, family, startedAt: 5 }));
    const third = process({ pid: 310, family: 'third', startedAt: 5 });
    if (one === undefined || two === undefined) throw new Error('two processes were made');
    const watch = new Watch().see(100, [], [one, two, third]).see(115, [[made]], [one, two, third]);
    for (const user of [one, two]) watch.see(130, [[made]], [{ ...user, ...blocking(7) }, one, two, third]);
    watch.see(160, [[set({ changedAt: 150 })]], [one, two, third]);
    expect(watch.see(300, [[set({ changedAt: 150 })]], [third]).state()).toBe('unknown');
  });
});

describe('a ledger', () => {
  it.each([{ bootId: 'other' }, { ipcNamespace: 5 }])('of another home counts for nothing: %o', (change) => {
    const watch = new Watch()
      .see(100, [], [server])
      .see(115, [[made]], [server])
      .see(200, [[made]], []);
    expect(watch.state()).toBe('orphaned');
    watch.see(215, [[made]], [], change);
    expect(watch.state()).toBe('held');
    expect(watch.entry().sight.atFirstObservation).toBe(true);
  });

  it('is changed by no observation and keeps entries of which nothing changed', () => {
    const watch = new Watch().see(100, [[made]], [server]).see(115, [[made]], [server]);
    const { ledger } = watch;
    const before = structuredClone(ledger);
    const entry = watch.entry();
    const { revision = 0 } = ledger ?? {};
    watch.see(130, [[made]], [server]);
    expect(watch.entry()).toBe(entry);
    expect(watch.ledger?.revision).toBe(revision);
    watch.see(145, [[made]], []);
    expect(watch.ledger?.revision).toBe(revision + 1);
    expect(ledger).toEqual(before);
  });

  it('does not judge a set that is in one listing only, or gone when it was asked', () => {
    const full = observation(100, [[made]], [server]);
    const empty = observation(100, [], [server]).before;
    expect(judge(null, { ...full, after: empty }, RULE).sets.size).toBe(0);
    expect(judge(null, { ...full, before: empty, uses: [] }, RULE).sets.size).toBe(0);
    expect(judge(null, { ...full, uses: ['gone'] }, RULE).sets.size).toBe(0);
    const remade = observation(100, [[set({ changedAt: 112, key: 3 })]], []).after;
    expect(judge(null, { ...full, after: remade }, RULE).sets.size).toBe(0);
  });
});
