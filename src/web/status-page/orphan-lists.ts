import { judgedSet, stateOf } from '../../collector/snapshot.ts';
import type { Snapshot } from '../../collector/snapshot.ts';
import { count, moment, plain } from './words.ts';
import type { Moment } from './words.ts';

/** Orphans shown at each end of their ages. */
const MOST_ROWS = 5;

/** Some of the orphans, under one heading. */
export interface OrphanList {
  readonly caption: string;
  readonly rows: readonly OrphanRow[];
}

/** One proven orphan, ready to read. */
export interface OrphanRow {
  readonly semid: string;
  readonly owner: string;
  readonly semaphores: string;
  /** Creation or last change; null where it is unknown. */
  readonly changed: Moment | null;
  readonly evidence: string;
}

/** The oldest and the newest proven orphans, or all of them in one list where they are few. */
export function orphanLists(snapshot: Snapshot, now: number): readonly OrphanList[] {
  const rows: number[] = [];
  for (let row = 0; row < snapshot.sets.length; row++)
    if (stateOf(snapshot, row) === 'orphaned') rows.push(row);
  if (rows.length === 0) return [];
  const changedAt = (row: number) => snapshot.sets.value(row, 'changedAt');
  // A set whose time is unknown stands last in either list.
  const older = (a: number, b: number) => ascending(changedAt(a), changedAt(b)) || a - b;
  const newer = (a: number, b: number) => ascending(-changedAt(a), -changedAt(b)) || b - a;
  const list = (caption: string, some: readonly number[]): OrphanList => ({
    caption,
    rows: some.map((row) => orphanRow(snapshot, row, now)),
  });
  if (rows.length <= 2 * MOST_ROWS) return [list('All orphans, oldest first', rows.sort(older))];
  return [
    list(`Oldest ${MOST_ROWS} of ${count(rows.length)}`, first(rows, MOST_ROWS, older)),
    list(`Newest ${MOST_ROWS} of ${count(rows.length)}`, first(rows, MOST_ROWS, newer)),
  ];
}

function orphanRow(snapshot: Snapshot, row: number, now: number): OrphanRow {
  const set = judgedSet(snapshot, row);
  return {
    semid: String(set.semid),
    owner: plain(set.owner, 48),
    semaphores: count(set.semaphores),
    changed: moment(set.changedAt, now),
    evidence: plain(set.evidence, 320),
  };
}

/** The `most` first in this order, without sorting all of them. */
function first(rows: readonly number[], most: number, order: (a: number, b: number) => number): number[] {
  const best: number[] = [];
  for (const row of rows) {
    const last = best[most - 1];
    if (last !== undefined && order(row, last) >= 0) continue;
    const place = best.findIndex((other) => order(row, other) < 0);
    best.splice(place === -1 ? best.length : place, 0, row);
    if (best.length > most) best.pop();
  }
  return best;
}

function ascending(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  return a - b;
}
