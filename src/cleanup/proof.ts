import type { SetState } from '../orphans/vocabulary.ts';
import type { SetUse } from '../kernel/observed.ts';
import type { SemaphoreSet, SetField } from '../kernel/set-table.ts';
import { SET_FIELDS } from '../kernel/set-table.ts';
import type { JudgedEvidence } from '../orphans/judge.ts';

/** States of a set that a cleanup may remove at all; `suspected` only where operator and request both say so. */
export const REMOVABLE_STATES = ['orphaned', 'suspected'] as const satisfies readonly SetState[];

/** One of {@link REMOVABLE_STATES}. */
export type RemovableState = (typeof REMOVABLE_STATES)[number];

/** A row of a listing that was read in full. */
export type CompleteSet = { readonly [Field in keyof SemaphoreSet]: NonNullable<SemaphoreSet[Field]> };

/** Why one set may be removed, with all that must still be so at the moment of its removal. */
export interface Proof {
  readonly set: CompleteSet;
  readonly use: SetUse;
  readonly state: RemovableState;
  /** The verdict in words. */
  readonly evidence: string;
}

/** The proof that a verdict makes; null where it is no verdict to remove a set by, whatever else is asked. */
export function proofOf({ set, use, verdict }: JudgedEvidence): Proof | null {
  const { state, evidence, holders } = verdict;
  if (state !== 'orphaned' && state !== 'suspected') return null;
  if (!isComplete(set) || use?.waiters !== 0 || holders.length > 0) return null;
  if (set.key !== 0 || set.uid === 0) return null;
  return { set, use, state, evidence };
}

/** Whether two readings are of one set of which nothing at all has changed. */
export function isSameSet(one: SemaphoreSet, other: SemaphoreSet): boolean {
  return SET_FIELDS.every((field: SetField) => one[field] !== null && one[field] === other[field]);
}

/** Whether two readings of a set's semaphores are equal: last pids, values and waiters. */
export function isSameUse(one: SetUse, other: SetUse): boolean {
  return (
    one.waiters === other.waiters &&
    isSameList(one.lastPids, other.lastPids) &&
    isSameList(one.values, other.values)
  );
}

/** Whether two proofs are of one set of which nothing has changed, by the same verdict. */
export function isSameProof(one: Proof, other: Proof): boolean {
  return one.state === other.state && isSameSet(one.set, other.set) && isSameUse(one.use, other.use);
}

function isComplete(set: SemaphoreSet): set is CompleteSet {
  return SET_FIELDS.every((field) => set[field] !== null);
}

function isSameList(one: readonly number[], other: readonly number[]): boolean {
  return one.length === other.length && one.every((value, at) => value === other[at]);
}
