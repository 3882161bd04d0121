import type { SetJson } from '../web/set-json.ts';
import { formatAge } from './format-age.ts';
import { printable } from './printable.ts';

const HEADINGS = ['SEMID', 'KEY', 'OWNER', 'PERMS', 'SEMAPHORES', 'CHANGED', 'STATE', 'WHY'] as const;
/** Columns of numbers stand flush right. */
const FLUSH_RIGHT: ReadonlySet<string> = new Set(['SEMID', 'SEMAPHORES', 'CHANGED']);
const GAP = '  ';

/**
 * The sets as a table, one line a set.
 *
 * @param columns width of the terminal: lines are cut to fit; undefined leaves them whole
 * @param now seconds since the epoch
 */
export function renderSetTable(sets: readonly SetJson[], columns: number | undefined, now: number): string {
  if (sets.length === 0) return 'No semaphore sets.\n';
  const rows = [HEADINGS, ...sets.map((set) => cellsOf(set, now))];
  const widths = HEADINGS.map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  return rows.map((row) => `${cut(layOut(row, widths), columns)}\n`).join('');
}

function cellsOf(set: SetJson, now: number): readonly string[] {
  const { semid, key, owner, perms, semaphores, changedAt, state, evidence } = set;
  const changed = changedAt === null ? '?' : formatAge(now - Date.parse(changedAt) / 1000);
  return [semid, key, owner, perms, semaphores, changed, state, evidence].map((cell) =>
    printable(String(cell)),
  );
}

function layOut(row: readonly string[], widths: readonly number[]): string {
  return row
    .map((cell, column) => {
      const width = widths[column] ?? 0;
      return FLUSH_RIGHT.has(HEADINGS[column] ?? '') ? cell.padStart(width) : cell.padEnd(width);
    })
    .join(GAP)
    .trimEnd();
}

function cut(line: string, columns: number | undefined): string {
  return columns === undefined || line.length <= columns
    ? line
    : `${line.slice(0, Math.max(1, columns - 1))}…`;
}
