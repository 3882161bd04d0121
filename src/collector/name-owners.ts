import type { UserNames } from '../kernel/user-names.ts';
import type { ListedOwner } from './complete-listing.ts';
import type { NamedOwner } from './owner-usage.ts';

/** `ipcs` cuts a longer name to 10 bytes, that of BusyBox to 9: a name this long may be a part of one. */
const MAY_BE_CUT = 9;

/** The owners with the names they are published under, in the same order, and how many of those are cut. */
export interface NamedOwners {
  readonly owners: readonly NamedOwner[];
  readonly truncated: number;
}

/** Gives each owner its full user name, or its uid in digits; a cut name only where the uid is unknown too. */
export async function nameOwners(
  listed: readonly ListedOwner[],
  names: UserNames,
  signal: AbortSignal,
): Promise<NamedOwners> {
  const fullNames = await names.namesOf(
    listed.flatMap(({ uid }) => uid ?? []),
    signal,
  );
  const printed = listed.flatMap(({ uid, printedName }) => (uid === null ? (printedName ?? []) : []));
  const uids =
    printed.length === 0 ? new Map<string, number>() : await names.uidsOf(printed.filter(isWhole), signal);
  const named = listed.map(({ uid, printedName }) =>
    uid === null
      ? {
          owner: printedName ?? '',
          uid: uids.get(printedName ?? '') ?? null,
          cut: !isWhole(printedName ?? ''),
        }
      : nameOf(uid, fullNames.get(uid) ?? null, printedName),
  );
  return {
    owners: named.map(({ owner, uid }) => ({ owner, uid })),
    truncated: named.filter(({ cut }) => cut).length,
  };
}

function nameOf(
  uid: number,
  fullName: string | null,
  printedName: string | null,
): NamedOwner & { cut: boolean } {
  if (fullName !== null) return { owner: fullName, uid, cut: false };
  const digits = String(uid);
  if (printedName === null || printedName === digits) return { owner: digits, uid, cut: false };
  // `ipcs` found a name where the lookup did not, or did not in time.
  const whole = isWhole(printedName);
  return { owner: whole ? printedName : digits, uid, cut: !whole };
}

function isWhole(printedName: string): boolean {
  return Buffer.byteLength(printedName) < MAY_BE_CUT;
}
