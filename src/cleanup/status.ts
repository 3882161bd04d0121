import { SKIP_CODES, type SkipCode } from './plan.ts';

/** How a request for a cleanup can end: the `outcome` of `sysvsem_cleanup_requests_total`. */
export const CLEANUP_OUTCOMES = ['planned', 'applied', 'refused', 'unauthorized', 'failed'] as const;

/** One of {@link CLEANUP_OUTCOMES}. */
export type CleanupOutcome = (typeof CLEANUP_OUTCOMES)[number];

/** What the cleanups since start came to. Never changed after it is made. */
export interface CleanupStatus {
  readonly requests: Readonly<Record<CleanupOutcome, number>>;
  /** Owner's name → sets removed; every allowed owner is in it from the start. */
  readonly removed: ReadonlyMap<string, number>;
  /** Sets that an applied cleanup left alone, by reason. */
  readonly skipped: Readonly<Record<SkipCode, number>>;
  /** Sets that could not be removed. */
  readonly failed: number;
  /** End of the last applied cleanup in which nothing failed, seconds since the epoch; 0 before the first. */
  readonly lastSuccessAt: number;
}

/** What is known before the first request. */
export function noCleanups(owners: Iterable<string>): CleanupStatus {
  return {
    requests: Object.fromEntries(
      CLEANUP_OUTCOMES.map((outcome) => [outcome, 0]),
    ) as CleanupStatus['requests'],
    removed: new Map(Array.from(owners, (owner) => [owner, 0])),
    skipped: Object.fromEntries(SKIP_CODES.map((code) => [code, 0])) as CleanupStatus['skipped'],
    failed: 0,
    lastSuccessAt: 0,
  };
}

/** The status after one more request. */
export function afterRequest(before: CleanupStatus, outcome: CleanupOutcome): CleanupStatus {
  return { ...before, requests: { ...before.requests, [outcome]: before.requests[outcome] + 1 } };
}

/** What one applied cleanup did. */
export interface Applied {
  /** Owner's name of each set that was removed. */
  readonly removedOwners: readonly string[];
  readonly skipped: readonly { readonly code: SkipCode }[];
  readonly failed: number;
  /** Its end, seconds since the epoch. */
  readonly endedAt: number;
}

/** The status after a cleanup was applied. */
export function afterApplied(before: CleanupStatus, applied: Applied): CleanupStatus {
  const removed = new Map(before.removed);
  for (const owner of applied.removedOwners) removed.set(owner, (removed.get(owner) ?? 0) + 1);
  const skipped = { ...before.skipped };
  for (const { code } of applied.skipped) skipped[code]++;
  return {
    ...before,
    removed,
    skipped,
    failed: before.failed + applied.failed,
    lastSuccessAt: applied.failed === 0 ? applied.endedAt : before.lastSuccessAt,
  };
}
