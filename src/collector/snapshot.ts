import type { SemaphoreLimits, SemaphoreTotals } from '../kernel/limits.ts';
import type { SemaphoreSet, SetTable } from '../kernel/set-table.ts';
import type { Judgements } from '../orphans/judgements.ts';
import { SET_STATES, type ProofBlocker, type SetState } from '../orphans/vocabulary.ts';

/** The parts of a collection that succeed or fail on their own. */
export const COLLECTORS = ['sets', 'limits', 'orphans'] as const;

/** One of {@link COLLECTORS}. */
export type CollectorName = (typeof COLLECTORS)[number];

/** Sets and semaphores of one owner, in each state. */
export interface OwnerUsage {
  /** Full user name, or the uid in digits where it has no name. */
  readonly owner: string;
  /** Null where only `ipcs` could be read and its name has no uid. */
  readonly uid: number | null;
  readonly states: Readonly<Record<SetState, SemaphoreTotals>>;
}

/** How one part of the collection went. */
export interface CollectorResult {
  readonly success: boolean;
  readonly durationSeconds: number;
}

/** One successful collection: what the machine's semaphores were at one moment. Never changed after it is made. */
export interface Snapshot {
  /** End of the collection, seconds since the epoch. */
  readonly collectedAt: number;
  /** All sets of the IPC namespace, lowest semid first. */
  readonly sets: SetTable;
  /** Row of `sets` → index into `owners`. */
  readonly ownerOf: Uint32Array;
  readonly judgements: Judgements;
  readonly totals: SemaphoreTotals;
  /** Null where they could not be read. */
  readonly limits: SemaphoreLimits | null;
  /** By name, then uid. */
  readonly owners: readonly OwnerUsage[];
  /** Owners whose name `ipcs` had cut and nothing could complete. */
  readonly truncatedOwners: number;
  /** Null where it could not be read. `inode` is that of /proc/self/ns/ipc. */
  readonly ipcNamespace: { readonly inode: number; readonly initial: boolean } | null;
  /** Without `orphans` where sets are not judged. */
  readonly collectors: Readonly<
    Record<Exclude<CollectorName, 'orphans'>, CollectorResult> & Partial<Record<'orphans', CollectorResult>>
  >;
  readonly proofBlocked: readonly ProofBlocker[];
  /** Sets one start of each service needs, as last learned. */
  readonly startDemand: readonly {
    readonly profile: string;
    readonly owner: string;
    readonly sets: number;
  }[];
  /** Sets that became `orphaned` in this collection, by owner. */
  readonly newlyOrphaned: readonly { readonly owner: string; readonly uid: number; readonly sets: number }[];
  /** Change time of the oldest orphaned set of each owner that has one, seconds since the epoch. */
  readonly oldestOrphans: readonly { readonly owner: string; readonly changedAt: number }[];
  /** One sentence for each thing that could not be read, though the collection succeeded. */
  readonly notices: readonly string[];
}

/** One set of a snapshot with everything that is known of it. */
export interface JudgedSet extends SemaphoreSet {
  readonly owner: string;
  readonly state: SetState;
  /** A sentence. */
  readonly evidence: string;
  /** Pids, ascending. */
  readonly holders: readonly number[];
}

/** Row `row` of a snapshot's sets. Throws a RangeError where there is no such row. */
export function judgedSet(snapshot: Snapshot, row: number): JudgedSet {
  const { judgements } = snapshot;
  return {
    ...snapshot.sets.at(row),
    owner: snapshot.owners[snapshot.ownerOf[row] ?? -1]?.owner ?? '',
    state: stateOf(snapshot, row),
    evidence: judgements.sentences[judgements.sentence[row] ?? -1] ?? '',
    holders: judgements.holderLists[judgements.holders[row] ?? -1] ?? [],
  };
}

/** The state of row `row`; `unknown` where there is no such row. */
export function stateOf(snapshot: Snapshot, row: number): SetState {
  return SET_STATES[snapshot.judgements.states[row] ?? -1] ?? 'unknown';
}
