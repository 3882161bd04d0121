import { describe, expect, it } from 'vitest';
import type { AppliedAnswer, PlanAnswer } from '../../src/cli/cleanup-answer.ts';
import { leftSomething, planSummary, renderApplied, renderPlan } from '../../src/cli/cleanup-text.ts';

const NOW = 1_790_003_600;

function orphan(semid: number, owner = 'www-data', evidence = 'Nobody is left.'): PlanAnswer['planned'][0] {
  const changedAt = new Date((NOW - 3600) * 1000).toISOString();
  return { semid, key: '0x00000000', owner, uid: 33, semaphores: 1, state: 'orphaned', changedAt, evidence };
}

function plan(told: Partial<PlanAnswer>): PlanAnswer {
  return { dryRun: true, planId: 'p', expiresAt: '', planned: [], skipped: [], ...told };
}

function applied(told: Partial<AppliedAnswer>): AppliedAnswer {
  return {
    dryRun: false,
    planned: [],
    skipped: [],
    removed: [],
    failed: [],
    before: { sets: 125, limit: 128 },
    after: { sets: 7, limit: 128 },
    ...told,
  };
}

describe('a plan as a table', () => {
  it('tells what goes, whose it is, since when and why; and what stays, one line a reason', () => {
    const skipped = [
      ...[1, 2, 3, 4].map((semid) => ({ semid, code: 'held' as const, reason: 'Process 12 may know it.' })),
      { semid: 9, code: 'keyed' as const, reason: 'It has a key.' },
    ];
    expect(renderPlan(plan({ planned: [orphan(7), orphan(32_769, 'git')], skipped }), NOW)).toBe(`\
SEMID  OWNER     SEMAPHORES  CHANGED  STATE     WHY IT IS SAFE
    7  www-data           1       1h  orphaned  Nobody is left.
32769  git                1       1h  orphaned  Nobody is left.

SKIPPED  SETS  SEMIDS   WHY
held        4  1 2 3 …  Process 12 may know it.
keyed       1  9        It has a key.
`);
  });

  it('says so where nothing goes', () => {
    expect(renderPlan(plan({}), NOW)).toBe('Nothing to remove.\n');
  });

  it('cuts no reason short, and writes nothing that a terminal obeys', () => {
    const planned = [orphan(7, '\u001b[31mred', `two\nlines ${'x'.repeat(200)}`)];
    const lines = renderPlan(plan({ planned }), NOW).trimEnd().split('\n');
    expect(lines).toHaveLength(2);
    expect(lines[1]).toContain('x'.repeat(200));
    expect(lines[1]).toContain(String.raw`\u{1b}[31mred`);
    expect(planSummary(plan({ planned }))).toBe(String.raw`1 set to remove: 1 of \u{1b}[31mred.`);
  });

  it('lays out a full table', () => {
    const planned = Array.from({ length: 200_000 }, (_, semid) => orphan(semid));
    expect(renderPlan(plan({ planned }), NOW).split('\n')).toHaveLength(200_002);
  });

  it('sums up whose sets go', () => {
    const planned = [orphan(1), orphan(2), orphan(3, 'git')];
    expect(planSummary(plan({ planned }))).toBe('3 sets to remove: 2 of www-data, 1 of git.');
  });
});

describe('what came of a plan', () => {
  it('shows the free sets before and after', () => {
    const text = renderApplied(applied({ removed: Array.from({ length: 118 }, (_, at) => orphan(at)) }));
    expect(text).toBe('Removed 118 sets: free sets 3 → 121 of 128.\n');
  });

  it('shows the sets themselves where the limit is unknown', () => {
    const text = renderApplied(
      applied({ before: { sets: 9, limit: null }, after: { sets: 8, limit: null } }),
    );
    expect(text).toBe('Removed 0 sets: sets 9 → 8.\n');
  });

  it('names each set that could not be removed, and why', () => {
    const told = applied({
      failed: [{ semid: 5, error: 'permission denied' }],
      skipped: [{ semid: 6, code: 'changed', reason: 'It is not what it was.' }],
    });
    expect(renderApplied(told)).toBe(`\
SKIPPED  SETS  SEMIDS  WHY
changed     1  6       It is not what it was.

SEMID  NOT REMOVED BECAUSE
    5  permission denied

Removed 0 sets: free sets 3 → 121 of 128.
`);
  });

  it.each([
    [applied({}), false],
    [applied({ skipped: [{ semid: 1, code: 'gone', reason: '' }] }), false],
    [applied({ skipped: [{ semid: 1, code: 'in_use', reason: '' }] }), true],
    [applied({ failed: [{ semid: 1, error: '' }] }), true],
  ])('is incomplete only where a planned set is still there', (told, incomplete) => {
    expect(leftSomething(told)).toBe(incomplete);
  });
});
