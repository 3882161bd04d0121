import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planCleanup, type Question } from '../../src/cleanup/plan.ts';
import {
  isSameProof,
  isSameSet,
  isSameUse,
  proofOf,
  REMOVABLE_STATES,
  type Proof,
} from '../../src/cleanup/proof.ts';
import { SET_STATES } from '../../src/orphans/vocabulary.ts';
import { SET_FIELDS, type SemaphoreSet } from '../../src/kernel/set-table.ts';
import type { JudgedEvidence } from '../../src/orphans/judge.ts';

const NOW = 1_800_000_000;
const uid = fc.constantFrom(0, 33, 34, 65);
const time = fc.constantFrom(0, NOW - 1000, NOW - 10, NOW, NOW + 10);
const nullable = <T>(values: fc.Arbitrary<T>) => fc.option(values, { freq: 12 });

const set: fc.Arbitrary<SemaphoreSet> = fc.record({
  key: fc.constantFrom(0, 0, 0, 7),
  semid: fc.nat(20),
  mode: fc.constantFrom(0o600, 0o666),
  semaphores: fc.constantFrom(1, 2),
  uid: nullable(uid),
  gid: nullable(uid),
  creatorUid: nullable(uid),
  creatorGid: nullable(uid),
  operatedAt: nullable(time),
  changedAt: nullable(time),
});
const use = fc.record({
  lastPids: fc.array(fc.nat(3), { minLength: 1, maxLength: 2 }),
  values: fc.array(fc.nat(3), { minLength: 1, maxLength: 2 }),
  waiters: fc.constantFrom(0, 0, 0, 1),
});
const evidence: fc.Arbitrary<JudgedEvidence> = fc.record({
  set,
  use: nullable(use),
  verdict: fc.record({
    state: fc.constantFrom(...SET_STATES, 'orphaned' as const, 'orphaned' as const),
    evidence: fc.constant('Because.'),
    holders: fc.constantFrom([], [], [], [4]),
  }),
});
const table = fc
  .uniqueArray(evidence, { selector: (each) => each.set.semid, maxLength: 20 })
  .map((each) => new Map(each.map((one) => [one.set.semid, one])));
const question: fc.Arbitrary<Question> = fc.record({
  uids: fc.subarray([0, 33, 34]),
  states: fc.subarray([...REMOVABLE_STATES], { minLength: 1 }),
  minAgeSeconds: fc.constantFrom(0, 60),
  maxSets: fc.integer({ min: 1, max: 5 }),
  only: fc.constant(null),
});

function orphan(change: Partial<SemaphoreSet> = {}): JudgedEvidence {
  return {
    set: {
      key: 0,
      semid: 7,
      mode: 0o600,
      semaphores: 1,
      uid: 33,
      gid: 33,
      creatorUid: 0,
      creatorGid: 0,
      operatedAt: 0,
      changedAt: NOW - 1000,
      ...change,
    },
    use: { lastPids: [5], values: [1], waiters: 0 },
    verdict: { state: 'orphaned', evidence: 'Because.', holders: [] },
  };
}

function proved(evidenceOf: JudgedEvidence): Proof {
  const proof = proofOf(evidenceOf);
  if (proof === null) throw new Error('no proof');
  return proof;
}

const ALL: Question = { uids: [33], states: ['orphaned'], minAgeSeconds: 0, maxSets: 10, only: null };

