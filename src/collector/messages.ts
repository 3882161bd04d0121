import type { Batch, BatchResult, Proved } from '../cleanup/messages.ts';
import type { Question } from '../cleanup/plan.ts';
import type { RemovalPrograms } from '../cleanup/removal-programs.ts';
import type { FailureReason } from '../errors.ts';
import { SetTable } from '../kernel/set-table.ts';
import type { OrphanConfig } from '../orphans/orphan-watch.ts';
import type { Profile } from '../orphans/profiles.ts';
import type { Snapshot } from './snapshot.ts';

/** What the worker thread needs to know once, when it starts. */
export interface CollectorConfig {
  /** `ipcs`: run `ipcs -s` and complete it from procfs; `procfs`: read only /proc/sysvipc/sem. */
  readonly source: 'ipcs' | 'procfs';
  /** The program, a path or a name in PATH. */
  readonly ipcsPath: string;
  /** Where procfs is mounted. */
  readonly procfs: string;
  /** Whether `sysvsem_set_info` is rendered. */
  readonly perSet: boolean;
  /** How the sets are judged; null where they are not. */
  readonly orphans: OrphanConfig | null;
}

/** A {@link CollectorConfig} and the memory through which the worker tells which child runs. */
export interface WorkerInput {
  readonly config: CollectorConfig;
  /** One Int32: the process group of the child that runs, 0 for none. */
  readonly child: SharedArrayBuffer;
}

/** From the main thread to the worker. */
export type Request =
  | { readonly type: 'collect'; readonly id: number }
  | { readonly type: 'abort' }
  /** Judge by other profiles from now on. */
  | { readonly type: 'profiles'; readonly profiles: readonly Profile[] }
  /** Write what is to outlive the worker. */
  | { readonly type: 'flush'; readonly id: number }
  /** Observe afresh and tell what a cleanup may remove. */
  | {
      readonly type: 'prove';
      readonly id: number;
      readonly question: Question;
      readonly programs: RemovalPrograms;
    }
  /** Remove what has been proved. */
  | { readonly type: 'remove'; readonly id: number; readonly batch: Batch };

/** From the worker to the main thread: the end of what was asked under that number. */
export type Reply =
  | {
      readonly type: 'done';
      readonly id: number;
      readonly snapshot: PackedSnapshot;
      readonly setInfo: Uint8Array<ArrayBuffer> | null;
    }
  | { readonly type: 'failed'; readonly id: number; readonly reason: FailureReason; readonly message: string }
  | { readonly type: 'flushed'; readonly id: number; readonly notices: readonly string[] }
  | { readonly type: 'proved'; readonly id: number; readonly proved: Proved }
  | { readonly type: 'batch'; readonly id: number; readonly result: BatchResult };

/** A snapshot as it crosses between threads, where a class would lose its methods. */
export type PackedSnapshot = Omit<Snapshot, 'sets'> & { readonly sets: Float64Array<ArrayBuffer> };

/**
 * The snapshot as it crosses, and the blocks of memory that are handed over instead of copied: once it has crossed,
 * the one on this side is empty.
 */
export function packSnapshot(snapshot: Snapshot): { packed: PackedSnapshot; transfer: ArrayBuffer[] } {
  const cells = snapshot.sets.cells as Float64Array<ArrayBuffer>;
  const { states, sentence, holders } = snapshot.judgements;
  const blocks = [cells, snapshot.ownerOf, states, sentence, holders].map((block) => block.buffer);
  return { packed: { ...snapshot, sets: cells }, transfer: blocks as ArrayBuffer[] };
}

/** The snapshot that crossed. */
export function unpackSnapshot(packed: PackedSnapshot): Snapshot {
  return { ...packed, sets: new SetTable(packed.sets) };
}
