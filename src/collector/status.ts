import { FAILURE_REASONS, type FailureReason } from '../errors.ts';
import type { Snapshot } from './snapshot.ts';
import type { ProofBlocker } from '../orphans/vocabulary.ts';

/** What the exporter knows at this moment: the outcome of the last collection and what outlives a failed one. */
export interface CollectionStatus {
  /** The last collection's result; null where it failed or none has ended yet. */
  readonly snapshot: Snapshot | null;
  /** The rendered `sysvsem_set_info` of that snapshot; null where it was not asked for. */
  readonly setInfo: Uint8Array | null;
  /** Why there is no snapshot; null while the last collection succeeded or none has ended yet. */
  readonly failure: CollectionFailure | null;
  /** End of the last successful collection, seconds since the epoch; null before the first. */
  readonly lastSuccessAt: number | null;
  /** Collections that have ended since start. */
  readonly collections: number;
  /** Those of them that failed, by reason. */
  readonly failures: Readonly<Record<FailureReason, number>>;
  /** Sets that became `orphaned` since start, by owner. */
  readonly orphansDetected: readonly DetectedOrphans[];
  /** As of the last successful collection. */
  readonly proofBlocked: readonly ProofBlocker[];
  /** As of the last successful collection. */
  readonly startDemand: Snapshot['startDemand'];
}

/** Sets of one owner that became `orphaned`. */
export interface DetectedOrphans {
  readonly owner: string;
  readonly uid: number;
  readonly sets: number;
}

/** A failed collection. */
export interface CollectionFailure {
  readonly reason: FailureReason;
  /** One sentence. */
  readonly message: string;
}

/** What is known before the first collection has ended. */
export const NOTHING_COLLECTED: CollectionStatus = {
  snapshot: null,
  setInfo: null,
  failure: null,
  lastSuccessAt: null,
  collections: 0,
  failures: Object.fromEntries(FAILURE_REASONS.map((reason) => [reason, 0])) as Record<FailureReason, number>,
  orphansDetected: [],
  proofBlocked: [],
  startDemand: [],
};

/** What is known after a collection that succeeded. */
export function afterSuccess(
  before: CollectionStatus,
  snapshot: Snapshot,
  setInfo: Uint8Array | null,
): CollectionStatus {
  return {
    snapshot,
    setInfo,
    failure: null,
    lastSuccessAt: snapshot.collectedAt,
    collections: before.collections + 1,
    failures: before.failures,
    orphansDetected: addDetected(before.orphansDetected, snapshot.newlyOrphaned),
    proofBlocked: snapshot.proofBlocked,
    startDemand: snapshot.startDemand,
  };
}

/** What is known after a collection that failed: nothing of the sets, because what was true may be no more. */
export function afterFailure(before: CollectionStatus, failure: CollectionFailure): CollectionStatus {
  return {
    ...before,
    snapshot: null,
    setInfo: null,
    failure,
    collections: before.collections + 1,
    failures: { ...before.failures, [failure.reason]: before.failures[failure.reason] + 1 },
  };
}

function addDetected(
  before: readonly DetectedOrphans[],
  more: readonly DetectedOrphans[],
): readonly DetectedOrphans[] {
  const total = new Map(before.map((entry) => [entry.uid, entry]));
  for (const entry of more) {
    total.set(entry.uid, { ...entry, sets: (total.get(entry.uid)?.sets ?? 0) + entry.sets });
  }
  return [...total.values()];
}
