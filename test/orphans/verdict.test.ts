import { describe, expect, it } from 'vitest';
import { judgementsOf } from '../../src/orphans/judgements.ts';
import { SET_STATES } from '../../src/orphans/vocabulary.ts';
import { SetTable } from '../../src/kernel/set-table.ts';
import { apache, blocking, observation, process, RULE, set, Watch } from './invented.ts';
import { APACHE } from '../../src/orphans/profiles.ts';

const made = set({ changedAt: 112 });
const server = apache({ startedAt: 111 });
const others = [process({ pid: 50, family: 'sshd', startedAt: 5 })];

/** A set that Apache made under watch; Apache is dead since 200 s, where it was last observed. */
function extinct(rule = RULE): Watch {
  return new Watch(rule)
    .see(100, [], others)
    .see(115, [[made]], [...others, server])
    .see(200, [[made]], others);
}

describe('the rows of the verdict, in their order', () => {
  it('begin with an orphan, which each of the rows above keeps from being one', () => {
    expect(extinct().state()).toBe('orphaned');
    expect(extinct().holders()).toEqual([]);
  });

  it.each([
    ['otime', set({ changedAt: 112, operatedAt: 210 }), {}],
    ['ctime', set({ changedAt: 210 }), {}],
    ['value', made, { values: [0] }],
    ['last pid', made, { lastPids: [77] }],
  ])('call a set in use whose %s has changed since the last observation', (_, now, use) => {
    expect(
      extinct()
        .see(215, [[now, use]], others)
        .state(),
    ).toBe('in_use');
  });

  it('call a set in use that changed between the two listings', () => {
    const after = SetTable.of([set({ changedAt: 112, operatedAt: 215 })]);
    expect(
      extinct()
        .see(215, [[made]], others, { after })
        .state(),
    ).toBe('in_use');
  });

  it('call a set in use whose last pid lives and operated on it, keyed or not', () => {
    const used = set({ changedAt: 112, operatedAt: 150, key: 9 });
    const watch = new Watch().see(100, [], others).see(115, [[set({ changedAt: 112, key: 9 })]], [server]);
    watch.see(160, [[used, { lastPids: [200] }]], [server]).see(175, [[used, { lastPids: [200] }]], [server]);
    expect(watch.state()).toBe('in_use');
    expect(watch.evidence()).toBe('The last operation on it was by process 200 (apache2), which lives.');
    expect(watch.see(190, [[used, { lastPids: [200] }]], others).state()).toBe('keyed');
  });

  it('put keyed before unknown', () => {
    const watch = new Watch().see(100, [[set({ key: 9 })]], others, { blockers: ['no_ptrace'] });
    expect(watch.state()).toBe('keyed');
  });

  it('call a set unknown whose semaphores could not be read', () => {
    expect(
      extinct()
        .see(215, [[made, null]], others)
        .state(),
    ).toBe('unknown');
  });

  it('call a set unknown whose row could not be read in full, and forget nothing of it', () => {
    const watch = extinct().see(215, [[{ ...made, changedAt: null }]], others);
    expect(watch.state()).toBe('unknown');
    expect(watch.see(230, [[made]], others).state()).toBe('orphaned');
  });

  it('forget nothing where the first listing was that of ipcs alone, which tells no times or creators', () => {
    const printed = {
      ...made,
      gid: null,
      creatorUid: null,
      creatorGid: null,
      operatedAt: null,
      changedAt: null,
    };
    const watch = new Watch().see(100, [[made]], others).see(115, [[made]], others);
    watch.see(200, [[printed]], others, { after: SetTable.of([made]) });
    expect([watch.state(), watch.evidence()]).toEqual(['unknown', 'Its row could not be read in full.']);
    // It was there at the first observation: what made it is as unknown as before.
    watch.see(215, [[made]], [...others, server]).see(300, [[made]], others);
    expect(watch.state()).toBe('suspected');
  });

  it('call every set unknown while a process is opaque, pid 1 and the exporter excepted', () => {
    const opaque = process({ pid: 90, family: null, opaque: 'its memory may not be read', comm: 'shy' });
    const watch = extinct().see(215, [[made]], [...others, opaque]);
    expect(watch.state()).toBe('unknown');
    expect(watch.evidence()).toContain('process 90 (shy) cannot be read (its memory may not be read)');
    for (const pid of [1, 999]) {
      watch.see(230, [[made]], [...others, { ...opaque, pid }]);
      expect(watch.state()).toBe('orphaned');
    }
  });

  it('call a set unknown for good that was first seen with an opaque process about', () => {
    const opaque = process({ pid: 90, family: null, opaque: 'denied' });
    const watch = new Watch().see(100, [], others).see(115, [[made]], [server, opaque]);
    for (const at of [130, 145, 300]) expect(watch.see(at, [[made]], others).state()).toBe('unknown');
  });

  it('forget what was opaque at first sight once the user of the set is known', () => {
    const opaque = process({ pid: 90, family: null, opaque: 'denied' });
    const watch = new Watch().see(100, [], others).see(115, [[made]], [server, opaque]);
    watch.see(130, [[made]], [{ ...server, ...blocking(7) }]).see(215, [[made]], others);
    expect(watch.state()).toBe('orphaned');
  });

  it('take nobody for dead while a process is opaque', () => {
    const opaque = process({ pid: 90, family: null, opaque: 'it is exiting' });
    const watch = new Watch().see(100, [], others).see(115, [[made]], [...others, server]);
    watch.see(200, [[made]], [...others, opaque]).see(215, [[made]], [...others, server]);
    expect(watch.state()).toBe('held');
  });

  it.each([
    ['two semaphores', { semaphores: 2 }, { lastPids: [0, 0], values: [1, 1] }],
    ['another mode', { mode: 0o640 }, {}],
    ['a creator that is neither root nor the owner', { creatorUid: 5 }, {}],
  ])('call a set of %s unknown', (_, change, use) => {
    const watch = new Watch().see(100, [], others).see(115, [[{ ...made, ...change }, use]], [server]);
    expect(watch.see(200, [[{ ...made, ...change }, use]], others).state()).toBe('unknown');
  });

  it('call a set of an owner unknown whom no profile may be given', () => {
    const rule = (owner: string) => ({ ...RULE, profiles: [{ ...APACHE, owners: [owner] }] });
    expect(extinct(rule('nobody')).state()).toBe('unknown');
    expect(extinct(rule('www-data')).state()).toBe('orphaned');
    expect(extinct(rule('33')).state()).toBe('orphaned');
  });

  it('call a set unknown that another program was certainly seen using', () => {
    const foreign = process({
      pid: 80,
      family: 'backup',
      comm: 'backup\n',
      startedAt: 5,
      uids: [33],
      ...blocking(7),
    });
    const watch = new Watch()
      .see(100, [], [foreign])
      .see(115, [[made]], [foreign])
      .see(200, [[made]], others);
    expect(watch.state()).toBe('unknown');
    expect(watch.evidence()).toBe('backup?, which is of no profile, was seen using it.');
  });

  it('call a set unknown that two families were certainly seen using', () => {
    const [one, two] = ['one', 'two'].map((family, at) =>
      apache({ pid: 300 + at, family, startedAt: 5, ...blocking(7) }),
    );
    if (one === undefined || two === undefined) throw new Error('two processes were made');
    const idle = { blockedOn: [] };
    const watch = new Watch().see(100, [], [one, two]).see(115, [[made]], [one, { ...two, ...idle }]);
    watch.see(130, [[made]], [{ ...one, ...idle }, two]);
    expect(watch.see(200, [[made]], others).state()).toBe('unknown');
  });

  it('hold a set until it has been watched for the least age and by two observations', () => {
    const watch = new Watch()
      .see(100, [], others)
      .see(115, [[made]], [...others, server])
      .see(130, [[made]], others);
    expect(watch.state()).toBe('held');
    expect(watch.see(174, [[made]], others).state()).toBe('held');
    expect(watch.see(176, [[made]], others).state()).toBe('orphaned');
    const hasty = new Watch({ ...RULE, minAgeSeconds: 0 })
      .see(100, [], others)
      .see(115, [[set({ changedAt: 20 })]], []);
    expect(hasty.state()).toBe('held');
  });

  it('suspect a set of the first observation, unless an image was seen using it', () => {
    const old = set({ changedAt: 20 });
    const watch = new Watch().see(100, [[old]], [server]).see(200, [[old]], others);
    expect(watch.state()).toBe('suspected');
    const seen = { ...server, ...blocking(7) };
    const used = new Watch()
      .see(115, [[old]], [server])
      .see(130, [[old]], [seen])
      .see(200, [[old]], others);
    expect(used.state()).toBe('orphaned');
    expect(used.evidence()).toContain('apache2 was seen using it');
  });

  it('tell a set that a nameless image was seen using from one that nobody was', () => {
    const nameless = { ...server, comm: '' };
    const [used, idle] = [made, { ...made, semid: 8 }];
    const watch = new Watch().see(115, [[used], [idle]], [nameless]);
    watch.see(130, [[used], [idle]], [{ ...nameless, ...blocking(7) }]).see(200, [[used], [idle]], others);
    expect([watch.state(7), watch.state(8)]).toEqual(['orphaned', 'suspected']);
  });

  it('suspect a set that was first seen when no image lived', () => {
    const watch = new Watch().see(100, [], others).see(115, [[made]], others);
    expect(watch.see(200, [[made]], others).state()).toBe('suspected');
  });
});

describe('judgements of a table', () => {
  it('stand row by row, and call unknown what is no longer as it was proved', () => {
    const watch = extinct();
    if (watch.last === null) throw new Error('something was judged');
    const changed = { ...made, operatedAt: 5 };
    const table = SetTable.of([set({ semid: 3 }), made, set({ semid: 7, key: 4 }), changed]);
    const judgements = judgementsOf(watch.last, table);
    expect(Array.from(judgements.states, (state) => SET_STATES[state])).toEqual([
      'unknown',
      'orphaned',
      'unknown',
      'unknown',
    ]);
    expect(judgements.sentences[judgements.sentence[1] ?? -1]).toContain('dead since');
    expect(judgements.holderLists[judgements.holders[1] ?? -1]).toEqual([]);
  });

  it('share sentences and holders between sets', () => {
    const sets = Array.from({ length: 50 }, (_, semid) => [set({ semid })] as const);
    const watch = new Watch().see(100, sets, [server]);
    if (watch.last === null) throw new Error('something was judged');
    const judgements = judgementsOf(watch.last, observation(100, sets, []).before);
    expect(judgements.sentences).toHaveLength(1);
    expect(judgements.holderLists).toEqual([[200]]);
  });
});
