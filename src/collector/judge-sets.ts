import type { SetTable } from '../kernel/set-table.ts';
import { judgementsOf } from '../orphans/judgements.ts';
import type { Watched } from '../orphans/orphan-watch.ts';
import type { NamedOwner } from './owner-usage.ts';
import type { Snapshot } from './snapshot.ts';
import type { Judgements } from '../orphans/judgements.ts';
import { SET_STATES } from '../orphans/vocabulary.ts';

/** What a snapshot tells of the use of its sets. */
export type JudgedSets = Pick<
  Snapshot,
  'judgements' | 'proofBlocked' | 'startDemand' | 'newlyOrphaned' | 'oldestOrphans'
>;

const ORPHANED = SET_STATES.indexOf('orphaned');

/**
 * What an observation told of these sets, with their owners' names; `watched` is null where none was made. Who needs sets
 * for a start may have none now, and is then called as `otherNames` has it.
 */
export function judgedSets(
  sets: SetTable,
  owners: readonly NamedOwner[],
  ownerOf: Uint32Array,
  watched: Watched | null,
  otherNames: ReadonlyMap<number, string>,
): JudgedSets {
  const nameOf = new Map([...otherNames, ...namesByUid(owners)]);
  const judged = watched?.judged ?? null;
  const unjudged = watched === null ? NOT_ASKED : NOT_POSSIBLE;
  const judgements = judged === null ? unknown(sets.length, unjudged) : judgementsOf(judged, sets);
  return {
    judgements,
    proofBlocked: watched?.proofBlocked ?? [],
    startDemand: (watched?.startDemand ?? []).map((demand) => ({
      profile: demand.profile,
      owner: nameOf.get(demand.uid) ?? String(demand.uid),
      sets: demand.sets,
    })),
    newlyOrphaned: countByUid((judged?.newlyOrphaned ?? []).flatMap(({ uid }) => uid ?? [])).map(
      ([uid, count]) => ({
        owner: nameOf.get(uid) ?? String(uid),
        uid,
        sets: count,
      }),
    ),
    oldestOrphans: oldestOrphans(sets, owners, ownerOf, judgements),
  };
}

/** Names of the owners whose uid is known. */
export function namesByUid(owners: readonly NamedOwner[]): ReadonlyMap<number, string> {
  return new Map(owners.flatMap(({ owner, uid }) => (uid === null ? [] : [[uid, owner]])));
}

const NOT_ASKED = 'Sets are not judged (--no-collector.orphans).';
const NOT_POSSIBLE = 'It could not be judged this time; the log of the exporter says why.';

function unknown(sets: number, sentence: string): Judgements {
  return {
    states: new Uint8Array(sets).fill(SET_STATES.indexOf('unknown')),
    sentence: new Uint32Array(sets),
    holders: new Uint32Array(sets),
    sentences: [sentence],
    holderLists: [[]],
  };
}

function countByUid(uids: readonly number[]): [uid: number, count: number][] {
  const counts = new Map<number, number>();
  for (const uid of uids) counts.set(uid, (counts.get(uid) ?? 0) + 1);
  return [...counts];
}

function oldestOrphans(
  sets: SetTable,
  owners: readonly NamedOwner[],
  ownerOf: Uint32Array,
  { states }: Judgements,
): Snapshot['oldestOrphans'] {
  const oldest = new Map<string, number>();
  for (let row = 0; row < sets.length; row++) {
    const owner = owners[ownerOf[row] ?? -1]?.owner;
    if (states[row] !== ORPHANED || owner === undefined) continue;
    oldest.set(owner, Math.min(oldest.get(owner) ?? Infinity, sets.value(row, 'changedAt')));
  }
  return [...oldest].map(([owner, changedAt]) => ({ owner, changedAt }));
}
