import { CollectionError } from '../errors.ts';
import { excerpt } from './excerpt.ts';

const TITLE = '------ Semaphore Arrays --------';
const COLUMNS = 'key semid owner perms nsems';
const NOT_CONFIGURED = 'kernel not configured for semaphores';

const MAX_INT = 0x7fff_ffff;
// Far more than any row, and little enough that no row costs a noticeable time, whatever it holds.
const LONGEST_LINE = 512;

// Only the owner may hold spaces (domain users do), so the other columns are told from both ends.
const ROW = /^0x([0-9a-f]{8}) +(\d{1,10}) +([^ ].*?) +([0-7]{1,4}) +(\d{1,10}) *$/s;
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
  lines.skipBlank();
  if (lines.ended()) throw new CollectionError('parse', 'ipcs printed nothing, not even a heading');
  const title = lines.next();
  if (title === NOT_CONFIGURED) {
    throw new CollectionError(
      'parse',
      `ipcs says "${NOT_CONFIGURED}": this kernel has none, or does not let ipcs see them`,
    );
  }
  if (title !== TITLE) throw lines.fault('is not the heading that ipcs -s prints in English');
  if (lines.ended() || lines.next().trimEnd().split(/ +/).join(' ') !== COLUMNS) {
    throw lines.fault(`is not the line of columns ${COLUMNS}`);
  }
  const rows: IpcsRow[] = [];
  const seen = new Set<number>();
  while (!lines.ended()) {
    const line = lines.next();
    if (line === '') {
      lines.skipBlank();
      if (lines.ended()) break;
      lines.next();
      throw lines.fault('follows the end of the listing');
    }
    const row = parseRow(line);
    if (row === null) throw lines.fault('is not a set');
    rows.push(row);
    seen.add(row.semid);
    if (seen.size < rows.length) throw lines.fault(`lists semid ${row.semid} again`);
  }
  return rows;
}

function parseRow(line: string): IpcsRow | null {
  if (line.length > LONGEST_LINE) return null;
  const [, key = '', semid = '', owner = '', mode = '', semaphores = ''] = ROW.exec(line) ?? [];
  const row = {
    key: parseInt(key, 16),
    semid: Number(semid),
    // BusyBox prints a uid that has no name as a signed number.
    owner: SIGNED_UID.test(owner) ? String(Number(owner) >>> 0) : owner,
    mode: parseInt(mode, 8),
    semaphores: Number(semaphores),
  };
  return owner !== '' &&
    !CONTROL.test(owner) &&
    row.semid <= MAX_INT &&
    row.semaphores >= 1 &&
    row.semaphores <= MAX_INT
    ? row
    : null;
}

/** Lines of a text one by one, counted, so that an endless run of newlines costs no memory. */
class Lines {
  readonly #text: string;
  #at = 0;
  #number = 0;
  #line = '';

  constructor(text: string) {
    this.#text = text;
  }

  ended(): boolean {
    return this.#at === this.#text.length;
  }

  next(): string {
    const end = this.#text.indexOf('\n', this.#at);
    this.#number++;
    this.#line = this.#text.slice(this.#at, end < 0 ? undefined : end);
    if (end < 0) throw this.fault('is cut short, it does not end in a newline');
    this.#at = end + 1;
    return this.#line;
  }

  skipBlank(): void {
    while (this.#text[this.#at] === '\n') {
      this.#at++;
      this.#number++;
    }
  }

  /** The error for the line that was read last. */
  fault(what: string): CollectionError {
    return new CollectionError(
      'parse',
      `line ${this.#number} of the output of ipcs ${what}: ${excerpt(this.#line)}`,
    );
  }
}
