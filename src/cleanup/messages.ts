import type { ProofBlocker } from '../orphans/vocabulary.ts';
import type { Plan, SkipCode } from './plan.ts';
import type { Proof } from './proof.ts';
import type { RemovalPrograms } from './removal-programs.ts';

/** Why nothing can be proved or removed at present: the code of the refusal. */
export type CleanupBlocker = ProofBlocker | 'cannot_become_owner' | 'not_judged';

/** A fresh observation's answer to a question. */
export type Proved =
  | {
      readonly kind: 'plan';
      readonly plan: Plan;
      /** Names of the owners of the planned sets, as far as they have one. */
      readonly names: ReadonlyMap<number, string>;
      readonly table: TableUse;
    }
  | {
      readonly kind: 'blocked';
      readonly code: CleanupBlocker;
      /** A sentence. */
      readonly message: string;
    };

/** How full the table of sets is. */
export interface TableUse {
  readonly sets: number;
  /** SEMMNI; null where it could not be read. */
  readonly limit: number | null;
}

/** Sets of one owner to be removed by one call of ipcrm, each if its proof still stands. */
export interface Batch {
  readonly proofs: readonly Proof[];
  readonly programs: RemovalPrograms;
}

/** What became of one set of a batch. */
export type Outcome =
  | { readonly kind: 'removed'; readonly semid: number }
  | { readonly kind: 'skipped'; readonly semid: number; readonly code: SkipCode; readonly reason: string }
  | { readonly kind: 'failed'; readonly semid: number; readonly error: string };

/** What became of a batch. */
export interface BatchResult {
  /** One for each proof, in their order. */
  readonly outcomes: readonly Outcome[];
  /** Sets that are there afterwards. */
  readonly sets: number;
  /** Whether the next batch may be tried. */
  readonly goOn: boolean;
}
