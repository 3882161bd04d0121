import { CollectionError } from '../errors.ts';
import { excerpt } from './excerpt.ts';
import { repeatedNumber } from './repeated-number.ts';
import { SET_FIELDS, SetTable, type SetField } from './set-table.ts';

const COLUMNS = 'key semid perms nsems uid gid cuid cgid otime ctime';
const WIDTH = SET_FIELDS.length;

const NEWLINE = 0x0a;
const SPACE = 0x20;
const MINUS = 0x2d;
const ZERO = 0x30;

const MAX_INT = 0x7fff_ffff;
const MAX_UINT = 0xffff_ffff;
const LEAST = fieldValues({ key: -MAX_INT - 1, semaphores: 1 }, 0);
const MOST = fieldValues(
  {
    key: MAX_INT,
    semid: MAX_INT,
    mode: 0o7777,
    semaphores: MAX_INT,
    operatedAt: Number.MAX_SAFE_INTEGER,
    changedAt: Number.MAX_SAFE_INTEGER,
  },
  MAX_UINT,
);
const BASE = fieldValues({ mode: 8 }, 10);

/**
 * The table that /proc/sysvipc/sem holds (kernel ipc/sem.c, sysvipc_sem_proc_show), in its order. Throws a
 * CollectionError `parse` for anything that is not a whole listing, such as the empty file that masks it.
 */
export function parseSetListing(listing: Uint8Array): SetTable {
  if (listing.length === 0) {
    throw new CollectionError('parse', 'the listing of sets (sysvipc/sem) is empty: something masks it');
  }
  const heading = lineAt(listing, 0);
  if (heading.trim().split(/ +/).join(' ') !== COLUMNS) {
    throw fault(1, `does not name the columns ${COLUMNS}`, heading);
  }
  const lines = countLines(listing);
  if (listing[listing.length - 1] !== NEWLINE) {
    throw fault(
      lines + 1,
      'is cut short, it does not end in a newline',
      lineAt(listing, listing.lastIndexOf(NEWLINE) + 1),
    );
  }
  const rows = lines - 1;
  const cells = new Float64Array(rows * WIDTH);
  let at = listing.indexOf(NEWLINE) + 1;
  for (let row = 0; row < rows; row++) {
    const end = parseRow(listing, at, cells, row * WIDTH);
    if (end < 0) throw fault(row + 2, 'is not a set', lineAt(listing, at));
    at = end;
  }
  const table = new SetTable(cells);
  refuseDuplicates(table);
  return table;
}

/** Reads the row at `at` into `cells`; where the next one begins, or -1 where it is no row. */
function parseRow(listing: Uint8Array, at: number, cells: Float64Array, next: number): number {
  for (let column = 0; column < WIDTH; column++) {
    const start = at;
    while (listing[at] === SPACE) at++;
    if (column > 0 && at === start) return -1;
    const negative = listing[at] === MINUS;
    if (negative) at++;
    const base = BASE[column] ?? 0;
    const first = at;
    let value = 0;
    for (;;) {
      const digit = (listing[at] ?? NEWLINE) - ZERO;
      if (digit < 0 || digit >= base) break;
      value = value * base + digit;
      at++;
    }
    if (negative) value = -value;
    if (at === first || value < (LEAST[column] ?? 0) || value > (MOST[column] ?? 0)) return -1;
    // The kernel prints the key, the first column, as a signed number.
    cells[next + column] = column === 0 ? value >>> 0 : value;
  }
  return listing[at] === NEWLINE ? at + 1 : -1;
}

function refuseDuplicates(table: SetTable): void {
  const semids = new Int32Array(table.length);
  for (let row = 0; row < table.length; row++) semids[row] = table.value(row, 'semid');
  const again = repeatedNumber(semids);
  if (again === undefined) return;
  const line = semids.indexOf(again, semids.indexOf(again) + 1) + 2;
  throw new CollectionError('parse', `line ${line} of sysvipc/sem lists semid ${again} again`);
}

function countLines(listing: Uint8Array): number {
  let lines = 0;
  for (let at = listing.indexOf(NEWLINE); at >= 0; at = listing.indexOf(NEWLINE, at + 1)) lines++;
  return lines;
}

/** The line at `at`, or its beginning. */
function lineAt(listing: Uint8Array, at: number): string {
  const piece = Buffer.from(listing.subarray(at, at + 200)).toString('latin1');
  return piece.split('\n', 1)[0] ?? '';
}

function fieldValues(values: Partial<Record<SetField, number>>, others: number): readonly number[] {
  return SET_FIELDS.map((field) => values[field] ?? others);
}

function fault(line: number, what: string, found: string): CollectionError {
  return new CollectionError('parse', `line ${line} of sysvipc/sem ${what}: ${excerpt(found)}`);
}
