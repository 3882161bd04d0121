import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CollectionError } from '../../src/errors.ts';
import { parseSetListing } from '../../src/kernel/parse-set-listing.ts';
import { SetTable, type SemaphoreSet } from '../../src/kernel/set-table.ts';

const HEADING = '       key      semid perms      nsems   uid   gid  cuid  cgid      otime      ctime\n';
const ROW = '         0          3   600          1    33    33     0     0          0 1795342448\n';

function reasonOf(listing: string | Uint8Array): string {
  try {
    parseSetListing(typeof listing === 'string' ? Buffer.from(listing) : listing);
  } catch (error) {
    if (error instanceof CollectionError && error.code === 'parse') return error.message;
    throw error;
  }
  return 'it is a listing';
}

/** As the kernel prints them. */
function render(sets: readonly SemaphoreSet[]): string {
  const pad = (value: number | null, width: number) => String(value).padStart(width);
  const lines = sets.map(
    (set) =>
      `${pad(set.key | 0, 10)} ${pad(set.semid, 10)}  ${set.mode.toString(8).padStart(4)} ${pad(set.semaphores, 10)} ` +
      `${pad(set.uid, 5)} ${pad(set.gid, 5)} ${pad(set.creatorUid, 5)} ${pad(set.creatorGid, 5)} ` +
      `${pad(set.operatedAt, 10)} ${pad(set.changedAt, 10)}\n`,
  );
  return HEADING + lines.join('');
}

const uint = fc.oneof(fc.nat({ max: 0xffff_ffff }), fc.constantFrom(0, 0xffff_ffff));
const time = fc.nat({ max: Number.MAX_SAFE_INTEGER });
const anySet: fc.Arbitrary<SemaphoreSet> = fc.record({
  key: uint,
  semid: fc.nat({ max: 0x7fff_ffff }),
  mode: fc.nat({ max: 0o7777 }),
  semaphores: fc.integer({ min: 1, max: 0x7fff_ffff }),
  uid: uint,
  gid: uint,
  creatorUid: uint,
  creatorGid: uint,
  operatedAt: time,
  changedAt: time,
});
const anySets = fc.uniqueArray(anySet, { selector: ({ semid }) => semid });

