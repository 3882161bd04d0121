import type { SetUse } from '../kernel/observed.ts';
import type { SemaphoreSet, SetField, SetTable } from '../kernel/set-table.ts';
import type { Observation } from './observation.ts';

/** A set as the first listing of an observation had it. */
export interface Row {
  readonly set: SemaphoreSet;
  /** Null where the semaphores could not be read. */
  readonly use: SetUse | null;
  /** It was something else in the second listing. */
  readonly changing: boolean;
}

/** What never changes of a set. */
const IDENTITY = [
  'semid',
  'key',
  'creatorUid',
  'creatorGid',
  'semaphores',
] as const satisfies readonly SetField[];

/** What tells that a set was used or changed. */
const CHANGEABLE = ['uid', 'gid', 'mode', 'operatedAt', 'changedAt'] as const satisfies readonly SetField[];

/** The sets that are in both listings of an observation. */
export function* rowsInBoth({ before, uses, after }: Observation): Generator<Row> {
  const rowAfter = new Map<number, number>();
  for (let row = 0; row < after.length; row++) rowAfter.set(after.value(row, 'semid'), row);
  for (let row = 0; row < before.length; row++) {
    const at = rowAfter.get(before.value(row, 'semid'));
    const use = uses[row] ?? null;
    if (at === undefined || use === 'gone') continue;
    const set = setAt(before, row);
    if (isSameSetAt(set, after, at)) yield { set, use, changing: !isUnchangedAt(set, after, at) };
  }
}

/** Whether a listing tells all of each set; that of `ipcs` alone does not. */
export function isReadInFull({ cells }: SetTable): boolean {
  return !cells.some(Number.isNaN);
}

/** Whether row `row` of a table is this set, as far as what never changes of a set can tell. */
export function isSameSetAt(set: SemaphoreSet, table: SetTable, row: number): boolean {
  return IDENTITY.every((field) => isSameValue(set[field], table.value(row, field)));
}

/** Whether row `row` of a table is this set, and nothing of it has changed. */
export function isUnchangedAt(set: SemaphoreSet, table: SetTable, row: number): boolean {
  return (
    isSameSetAt(set, table, row) &&
    CHANGEABLE.every((field) => isSameValue(set[field], table.value(row, field)))
  );
}

/** What was not read speaks neither for nor against. */
function isSameValue(value: number | null, cell: number): boolean {
  return value === null || value === cell;
}

/** `table.at(row)`, written out: this runs for every set in every observation. */
function setAt(table: SetTable, row: number): SemaphoreSet {
  return {
    key: table.value(row, 'key'),
    semid: table.value(row, 'semid'),
    mode: table.value(row, 'mode'),
    semaphores: table.value(row, 'semaphores'),
    uid: nullable(table.value(row, 'uid')),
    gid: nullable(table.value(row, 'gid')),
    creatorUid: nullable(table.value(row, 'creatorUid')),
    creatorGid: nullable(table.value(row, 'creatorGid')),
    operatedAt: nullable(table.value(row, 'operatedAt')),
    changedAt: nullable(table.value(row, 'changedAt')),
  };
}

function nullable(cell: number): number | null {
  return Number.isNaN(cell) ? null : cell;
}
