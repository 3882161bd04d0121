import type { SetUse } from '../kernel/observed.ts';
import type { SemaphoreSet } from '../kernel/set-table.ts';
import { CLOCK_SLACK } from './observation.ts';

/**
 * Between which moments of the boot clock the operation happened that left its process's number as the set's last
 * pid. A process that started later cannot have done it; one that started earlier and lives still must have.
 */
export interface OperationWindow {
  readonly after: number;
  readonly before: number;
}

/** What was last seen of a set's operations, and when: what a new reading is compared with. */
export interface EarlierReading {
  readonly set: SemaphoreSet;
  readonly use: SetUse | null;
  readonly operation: OperationWindow;
}

/** The clocks of an observation and of the one before it. */
export interface Clocks {
  readonly endedAt: number;
  readonly bootedAt: number;
  readonly previous: { readonly startedAt: number; readonly bootedAt: number } | null;
}

/** How far two readings of wall clock minus boot clock may lie apart without a step, seconds. */
const STEP = 0.05;

/** Whether the set or its semaphores show anything else than when they were last read. */
export function hasChanged(earlier: EarlierReading, set: SemaphoreSet, use: SetUse | null): boolean {
  return (
    earlier.set.operatedAt !== set.operatedAt ||
    earlier.set.changedAt !== set.changedAt ||
    (use !== null &&
      earlier.use !== null &&
      (!sameNumbers(earlier.use.lastPids, use.lastPids) || !sameNumbers(earlier.use.values, use.values)))
  );
}

/** The window after a new reading; `earlier` is null for a set that is seen for the first time. */
export function operationWindow(
  earlier: EarlierReading | null,
  set: SemaphoreSet,
  use: SetUse | null,
  clocks: Clocks,
): OperationWindow {
  const { previous, endedAt } = clocks;
  const known = earlier?.operation ?? { after: 0, before: endedAt };
  // A new ctime alone may be IPC_SET, which leaves the last pid of an older operation: the lower bound stays.
  const happenedSince = earlier === null || operatedSince(earlier, set, use);
  const after = happenedSince && previous !== null ? previous.startedAt : known.after;
  if (previous !== null && Math.abs(previous.bootedAt - clocks.bootedAt) > STEP)
    return { after, before: endedAt };
  return narrowed({ after, before: endedAt }, set, clocks, happenedSince && previous !== null);
}

function operatedSince(earlier: EarlierReading, set: SemaphoreSet, use: SetUse | null): boolean {
  if (earlier.set.operatedAt !== set.operatedAt) return true;
  return use !== null && earlier.use !== null && !sameNumbers(earlier.use.lastPids, use.lastPids);
}

/** The window made narrower by the set's own times, as far as they agree with it. */
function narrowed(
  window: OperationWindow,
  set: SemaphoreSet,
  clocks: Clocks,
  happenedSince: boolean,
): OperationWindow {
  const operatedAt =
    set.operatedAt === 0 || set.operatedAt === null ? null : set.operatedAt - clocks.bootedAt;
  const changedAt = (set.changedAt ?? 0) - clocks.bootedAt;
  // Times before the boot, or in the future, were taken from a clock that has since been set.
  if (changedAt < -1 || changedAt > window.before + 1) return window;
  if (operatedAt !== null && (operatedAt < -1 || operatedAt > window.before + 1)) return window;
  const latest = Math.max(operatedAt ?? changedAt, changedAt) + 1 + CLOCK_SLACK;
  const earliest = (operatedAt ?? 0) - CLOCK_SLACK;
  return {
    after: happenedSince ? Math.max(window.after, earliest) : window.after,
    before: latest > window.after ? Math.min(window.before, latest) : window.before,
  };
}

function sameNumbers(one: readonly number[], other: readonly number[]): boolean {
  return one.length === other.length && one.every((number, index) => number === other[index]);
}