describe('parseSetListing', { timeout: 30_000 }, () => {
  it('reads what the kernel printed', () => {
    const table = parseSetListing(
      readFileSync(new URL('../fixtures/ipcs-output/sysvipc-sem.txt', import.meta.url)),
    );
    expect(table).toHaveLength(8);
    expect(table.semaphores).toBe(1 + 1 + 1 + 17 + 2 + 250 + 32000 + 5);
    expect(table.at(4)).toMatchObject({
      key: 0xffff_fffe,
      semid: 4,
      mode: 0o777,
      semaphores: 2,
      uid: 4000000000,
      gid: 4000000000,
      creatorUid: 4000000000,
      creatorGid: 4000000000,
      operatedAt: 0,
    });
    expect(table.at(6)).toMatchObject({ key: 0x8000_0000, mode: 0o444, semaphores: 32000 });
  });

  it('takes a heading without rows for a namespace without sets', () => {
    expect(parseSetListing(Buffer.from(HEADING))).toHaveLength(0);
  });

  it.each([
    ['an empty file, as of a masked one', '', 'is empty: something masks it'],
    ['rows without a heading', ROW, 'line 1 of sysvipc/sem does not name the columns'],
    ['half a heading', HEADING.slice(0, 50), 'line 1 of sysvipc/sem does not name the columns'],
    ['a heading without its end', HEADING.trimEnd(), 'line 1 of sysvipc/sem is cut short'],
    ['other columns', HEADING.replace('semid', 'shmid'), 'line 1 of sysvipc/sem does not name the columns'],
    ['half a row', `${HEADING}${ROW}      0     `, 'line 3 of sysvipc/sem is cut short'],
    ['a row cut in its last number', HEADING + ROW.slice(0, -4), 'line 2 of sysvipc/sem is cut short'],
    [
      'a row with too few numbers',
      HEADING + ROW.replace('600 ', '    '),
      'line 2 of sysvipc/sem is not a set',
    ],
    [
      'a row with too many numbers',
      HEADING + ROW.replace('600 ', '60 0'),
      'line 2 of sysvipc/sem is not a set',
    ],
    ['a blank line', `${HEADING}\n${ROW}`, 'line 2 of sysvipc/sem is not a set: ""'],
    ['a second heading', HEADING + ROW + HEADING, 'line 3 of sysvipc/sem is not a set'],
    ['a semid listed twice', HEADING + ROW + ROW, 'line 3 of sysvipc/sem lists semid 3 again'],
    ['a key out of range', HEADING + ROW.replace('  0  ', '2147483648  '), 'is not a set'],
    ['a negative semid', HEADING + ROW.replace(' 3 ', '-3 '), 'is not a set'],
    ['a semid out of range', HEADING + ROW.replace('         3 ', '2147483648 '), 'is not a set'],
    ['a mode that is not octal', HEADING + ROW.replace('600', '680'), 'is not a set'],
    ['a mode out of range', HEADING + ROW.replace('  600', '17777'), 'is not a set'],
    ['a set without semaphores', HEADING + ROW.replace(' 1 ', ' 0 '), 'is not a set'],
    ['a uid out of range', HEADING + ROW.replace('   33', '4294967296'), 'is not a set'],
    ['a negative time', HEADING + ROW.replace('1795342448', '-1'), 'is not a set'],
    [
      'a time that no number can hold',
      HEADING + ROW.replace('1795342448', '18446744073709551615'),
      'is not a set',
    ],
    ['a sign without a number', HEADING + ROW.replace('  0  ', '  -  '), 'is not a set'],
    ['a carriage return', HEADING + ROW.replace('\n', '\r\n'), 'is not a set'],
    ['a tab', HEADING + ROW.replace(' 33', '\t33'), 'is not a set'],
  ])('refuses %s', (_, listing, reason) => {
    expect(reasonOf(listing)).toContain(reason);
  });

  it('reads back any listing that the kernel can print', () => {
    fc.assert(
      fc.property(anySets, (sets) => {
        expect(parseSetListing(Buffer.from(render(sets))).cells).toEqual(SetTable.of(sets).cells);
      }),
    );
  });

  it('refuses a listing that is cut anywhere but between two rows', () => {
    fc.assert(
      fc.property(anySets, fc.nat(), (sets, cut) => {
        const whole = render(sets);
        const listing = whole.slice(0, cut % whole.length);
        if (listing.endsWith('\n')) {
          expect(parseSetListing(Buffer.from(listing))).toHaveLength(listing.split('\n').length - 2);
        } else expect(reasonOf(listing)).not.toBe('it is a listing');
      }),
    );
  });

  it('yields a table or a CollectionError for whatever bytes there are', () => {
    const noise = fc.oneof(
      fc.uint8Array(),
      fc.string({ unit: fc.constantFrom(' ', '\n', '0', '-') }).map((text) => Buffer.from(text)),
    );
    fc.assert(
      fc.property(anySets, fc.nat(), fc.nat({ max: 20 }), noise, (sets, at, length, patch) => {
        const listing = Buffer.from(render(sets));
        const start = at % listing.length;
        reasonOf(Buffer.concat([listing.subarray(0, start), patch, listing.subarray(start + length)]));
        reasonOf(patch);
      }),
    );
  });

  const many = Array.from({ length: 31_000 }, (_, at) => ROW.replace('         3', String(at).padStart(10)));
  it.each([
    ['31 000 rows', HEADING + many.join('')],
    ['16 MiB of newlines', HEADING + '\n'.repeat(2 ** 24)],
    ['16 MiB of spaces', `${HEADING}${' '.repeat(2 ** 24)}\n`],
    ['16 MiB of digits', `${HEADING}${'0'.repeat(2 ** 24)}\n`],
  ])('needs little time for %s', (_, listing) => {
    const bytes = Buffer.from(listing);
    const start = performance.now();
    reasonOf(bytes);
    expect(performance.now() - start).toBeLessThan(1000);
  });
});
