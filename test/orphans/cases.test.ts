import { describe, expect, it } from 'vitest';
import { apache, blocking, HOST_IPC, process, set, Watch } from './invented.ts';

const systemd = process({ pid: 1, family: 'systemd', startedAt: 0, comm: 'systemd' });
const sshd = process({ pid: 50, family: 'sshd', startedAt: 5, comm: 'sshd' });
const others = [systemd, sshd];

/** Apache was started under watch and made set 7 just before the second observation, at 115 s. */
function started(...processes: ReturnType<typeof apache>[]): Watch {
  return new Watch().see(100, [], others).see(115, [[set({ changedAt: 112 })]], [...others, ...processes]);
}

const made = set({ changedAt: 112 });
const parent = apache({ pid: 200, uids: [0], startedAt: 111 });
const child = apache({ pid: 201, startedAt: 112 });

describe('the cases of the rule', () => {
  it('holds the never-used ssl-cache set of a live Apache, whose last pid is dead', () => {
    const watch = new Watch().see(100, [], others);
    for (let at = 115; at < 400; at += 15) {
      watch.see(at, [[made, { lastPids: [199] }]], [...others, parent, child]);
      expect(watch.state()).toBe('held');
    }
    expect(watch.holders()).toEqual([200, 201]);
    expect(watch.evidence()).toBe(
      'Processes 200 and 201 live and may know it; watched since 1970-01-12T13:48:35Z.',
    );
  });

  it('holds the sets of children that outlive their parent', () => {
    const watch = started(parent, child);
    for (let at = 130; at < 400; at += 15) watch.see(at, [[made]], [...others, child]);
    expect(watch.state()).toBe('held');
    expect(watch.holders()).toEqual([201]);
  });

  it('calls a set in use once after all were killed, for the undo at exit, then an orphan', () => {
    const watch = started(parent, child);
    watch.see(200, [[made]], [...others, parent, child]);
    const undone = set({ changedAt: 112, operatedAt: 210 });
    watch.see(215, [[undone, { lastPids: [201] }]], others);
    expect(watch.state()).toBe('in_use');
    watch.see(230, [[undone, { lastPids: [201] }]], others);
    expect(watch.state()).toBe('orphaned');
    expect(watch.last?.newlyOrphaned.map(({ semid }) => semid)).toEqual([7]);
    expect(watch.evidence()).toContain('Every process that could know it has been dead since');
    watch.see(245, [[undone, { lastPids: [201] }]], others);
    expect(watch.last?.newlyOrphaned).toEqual([]);
  });

  it('proves the old sets and never the new ones when Apache crashed and restarted between two observations', () => {
    const watch = started(parent, child).see(200, [[made]], [...others, parent, child]);
    const successor = apache({ pid: 300, family: 'apache-2', startedAt: 205 });
    const remade = set({ semid: 8, changedAt: 206 });
    for (let at = 215; at < 400; at += 15) {
      watch.see(at, [[made], [remade]], [...others, successor]);
      expect(watch.state(8)).toBe('held');
      expect(watch.state(7)).toBe('orphaned');
    }
  });

  it('holds what it found at its first observation while that Apache lives, and suspects it afterwards', () => {
    const leaked = set({ changedAt: 20 });
    const watch = new Watch();
    for (let at = 100; at < 200; at += 15) {
      watch.see(at, [[leaked, { lastPids: [44] }]], [...others, parent]);
      expect(watch.state()).toBe('held');
    }
    watch.see(215, [[leaked, { lastPids: [44] }]], others);
    expect(watch.state()).toBe('suspected');
  });

  it('holds what a draining old child of a graceful restart may use', () => {
    const watch = started(parent, child).see(200, [[made]], [...others, parent, child]);
    const renewed = set({ semid: 8, changedAt: 210 });
    for (let at = 215; at < 400; at += 15) {
      watch.see(at, [[made], [renewed]], [...others, parent, child]);
      expect([watch.state(7), watch.state(8)]).toEqual(['held', 'held']);
    }
  });

  it('holds the set of a daemon that forked twice and sleeps, and attributes it after its death', () => {
    const daemon = apache({ pid: 400, family: 'double', startedAt: 112, comm: 'worker', exe: '/opt/worker' });
    const watch = started(daemon);
    watch.see(200, [[made]], [...others, daemon]);
    expect(watch.state()).toBe('held');
    watch.see(215, [[made]], others);
    expect(watch.state()).toBe('suspected');
  });

  it('holds a set while another program of the same uid lives', () => {
    const cron = process({ pid: 60, family: 'cron', uids: [33], startedAt: 5 });
    const watch = started(parent, cron).see(200, [[made]], [...others, cron]);
    expect(watch.state()).toBe('held');
    expect(watch.holders()).toEqual([60]);
    expect(watch.see(215, [[made]], others).state()).toBe('orphaned');
  });

  it('never calls the set of a root daemon an orphan, dead or alive, when no Apache was about', () => {
    const daemon = process({ pid: 70, family: 'other', startedAt: 112 });
    const watch = started(daemon);
    for (let at = 130; at < 300; at += 15) {
      watch.see(at, [[made, { lastPids: [0] }]], [...others, daemon]);
      expect(watch.state()).toBe('held');
    }
    expect(watch.see(300, [[made]], others).state()).toBe('suspected');
  });

  it('calls a keyed set keyed though nobody lives', () => {
    const keyed = set({ key: 5, changedAt: 20 });
    const watch = new Watch();
    for (let at = 100; at < 400; at += 15) expect(watch.see(at, [[keyed]], others).state()).toBe('keyed');
  });

  it.each([
    ['a waiter that semctl counts, in whatever PID namespace', { waiters: 1 }, others],
    [
      'a stopped waiter or thread that blocks on the set',
      {},
      [...others, process({ pid: 80, family: null, ...blocking(7) })],
    ],
  ])('calls a set in use for %s', (_, use, processes) => {
    const watch = started(parent).see(200, [[made]], others);
    expect(watch.see(215, [[made, use]], processes).state()).toBe('in_use');
  });

  it('takes a task that blocks in another IPC namespace for nothing', () => {
    const container = process({ pid: 80, family: 'container', ipcNamespaces: [5], ...blocking(7, 5) });
    const watch = started(parent).see(200, [[made]], [...others, container]);
    expect(watch.see(215, [[made]], [...others, container]).state()).toBe('orphaned');
  });

  it.each([
    'no_ptrace',
    'no_ipc_owner',
    'not_initial_pid_namespace',
    'proc_restricted',
    'semctl_unavailable',
  ] as const)('proves nothing while %s is missing, and goes on where it stood', (blocker) => {
    const watch = started(parent).see(200, [[made]], [...others, parent]);
    const before = watch.ledger;
    watch.see(215, [[made]], others, { blockers: [blocker] });
    expect(watch.state()).toBe('unknown');
    expect(watch.evidence()).toMatch(
      /^Nothing can be proved, because the exporter|^Nothing can be proved, because the \/proc/,
    );
    expect(watch.ledger).toBe(before);
    expect(watch.see(230, [[made]], others).state()).toBe('orphaned');
  });

  it('tells two Apaches of one user apart by the use that it saw', () => {
    const one = apache({ pid: 200, family: 'one', startedAt: 20, ...blocking(7) });
    const two = apache({ pid: 300, family: 'two', startedAt: 21, ...blocking(8) });
    const sets = [
      [set({ changedAt: 30 })],
      [set({ semid: 8, changedAt: 31 })],
      [set({ semid: 9, changedAt: 32 })],
    ] as const;
    const watch = new Watch().see(100, sets, [one, two]).see(115, sets, [one, two]).see(200, sets, [two]);
    expect([7, 8, 9].map((semid) => watch.state(semid))).toEqual(['orphaned', 'in_use', 'held']);
  });

  it('frees what was used from the daemons of the same interval, and holds the rest while one of them lives', () => {
    const daemons = Array.from({ length: 20 }, (_, at) =>
      process({ pid: 500 + at, family: `boot-${at}`, startedAt: 111 }),
    );
    const worker = apache({ pid: 201, startedAt: 112, ...blocking(7) });
    const unused = set({ semid: 8, changedAt: 112 });
    const watch = new Watch().see(100, [], others);
    watch.see(115, [[made], [unused]], [...others, worker, ...daemons]);
    watch.see(130, [[made], [unused]], [...others, worker, ...daemons]);
    watch.see(230, [[made], [unused]], [...others, ...daemons]);
    expect([watch.state(7), watch.state(8)]).toEqual(['orphaned', 'held']);
    watch.see(245, [[made], [unused]], others);
    expect(watch.state(8)).toBe('orphaned');
  });

  it('never calls a set an orphan that an old root daemon remade under the id of one, while it lives', () => {
    const daemon = process({ pid: 70, family: 'old-root', startedAt: 6 });
    const watch = started(parent).see(200, [[made]], [...others, daemon]);
    expect(watch.state()).toBe('orphaned');
    const remade = set({ changedAt: 210 });
    for (let at = 215; at < 500; at += 15) {
      watch.see(at, [[remade, { lastPids: [70] }]], [...others, daemon]);
      expect(watch.state()).toBe('in_use');
    }
    // Unused, it is told by its shape alone.
    const bare = new Watch()
      .see(100, [], others)
      .see(115, [[made]], [...others, parent])
      .see(200, [[made]], others);
    expect(bare.state()).toBe('orphaned');
    for (let at = 215; at < 500; at += 15) {
      bare.see(at, [[remade]], [...others, daemon]);
      expect(bare.state()).not.toBe('orphaned');
    }
  });

  it('never calls a set an orphan that was remade within the second of an observation', () => {
    const daemon = process({ pid: 70, family: 'old-root', startedAt: 6 });
    const watch = new Watch({ profiles: [...new Watch().rule.profiles], minAgeSeconds: 0 })
      .see(100, [], [...others, daemon])
      .see(112.2, [[made]], [...others, daemon, parent]);
    for (const at of [113, 114, 115])
      expect(watch.see(at, [[made]], [...others, daemon]).state()).not.toBe('orphaned');
  });

  it('does not take an innocent process with the number of a dead last pid for a user', () => {
    const used = set({ changedAt: 112, operatedAt: 150 });
    const innocent = process({ pid: 201, family: 'innocent', startedAt: 152 });
    const watch = started(parent, child);
    watch.see(160, [[used, { lastPids: [201] }]], [...others, parent, innocent]);
    watch.see(200, [[used, { lastPids: [201] }]], [...others, innocent]);
    expect(watch.state()).toBe('orphaned');
    expect(watch.entry().foreignUse).toBeNull();
  });

  it('takes one that started within the second of the operation for a possible user, and notes no use', () => {
    const used = set({ changedAt: 112, operatedAt: 150 });
    const innocent = process({ pid: 201, family: 'innocent', startedAt: 150.5 });
    const watch = started(parent, child);
    watch.see(160, [[used, { lastPids: [201] }]], [...others, parent, innocent]);
    watch.see(200, [[used, { lastPids: [201] }]], [...others, innocent]);
    expect(watch.state()).toBe('in_use');
    expect(watch.entry()).toMatchObject({ foreignUse: null, imageUse: null, user: null });
    expect(watch.see(215, [[used, { lastPids: [201] }]], others).state()).toBe('orphaned');
  });

  it('is not misled by a process of another namespace that carries the uid', () => {
    const container = process({ pid: 80, family: 'container', uids: [33], ipcNamespaces: [HOST_IPC + 1] });
    const watch = new Watch().see(100, [], [...others, container]);
    watch.see(115, [[made]], [...others, container, parent]).see(200, [[made]], [...others, container]);
    expect(watch.state()).toBe('orphaned');
  });
});
