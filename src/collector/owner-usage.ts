import type { SemaphoreTotals } from '../kernel/limits.ts';
import type { SetTable } from '../kernel/set-table.ts';
import type { OwnerUsage } from './snapshot.ts';
import { SET_STATES, type SetState } from '../orphans/vocabulary.ts';

/** An owner with the name it is published under. */
export interface NamedOwner {
  /** Full user name, or the uid in digits. */
  readonly owner: string;
  readonly uid: number | null;
}

/** Usage by owner, sorted by name and then uid, and for each row of the sets the index of its owner there. */
export interface UsageByOwner {
  readonly owners: readonly OwnerUsage[];
  readonly ownerOf: Uint32Array;
}

/**
 * Adds up sets and semaphores of each owner in each state; `states` holds indexes into {@link SET_STATES}. Owners of the
 * same name and uid become one: `ipcs` may print a name for some sets of a user and the number for others.
 */
export function usageByOwner(
  sets: SetTable,
  owners: readonly NamedOwner[],
  ownerOf: Uint32Array,
  states: Uint8Array,
): UsageByOwner {
  const distinct = [...new Map(owners.map((named) => [keyOf(named), named])).values()].sort(compare);
  const position = new Map(distinct.map((named, index) => [keyOf(named), index]));
  const positionOf = owners.map((named) => position.get(keyOf(named)));
  const counts = distinct.map(() => SET_STATES.map(() => ({ sets: 0, semaphores: 0 })));
  const published = new Uint32Array(sets.length);
  for (let row = 0; row < sets.length; row++) {
    const at = positionOf[ownerOf[row] ?? -1] ?? -1;
    const count = counts[at]?.[states[row] ?? -1];
    if (count === undefined) throw new RangeError(`row ${row} of the sets has no owner or no state`);
    count.sets += 1;
    count.semaphores += sets.value(row, 'semaphores');
    published[row] = at;
  }
  return {
    owners: distinct.map(({ owner, uid }, at) => ({ owner, uid, states: byState(counts[at] ?? []) })),
    ownerOf: published,
  };
}

function keyOf({ owner, uid }: NamedOwner): string {
  return `${uid ?? ''} ${owner}`;
}

function byState(counts: readonly SemaphoreTotals[]): Record<SetState, SemaphoreTotals> {
  return Object.fromEntries(SET_STATES.map((state, index) => [state, counts[index]])) as Record<
    SetState,
    SemaphoreTotals
  >;
}

function compare(a: NamedOwner, b: NamedOwner): number {
  if (a.owner !== b.owner) return a.owner < b.owner ? -1 : 1;
  return (a.uid ?? -1) - (b.uid ?? -1);
}
