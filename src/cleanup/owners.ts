import { UsageError } from '../errors.ts';
import type { UserNames } from '../kernel/user-names.ts';

const TIMEOUT = 3_000;

/** An owner whose sets may be removed. */
export interface AllowedOwner {
  readonly uid: number;
  /** The user's name, or the uid in digits where it has none. */
  readonly name: string;
}

/** Uids of owners, however they are spelled; those that nobody knows are left out. */
export async function uidsOfOwners(
  owners: readonly string[],
  names: UserNames,
): Promise<ReadonlyMap<string, number>> {
  const found = new Map(await names.uidsOf(owners, AbortSignal.timeout(TIMEOUT)));
  for (const owner of owners) {
    const uid = /^\d{1,10}$/.test(owner) ? Number(owner) : Number.NaN;
    if (uid < 0xffff_ffff) found.set(owner, uid);
  }
  return found;
}

/** The owners that `--cleanup.allow-owner` names. Rejects with a UsageError for root, by any name, and for a user that nobody knows. */
export async function allowedOwners(
  flags: readonly string[],
  names: UserNames,
): Promise<readonly AllowedOwner[]> {
  const uids = await uidsOfOwners(flags, names);
  for (const flag of flags) {
    const uid = uids.get(flag);
    if (uid === undefined)
      throw new UsageError(
        `--cleanup.allow-owner: there is no user ${JSON.stringify(flag)}; give the name or the uid of one that getent passwd knows`,
      );
    if (uid === 0)
      throw new UsageError(
        `--cleanup.allow-owner: ${flag} is root, whose sets are never removed; give the user that the service runs as`,
      );
  }
  const distinct = [...new Set(uids.values())];
  const known = await names.namesOf(distinct, AbortSignal.timeout(TIMEOUT));
  return distinct.map((uid) => ({ uid, name: known.get(uid) ?? String(uid) }));
}
