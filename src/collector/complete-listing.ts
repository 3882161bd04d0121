import type { IpcsRow } from '../kernel/parse-ipcs.ts';
import { SetTable, type SemaphoreSet } from '../kernel/set-table.ts';

const MAX_UID = 0xffff_ffff;

/** An owner as the listings tell of it: a uid, the name `ipcs` printed, or both. */
export interface ListedOwner {
  readonly uid: number | null;
  readonly printedName: string | null;
}

/** The sets of one IPC namespace, and whose they are. */
export interface Listing {
  /** Lowest semid first. */
  readonly sets: SetTable;
  /** Each owner once. */
  readonly owners: readonly ListedOwner[];
  /** Row of `sets` → index into `owners`. */
  readonly ownerOf: Uint32Array;
}

/**
 * What `ipcs` printed, completed from the kernel's own list, which was read after it. The later look decides what
 * exists: a set that only `ipcs` saw has been removed since, one that only the kernel's list has was made since (or
 * hidden from `ipcs`). Null where more than half of what `ipcs` printed is not in the kernel's list: then the two
 * looked at different things and nothing can be said.
 */
export function completeListing(printed: readonly IpcsRow[], kernel: SetTable): Listing | null {
  const printedRow = finder(printed);
  const names = new Map<number, string>();
  let agreed = 0;
  for (let row = 0; row < kernel.length; row++) {
    const match = printedRow(kernel.value(row, 'semid'));
    if (match?.key !== kernel.value(row, 'key') || match.semaphores !== kernel.value(row, 'semaphores'))
      continue;
    agreed += 1;
    names.set(kernel.value(row, 'uid'), match.owner);
  }
  if (agreed * 2 < printed.length) return null;
  return listingOf(kernel, names);
}

/**
 * Finds rows by their semid. `ipcs` keeps the kernel's order, so that the row after the one found last is nearly always
 * the one asked for next; only where it is not, a map of them all is made.
 */
function finder(rows: readonly IpcsRow[]): (semid: number) => IpcsRow | undefined {
  let positions: Map<number, number> | undefined;
  let next = 0;
  return (semid) => {
    if (rows[next]?.semid !== semid) {
      positions ??= new Map(rows.map((row, at) => [row.semid, at]));
      const found = positions.get(semid);
      if (found === undefined) return undefined;
      next = found;
    }
    return rows[next++];
  };
}

/** The kernel's list alone. */
export function listingOf(kernel: SetTable, printedNames: ReadonlyMap<number, string> = new Map()): Listing {
  const sets = kernel.sortedBySemid();
  const { distinct, indexOf } = group(sets.length, (row) => sets.value(row, 'uid'));
  return {
    sets,
    owners: distinct.map((uid) => ({ uid, printedName: printedNames.get(uid) ?? null })),
    ownerOf: indexOf,
  };
}

/** What `ipcs` printed alone: creators, groups and times are unknown, and the owners' uids too. */
export function printedListing(printed: readonly IpcsRow[]): Listing {
  const rows = printed.toSorted((a, b) => a.semid - b.semid);
  const unknown = { gid: null, creatorUid: null, creatorGid: null, operatedAt: null, changedAt: null };
  const { distinct, indexOf } = group(rows.length, (row) => rows[row]?.owner ?? '');
  const owners = distinct.map((printedName) => ({ uid: printedUid(printedName), printedName }));
  const sets = rows.map(({ key, semid, mode, semaphores }, row): SemaphoreSet => ({
    ...unknown,
    key,
    semid,
    mode,
    semaphores,
    uid: owners[indexOf[row] ?? -1]?.uid ?? null,
  }));
  return { sets: SetTable.of(sets), owners, ownerOf: indexOf };
}

/** `ipcs` prints the number of a uid that has no name; a name may be digits too, but no uid is larger. */
function printedUid(name: string): number | null {
  return /^\d{1,10}$/.test(name) && Number(name) <= MAX_UID ? Number(name) : null;
}

/** The distinct values of `valueOf(0 … length - 1)`, and for each row the index of its value among them. */
function group<T>(length: number, valueOf: (row: number) => T): { distinct: T[]; indexOf: Uint32Array } {
  const positions = new Map<T, number>();
  const indexOf = new Uint32Array(length);
  for (let row = 0; row < length; row++) {
    const value = valueOf(row);
    const position = positions.get(value) ?? positions.size;
    positions.set(value, position);
    indexOf[row] = position;
  }
  return { distinct: [...positions.keys()], indexOf };
}
