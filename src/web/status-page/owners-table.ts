import { SET_STATES } from '../../orphans/vocabulary.ts';
import type { OwnerUsage } from '../../collector/snapshot.ts';
import type { SetState } from '../../orphans/vocabulary.ts';
import { count, counted, plain } from './words.ts';

/** Owners that have a row of their own; the others share one. */
const MOST_ROWS = 10;

/** How a state is called on the page. */
export const STATE_WORDS: Readonly<Record<SetState, string>> = {
  in_use: 'in use',
  held: 'held',
  keyed: 'keyed',
  suspected: 'suspected',
  orphaned: 'orphaned',
  unknown: 'unknown',
};

/** Who holds the sets. */
export interface OwnersTable {
  /** The states that any set is in. */
  readonly states: readonly SetState[];
  readonly rows: readonly OwnerRow[];
  /** The owners without a row of their own together; null where all have one. */
  readonly others: OwnerRow | null;
}

/** A row of the table, ready to read. */
export interface OwnerRow {
  /** The owner's name, or `37 more owners`. */
  readonly owner: string;
  /** Null where it is unknown, no more than the name says, or of several. */
  readonly uid: string | null;
  readonly sets: string;
  readonly semaphores: string;
  /** One cell for each of the table's states; null for none. */
  readonly states: readonly (string | null)[];
}

/** The owners of the most sets, most first, and all the others in one row. */
export function ownersTable(owners: readonly OwnerUsage[]): OwnersTable {
  const all = owners.map(summed).sort((a, b) => b.sets - a.sets);
  const states = SET_STATES.filter((state) => all.some(({ byState }) => (byState.get(state) ?? 0) > 0));
  // A row that says "1 more owner" takes as much room as the owner himself.
  const shown = all.length <= MOST_ROWS + 1 ? all : all.slice(0, MOST_ROWS);
  const rest = all.slice(shown.length);
  return {
    states,
    rows: shown.map(({ usage, ...sums }) => ({
      owner: plain(usage.owner, 48),
      uid: usage.uid === null || String(usage.uid) === usage.owner ? null : String(usage.uid),
      ...cells(sums, states),
    })),
    others:
      rest.length === 0
        ? null
        : { owner: counted(rest.length, 'more owner'), uid: null, ...cells(added(rest), states) },
  };
}

interface Sums {
  readonly sets: number;
  readonly semaphores: number;
  readonly byState: ReadonlyMap<SetState, number>;
}

function summed(usage: OwnerUsage): Sums & { readonly usage: OwnerUsage } {
  const totals = Object.values(usage.states);
  return {
    usage,
    sets: totals.reduce((sum, { sets }) => sum + sets, 0),
    semaphores: totals.reduce((sum, { semaphores }) => sum + semaphores, 0),
    byState: new Map(SET_STATES.map((state) => [state, usage.states[state].sets])),
  };
}

function added(several: readonly Sums[]): Sums {
  return {
    sets: several.reduce((sum, { sets }) => sum + sets, 0),
    semaphores: several.reduce((sum, { semaphores }) => sum + semaphores, 0),
    byState: new Map(
      SET_STATES.map((state) => [
        state,
        several.reduce((sum, { byState }) => sum + (byState.get(state) ?? 0), 0),
      ]),
    ),
  };
}

function cells(
  { sets, semaphores, byState }: Sums,
  states: readonly SetState[],
): Omit<OwnerRow, 'owner' | 'uid'> {
  return {
    sets: count(sets),
    semaphores: count(semaphores),
    states: states.map((state) => {
      const some = byState.get(state) ?? 0;
      return some === 0 ? null : count(some);
    }),
  };
}