describe('planCleanup', () => {
  it('never plans what may not be removed, whatever is asked', () => {
    fc.assert(
      fc.property(table, question, (judged, asked) => {
        const { planned } = planCleanup(judged, asked, NOW);
        expect(planned.length).toBeLessThanOrEqual(asked.maxSets);
        for (const proof of planned) {
          const found = judged.get(proof.set.semid);
          expect(found?.set).toEqual(proof.set);
          expect(asked.states).toContain(found?.verdict.state);
          expect(found?.verdict.holders).toEqual([]);
          expect(found?.use?.waiters).toBe(0);
          expect(proof.set.key).toBe(0);
          expect(proof.set.uid).not.toBe(0);
          expect(asked.uids).toContain(proof.set.uid);
          expect(Object.values(proof.set)).not.toContain(null);
          const age = NOW - Math.max(proof.set.changedAt, proof.set.operatedAt);
          if (asked.minAgeSeconds > 0) expect(age).toBeGreaterThanOrEqual(asked.minAgeSeconds);
        }
      }),
    );
  });

  it('plans each set that meets all conditions, or says that it is over the limit', () => {
    fc.assert(
      fc.property(table, question, (judged, asked) => {
        const { planned, skipped } = planCleanup(judged, asked, NOW);
        const told = [...planned.map((each) => each.set.semid), ...skipped.map((each) => each.semid)];
        expect(new Set(told).size).toBe(told.length);
        for (const [semid, each] of judged) {
          const fits =
            proofOf(each) !== null &&
            asked.uids.includes(each.set.uid ?? -1) &&
            (asked.states as readonly string[]).includes(each.verdict.state) &&
            asked.minAgeSeconds === 0;
          if (!fits) continue;
          const over = skipped.find((one) => one.semid === semid)?.code === 'over_limit';
          expect(over || planned.some((one) => one.set.semid === semid)).toBe(true);
        }
      }),
    );
  });

  it('plans of an earlier plan only what nothing has changed of', () => {
    fc.assert(
      fc.property(table, table, question, (before, after, asked) => {
        const { planned: only } = planCleanup(before, asked, NOW);
        const { planned, skipped } = planCleanup(after, { ...asked, only }, NOW);
        expect(planned.length + skipped.length).toBeLessThanOrEqual(only.length);
        for (const proof of planned) expect(only.some((one) => isSameProof(one, proof))).toBe(true);
      }),
    );
  });

  it.each([
    ['gone', new Map()],
    ['changed', new Map([[7, orphan({ changedAt: NOW - 999 })]])],
    ['changed', new Map([[7, orphan({ uid: 34 })]])],
    ['changed', new Map([[7, orphan({ key: 5 })]])],
    ['changed', new Map([[7, { ...orphan(), use: { lastPids: [6], values: [1], waiters: 0 } }]])],
    [
      'changed',
      new Map([[7, { ...orphan(), verdict: { ...orphan().verdict, state: 'suspected' as const } }]]),
    ],
    ['held', new Map([[7, { ...orphan(), verdict: { ...orphan().verdict, state: 'held' as const } }]])],
    ['unknown', new Map([[7, { ...orphan(), use: null }]])],
  ] as [string, Map<number, JudgedEvidence>][])('skips a planned set as %s', (code, judged) => {
    const { planned, skipped } = planCleanup(judged, { ...ALL, only: [proved(orphan())] }, NOW);
    expect(planned).toEqual([]);
    expect(skipped.map((each) => each.code)).toEqual([code]);
  });

  it('says of a keyed set that it is keyed, whatever its verdict', () => {
    const { planned, skipped } = planCleanup(new Map([[7, orphan({ key: 5 })]]), ALL, NOW);
    expect(planned).toEqual([]);
    expect(skipped).toMatchObject([{ semid: 7, code: 'keyed' }]);
  });

  it('takes those first that have been unchanged for longest', () => {
    const judged = new Map(
      [3, 1, 2].map((age, at) => [at, orphan({ semid: at, changedAt: NOW - age })] as const),
    );
    const { planned, skipped } = planCleanup(judged, { ...ALL, maxSets: 2 }, NOW);
    expect(planned.map(({ set: { semid } }) => semid)).toEqual([0, 2]);
    expect(skipped).toMatchObject([{ semid: 1, code: 'over_limit' }]);
  });

  it('leaves what is more recent than the minimum age, also what was only operated on', () => {
    const judged = new Map([[7, orphan({ operatedAt: NOW - 5 })]]);
    expect(planCleanup(judged, { ...ALL, minAgeSeconds: 10 }, NOW).skipped).toMatchObject([
      { code: 'too_recent' },
    ]);
    expect(planCleanup(judged, { ...ALL, minAgeSeconds: 5 }, NOW).planned).toHaveLength(1);
  });
});

describe('a proof', () => {
  it('differs in every single field of the set', () => {
    const { set: original } = proved(orphan());
    for (const field of SET_FIELDS) {
      expect(isSameSet(original, original)).toBe(true);
      expect(isSameSet(original, { ...original, [field]: original[field] + 1 })).toBe(false);
      expect(isSameSet(original, { ...original, [field]: null })).toBe(false);
    }
  });

  it('differs in last pids, values and waiters', () => {
    const original = { lastPids: [1], values: [2], waiters: 0 };
    expect(isSameUse(original, { ...original })).toBe(true);
    for (const other of [{ lastPids: [2] }, { values: [3] }, { waiters: 1 }, { lastPids: [1, 1] }])
      expect(isSameUse(original, { ...original, ...other })).toBe(false);
  });
});
