import type { AppliedAnswer, PlanAnswer, SkippedAnswer } from './cleanup-answer.ts';
import { formatAge } from './format-age.ts';
import { printable } from './printable.ts';
import { renderTable, type Column } from './text-table.ts';

const PLANNED: readonly Column[] = [
  { heading: 'SEMID', flushRight: true },
  { heading: 'OWNER' },
  { heading: 'SEMAPHORES', flushRight: true },
  { heading: 'CHANGED', flushRight: true },
  { heading: 'STATE' },
  { heading: 'WHY IT IS SAFE' },
];
const SKIPPED: readonly Column[] = [
  { heading: 'SKIPPED' },
  { heading: 'SETS', flushRight: true },
  { heading: 'SEMIDS' },
  { heading: 'WHY' },
];
const FAILED: readonly Column[] = [
  { heading: 'SEMID', flushRight: true },
  { heading: 'NOT REMOVED BECAUSE' },
];
/** Semids of skipped sets that are written out; a table of the host's can have 32 000. */
const NAMED = 3;

/**
 * A plan for the one who decides: what would go, whose it is, since when and why that is safe; what stays and why. No line is
 * cut to the width of a terminal: the reasons come last, and are what one decides by.
 *
 * @param now seconds since the epoch
 */
export function renderPlan(plan: PlanAnswer, now: number): string {
  const { planned, skipped } = plan;
  const rows = planned.map(({ semid, owner, semaphores, changedAt, state, evidence }) => [
    String(semid),
    owner,
    String(semaphores),
    formatAge(now - Date.parse(changedAt) / 1000),
    state,
    evidence,
  ]);
  const parts = [
    planned.length === 0 ? 'Nothing to remove.\n' : renderTable(PLANNED, rows, undefined),
    ...(skipped.length === 0 ? [] : [renderSkipped(skipped)]),
  ];
  return parts.join('\n');
}

/** One sentence of how many sets a plan would remove, and whose. */
export function planSummary({ planned }: PlanAnswer): string {
  const owners = new Map<string, number>();
  for (const { owner } of planned) owners.set(owner, (owners.get(owner) ?? 0) + 1);
  const whose = [...owners].map(([owner, sets]) => `${sets} of ${printable(owner)}`).join(', ');
  return `${setsInWords(planned.length)} to remove: ${whose}.`;
}

/** What came of a plan: what was removed, what was not and why, and the free sets before and after. */
export function renderApplied(applied: AppliedAnswer): string {
  const { removed, skipped, failed, before, after } = applied;
  const failures = failed.map(({ semid, error }) => [String(semid), error]);
  return [
    ...(skipped.length === 0 ? [] : [`${renderSkipped(skipped)}\n`]),
    ...(failed.length === 0 ? [] : [`${renderTable(FAILED, failures, undefined)}\n`]),
    `Removed ${setsInWords(removed.length)}: ${freeSets(before, after)}.\n`,
  ].join('');
}

/** Whether a set that was planned is still there: what is gone by itself needs no removal. */
export function leftSomething({ failed, skipped }: AppliedAnswer): boolean {
  return failed.length > 0 || skipped.some(({ code }) => code !== 'gone');
}

function freeSets(before: AppliedAnswer['before'], after: AppliedAnswer['after']): string {
  if (before.limit === null) return `sets ${before.sets} → ${after.sets}`;
  const free = (sets: number): number => Math.max(0, (before.limit ?? 0) - sets);
  return `free sets ${free(before.sets)} → ${free(after.sets)} of ${before.limit}`;
}

/** Skipped sets, one line for each reason: a thousand sets of the live server have the same one. */
function renderSkipped(skipped: readonly SkippedAnswer[]): string {
  const groups = new Map<string, { code: string; reason: string; semids: number[] }>();
  for (const { semid, code, reason } of skipped) {
    const name = `${code} ${reason}`;
    const group = groups.get(name) ?? { code, reason, semids: [] };
    groups.set(name, group);
    group.semids.push(semid);
  }
  const rows = [...groups.values()].map(({ code, reason, semids }) => [
    code,
    String(semids.length),
    semids.slice(0, NAMED).join(' ') + (semids.length > NAMED ? ' …' : ''),
    reason,
  ]);
  return renderTable(SKIPPED, rows, undefined);
}

function setsInWords(count: number): string {
  return count === 1 ? '1 set' : `${count} sets`;
}
