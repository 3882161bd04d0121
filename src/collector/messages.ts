import type { FailureReason } from '../errors.ts';
import { SetTable } from '../kernel/set-table.ts';
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
}

/** A {@link CollectorConfig} and the memory through which the worker tells which child runs. */
export interface WorkerInput {
  readonly config: CollectorConfig;
  /** One Int32: the process group of the child that runs, 0 for none. */
  readonly child: SharedArrayBuffer;
}

/** From the main thread to the worker. */
export type Request = { readonly type: 'collect'; readonly id: number } | { readonly type: 'abort' };

/** From the worker to the main thread: the end of one collection. */
export type Reply =
  | {
      readonly type: 'done';
      readonly id: number;
      readonly snapshot: PackedSnapshot;
      readonly setInfo: Uint8Array<ArrayBuffer> | null;
    }
  | {
      readonly type: 'failed';
      readonly id: number;
      readonly reason: FailureReason;
      readonly message: string;
    };

/** A snapshot as it crosses between threads, where a class would lose its methods. */
export type PackedSnapshot = Omit<Snapshot, 'sets'> & { readonly sets: Float64Array<ArrayBuffer> };

/** The snapshot as it crosses, and the blocks of memory that are handed over instead of copied. */
export function packSnapshot(snapshot: Snapshot): { packed: PackedSnapshot; transfer: ArrayBuffer[] } {
  const cells = new Float64Array(snapshot.sets.cells);
  const { states, sentence, holders } = snapshot.judgements;
  const blocks = [cells, snapshot.ownerOf, states, sentence, holders].map((block) => block.buffer);
  return { packed: { ...snapshot, sets: cells }, transfer: blocks as ArrayBuffer[] };
}

/** The snapshot that crossed. */
export function unpackSnapshot(packed: PackedSnapshot): Snapshot {
  return { ...packed, sets: new SetTable(packed.sets) };
}
