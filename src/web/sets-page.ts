import { setImmediate as nextTurn } from 'node:timers/promises';
import { judgedSet, stateOf, type Snapshot } from '../collector/snapshot.ts';
import { setJson, type SetJson } from './set-json.ts';
import { cursorAfter, type SetsQuery } from './sets-query.ts';
import { isoMilliseconds } from './timestamp.ts';

/** The answer of `GET /api/v1/sets`: one page, lowest semid first. */
export interface SetsJson {
  readonly collectedAt: string | null;
  readonly sets: readonly SetJson[];
  /** Asks for the next page; null where this is the last. */
  readonly nextCursor: string | null;
}

/** Sets made into JSON in one turn of the event loop, which takes it a few milliseconds. */
const SETS_A_TURN = 500;

/**
 * One page of a snapshot's sets. A page begins behind a semid rather than at a position, so a set that is there
 * from the first page to the last is on exactly one of them, whatever appears or vanishes meanwhile. Made in
 * several turns of the event loop, so that a long page delays no scrape.
 */
export async function setsPage(snapshot: Snapshot, query: SetsQuery): Promise<SetsJson> {
  const wanted = matcher(snapshot, query);
  const sets: SetJson[] = [];
  let nextCursor: string | null = null;
  for (let row = firstRowAfter(snapshot, query.afterSemid); row < snapshot.sets.length; row++) {
    if (!wanted(row)) continue;
    const last = sets.at(-1);
    if (last !== undefined && sets.length === query.limit) {
      nextCursor = cursorAfter(last.semid);
      break;
    }
    sets.push(setJson(judgedSet(snapshot, row)));
    if (sets.length % SETS_A_TURN === 0) await nextTurn();
  }
  return { collectedAt: isoMilliseconds(snapshot.collectedAt), sets, nextCursor };
}

/** Whether a row passes the filters; owners are looked up once, not once a row. */
function matcher(snapshot: Snapshot, query: SetsQuery): (row: number) => boolean {
  const names = new Set(query.owners);
  const states = new Set(query.states);
  const owners = snapshot.owners.map(({ owner, uid }) => names.has(owner) || names.has(String(uid)));
  return (row) =>
    (names.size === 0 || owners[snapshot.ownerOf[row] ?? -1] === true) &&
    (states.size === 0 || states.has(stateOf(snapshot, row)));
}

/** The first row with a semid above `semid`, by halves. */
function firstRowAfter({ sets }: Snapshot, semid: number): number {
  let low = 0;
  let high = sets.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sets.value(middle, 'semid') > semid) high = middle;
    else low = middle + 1;
  }
  return low;
}
