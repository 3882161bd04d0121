import type { SemaphoreTotals } from '../kernel/limits.ts';
import type { SetTable } from '../kernel/set-table.ts';
import { SET_STATES, type OwnerUsage, type SetState } from './snapshot.ts';

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

/** Adds up sets and semaphores of each owner in each state; `states` holds indexes into {@link SET_STATES}. */
export function usageByOwner(
  sets: SetTable,
  owners: readonly NamedOwner[],
  ownerOf: Uint32Array,
  states: Uint8Array,
): UsageByOwner {
  const counts = owners.map(() => SET_STATES.map(() => ({ sets: 0, semaphores: 0 })));
  for (let row = 0; row < sets.length; row++) {
    const count = counts[ownerOf[row] ?? -1]?.[states[row] ?? -1];
    if (count === undefined) throw new RangeError(`row ${row} of the sets has no owner or no state`);
    count.sets += 1;
    count.semaphores += sets.value(row, 'semaphores');
  }
  const order = owners.map((_, index) => index).sort((a, b) => compare(owners[a], owners[b]));
  const position = new Uint32Array(owners.length);
  order.forEach((index, at) => (position[index] = at));
  return {
    owners: order.flatMap((index) => {
      const named = owners[index];
      const count = counts[index];
      return named && count ? [{ owner: named.owner, uid: named.uid, states: byState(count) }] : [];
    }),
    ownerOf: ownerOf.map((index) => position[index] ?? 0),
  };
}

function byState(counts: readonly SemaphoreTotals[]): Record<SetState, SemaphoreTotals> {
  return Object.fromEntries(SET_STATES.map((state, index) => [state, counts[index]])) as Record<
    SetState,
    SemaphoreTotals
  >;
}

function compare(a: NamedOwner | undefined, b: NamedOwner | undefined): number {
  const [one, other] = [a?.owner ?? '', b?.owner ?? ''];
  if (one !== other) return one < other ? -1 : 1;
  return (a?.uid ?? -1) - (b?.uid ?? -1);
}
