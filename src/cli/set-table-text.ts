import type { SetJson } from '../web/set-json.ts';
import { formatAge } from './format-age.ts';
import { renderTable, type Column } from './text-table.ts';

const COLUMNS: readonly Column[] = [
  { heading: 'SEMID', flushRight: true },
  { heading: 'KEY' },
  { heading: 'OWNER' },
  { heading: 'PERMS' },
  { heading: 'SEMAPHORES', flushRight: true },
  { heading: 'CHANGED', flushRight: true },
  { heading: 'STATE' },
  { heading: 'WHY' },
];

/**
 * The sets as a table, one line a set.
 *
 * @param columns width of the terminal: lines are cut to fit; undefined leaves them whole
 * @param now seconds since the epoch
 */
export function renderSetTable(sets: readonly SetJson[], columns: number | undefined, now: number): string {
  if (sets.length === 0) return 'No semaphore sets.\n';
  return renderTable(
    COLUMNS,
    sets.map((set) => cellsOf(set, now)),
    columns,
  );
}

function cellsOf(set: SetJson, now: number): readonly string[] {
  const { semid, key, owner, perms, semaphores, changedAt, state, evidence } = set;
  const changed = changedAt === null ? '?' : formatAge(now - Date.parse(changedAt) / 1000);
  return [String(semid), key, owner, perms, String(semaphores), changed, state, evidence];
}
