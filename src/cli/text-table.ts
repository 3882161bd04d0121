import { printable } from './printable.ts';

/** A column of a table. */
export interface Column {
  readonly heading: string;
  /** Numbers stand flush right. */
  readonly flushRight?: boolean;
}

const GAP = '  ';

/**
 * Rows under headings, one line each, with nothing in them that a terminal obeys.
 *
 * @param columns width of the terminal: lines are cut to fit; undefined leaves them whole
 */
export function renderTable(
  heads: readonly Column[],
  rows: readonly (readonly string[])[],
  columns: number | undefined,
): string {
  const lines = [heads.map(({ heading }) => heading), ...rows.map((row) => row.map(printable))];
  // Not Math.max over a spread list: a full table of sets has more rows than a call has arguments.
  const widths = heads.map((_, at) =>
    lines.reduce((width, line) => Math.max(width, (line[at] ?? '').length), 0),
  );
  return lines.map((line) => `${cut(layOut(line, heads, widths), columns)}\n`).join('');
}

function layOut(line: readonly string[], heads: readonly Column[], widths: readonly number[]): string {
  return line
    .map((cell, at) => {
      const width = widths[at] ?? 0;
      return heads[at]?.flushRight === true ? cell.padStart(width) : cell.padEnd(width);
    })
    .join(GAP)
    .trimEnd();
}

function cut(line: string, columns: number | undefined): string {
  return columns === undefined || line.length <= columns
    ? line
    : `${line.slice(0, Math.max(1, columns - 1))}…`;
}
