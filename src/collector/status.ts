import type { FailureReason } from '../errors.ts';
import type { ProofBlocker, Snapshot } from './snapshot.ts';

/** What the exporter knows at this moment: the outcome of the last collection and what outlives a failed one. */
export interface CollectionStatus {
  /** The last collection's result; null where it failed or none has ended yet. */
  readonly snapshot: Snapshot | null;
  /** Why there is no snapshot; null while the last collection succeeded or none has ended yet. */
  readonly failure: CollectionFailure | null;
  /** End of the last successful collection, seconds since the epoch; null before the first. */
  readonly lastSuccessAt: number | null;
  /** Collections that have ended since start. */
  readonly collections: number;
  /** Those of them that failed, by reason. */
  readonly failures: Readonly<Record<FailureReason, number>>;
  /** Sets that became `orphaned` since start, by owner. */
  readonly orphansDetected: readonly { readonly owner: string; readonly uid: number; readonly sets: number }[];
  /** As of the last successful collection. */
  readonly proofBlocked: readonly ProofBlocker[];
  /** As of the last successful collection. */
  readonly startDemand: Snapshot['startDemand'];
}

/** A failed collection. */
export interface CollectionFailure {
  readonly reason: FailureReason;
  /** One sentence. */
  readonly message: string;
}
