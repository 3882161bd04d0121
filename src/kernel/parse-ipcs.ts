import { CollectionError } from '../errors.ts';
import { excerpt } from './excerpt.ts';
import { Lines } from './lines.ts';
import { repeatedNumber } from './repeated-number.ts';

const TITLE = '------ Semaphore Arrays --------';
const COLUMNS = 'key semid owner perms nsems';
const NOT_CONFIGURED = 'kernel not configured for semaphores';

const MAX_INT = 0x7fff_ffff;
const MOST_DIGITS = 10;
// Far more than any row, and little enough that no row costs a noticeable time, whatever it holds.
const LONGEST_LINE = 512;

const SPACE = 0x20;
const ZERO = 0x30;
const NINE = 0x39;
const LOWER_A = 0x61;

const SIGNED_UID = /^-\d{1,10}$/;
const CONTROL = /\p{Cc}/u;

/** One set as `ipcs -s` lists it. */
export interface IpcsRow {
  /** Unsigned 32-bit number; 0 is IPC_PRIVATE. */
  readonly key: number;
  /** 0 or more. */
  readonly semid: number;
  /** User name, cut to 10 bytes (util-linux) or 9 (BusyBox); the uid in digits where it has no name. */
  readonly owner: string;
  /** Permission bits, 0 to 0o7777. */
  readonly mode: number;
  /** 1 or more. */
  readonly semaphores: number;
}

/**
 * The sets that `ipcs -s` printed in the C locale (util-linux sys-utils/ipcs.c, BusyBox util-linux/ipcs.c), in its
 * order; none where there is a heading alone. Throws a CollectionError `parse` for anything that is not such a listing.
 */
export function parseIpcs(text: string): IpcsRow[] {
  const lines = new Lines(text);
  readHeading(lines);
  const firstNumber = lines.number + 1;
  const rows: IpcsRow[] = [];
  while (!lines.ended()) {
    readLine(lines);
    if (lines.start === lines.end) {
      lines.skipEmpty();
      if (lines.ended()) break;
      readLine(lines);
      throw fault(lines, 'follows the end of the listing');
    }
    const row = parseRow(text, lines.start, lines.end, rows.at(-1)?.owner ?? '');
    if (row === null) throw fault(lines, 'is not a set');
    rows.push(row);
  }
  refuseDuplicates(rows, firstNumber);
  return rows;
}

function readHeading(lines: Lines): void {
  lines.skipEmpty();
  if (lines.ended()) throw new CollectionError('parse', 'ipcs printed nothing, not even a heading');
  readLine(lines);
  if (lines.line === NOT_CONFIGURED) {
    throw new CollectionError(
      'parse',
      `ipcs says "${NOT_CONFIGURED}": this kernel has none, or does not let ipcs see them`,
    );
  }
  if (lines.line !== TITLE) throw fault(lines, 'is not the heading that ipcs -s prints in English');
  if (!lines.ended()) readLine(lines);
  if (lines.line.trimEnd().split(/ +/).join(' ') !== COLUMNS) {
    throw fault(lines, `is not the line of columns ${COLUMNS}`);
  }
}

function readLine(lines: Lines): void {
  if (!lines.next()) throw fault(lines, 'is cut short, it does not end in a newline');
}

/**
 * The row between two positions, or null where there is none. Only the owner may hold spaces (domain users do), so the
 * other columns are told from both ends. By hand, because 32 000 matches of a regular expression leave megabytes of
 * garbage, and made the exporter's own part of a collection a quarter more expensive.
 */
function parseRow(text: string, start: number, end: number, ownerBefore: string): IpcsRow | null {
  if (end - start > LONGEST_LINE) return null;
  const keyEnd = text.indexOf(' ', start);
  const semidStart = skipSpaces(text, keyEnd);
  const semidEnd = text.indexOf(' ', semidStart);
  const ownerStart = skipSpaces(text, semidEnd);
  const semaphoresEnd = skipSpacesBack(text, end);
  const semaphoresStart = text.lastIndexOf(' ', semaphoresEnd - 1) + 1;
  const modeEnd = skipSpacesBack(text, semaphoresStart);
  const modeStart = text.lastIndexOf(' ', modeEnd - 1) + 1;
  const ownerEnd = skipSpacesBack(text, modeStart);
  if (!text.startsWith('0x', start) || keyEnd !== start + 10 || ownerStart >= ownerEnd) return null;
  const row = {
    key: parseDigits(text, start + 2, keyEnd, 16),
    semid: parseDigits(text, semidStart, semidEnd, 10),
    owner: parseOwner(text, ownerStart, ownerEnd, ownerBefore),
    mode: modeEnd - modeStart > 4 ? Number.NaN : parseDigits(text, modeStart, modeEnd, 8),
    semaphores: parseDigits(text, semaphoresStart, semaphoresEnd, 10),
  };
  const isRow =
    row.key >= 0 &&
    row.semid <= MAX_INT &&
    row.owner !== '' &&
    row.mode >= 0 &&
    row.semaphores >= 1 &&
    row.semaphores <= MAX_INT;
  return isRow ? row : null;
}

/** The owner between two positions, or an empty text where it is no name. */
function parseOwner(text: string, start: number, end: number, before: string): string {
  // Most rows have the owner of the row before; one string then serves them all.
  if (before !== '' && before.length === end - start && text.startsWith(before, start)) return before;
  const owner = text.slice(start, end);
  // BusyBox prints a uid that has no name as a signed number.
  if (SIGNED_UID.test(owner)) return String(Number(owner) >>> 0);
  return CONTROL.test(owner) ? '' : owner;
}

/** The number that the digits between two positions make; NaN where they are none, or too many. */
function parseDigits(text: string, start: number, end: number, base: number): number {
  if (end <= start || end - start > MOST_DIGITS) return Number.NaN;
  let value = 0;
  for (let at = start; at < end; at++) {
    const code = text.charCodeAt(at);
    const digit = code >= LOWER_A ? code - LOWER_A + 10 : code <= NINE ? code - ZERO : -1;
    if (digit < 0 || digit >= base) return Number.NaN;
    value = value * base + digit;
  }
  return value;
}

function skipSpaces(text: string, at: number): number {
  while (text.charCodeAt(at) === SPACE) at++;
  return at;
}

function skipSpacesBack(text: string, end: number): number {
  while (text.charCodeAt(end - 1) === SPACE) end--;
  return end;
}

function refuseDuplicates(rows: readonly IpcsRow[], firstNumber: number): void {
  const semids = rows.map(({ semid }) => semid);
  const again = repeatedNumber(semids);
  if (again === undefined) return;
  const number = firstNumber + semids.indexOf(again, semids.indexOf(again) + 1);
  throw new CollectionError('parse', `line ${number} of the output of ipcs lists semid ${again} again`);
}

/** The error for the line that was read last. */
function fault(lines: Lines, what: string): CollectionError {
  return new CollectionError(
    'parse',
    `line ${lines.number} of the output of ipcs ${what}: ${excerpt(lines.line)}`,
  );
}
