import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CollectionError } from '../../src/errors.ts';
import { parseIpcs, type IpcsRow } from '../../src/kernel/parse-ipcs.ts';

const HEADING = `
------ Semaphore Arrays --------
key        semid      owner      perms      nsems     
`;
const ROW = '0x00000000 3          www-data   600        1         \n';

function output(name: string): string {
  return readFileSync(new URL(`../fixtures/ipcs-output/${name}`, import.meta.url), 'utf8');
}

function reasonOf(text: string): string {
  try {
    parseIpcs(text);
  } catch (error) {
    if (error instanceof CollectionError && error.code === 'parse') return error.message;
    throw error;
  }
  return 'it is a listing';
}

/** As util-linux prints them. */
function render(rows: readonly IpcsRow[]): string {
  const lines = rows.map(
    ({ key, semid, owner, mode, semaphores }) =>
      `0x${key.toString(16).padStart(8, '0')} ${String(semid).padEnd(10)} ${owner.padEnd(10)} ` +
      `${mode.toString(8).padEnd(10)} ${String(semaphores).padEnd(10)}\n`,
  );
  return `${HEADING}${lines.join('')}\n`;
}

const anyRow: fc.Arbitrary<IpcsRow> = fc.record({
  key: fc.nat({ max: 0xffff_ffff }),
  semid: fc.nat({ max: 0x7fff_ffff }),
  owner: fc.oneof(
    fc.constantFrom('www-data', 'systemd-ne', '4000000000', 'DOMAIN\\a b', 'a 600 1', '1 x', 'm\uFFFD'),
    fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 10 })
      .filter((name) => !/^ | $|^-\d+$|\p{Cc}/u.test(name)),
  ),
  mode: fc.nat({ max: 0o7777 }),
  semaphores: fc.integer({ min: 1, max: 0x7fff_ffff }),
});
const anyRows = fc.uniqueArray(anyRow, { selector: ({ semid }) => semid });

describe('parseIpcs', { timeout: 30_000 }, () => {
  it('reads what util-linux printed', () => {
    expect(parseIpcs(output('util-linux-2.38.1.txt'))).toEqual([
      { key: 0, semid: 0, owner: 'root', mode: 0o600, semaphores: 1 },
      { key: 0, semid: 1, owner: 'www-data', mode: 0o600, semaphores: 1 },
      { key: 0, semid: 2, owner: 'www-data', mode: 0o600, semaphores: 1 },
      { key: 1234, semid: 3, owner: 'systemd-ne', mode: 0o660, semaphores: 17 },
      { key: 0xffff_fffe, semid: 4, owner: '4000000000', mode: 0o777, semaphores: 2 },
      { key: 0x7fff_ffff, semid: 5, owner: 'nobody', mode: 0, semaphores: 250 },
      { key: 0x8000_0000, semid: 6, owner: '123456', mode: 0o444, semaphores: 32000 },
      { key: 0, semid: 8, owner: 'root', mode: 0o640, semaphores: 5 },
    ]);
  });

  it('reads what BusyBox prints, and its signed uids', () => {
    expect(
      parseIpcs(output('busybox-from-its-source.txt')).map(({ owner, semid }) => [owner, semid]),
    ).toEqual([
      ['root', 3],
      ['www-data', 98304],
      ['systemd-n', 131073],
      ['4000000000', 2147483647],
      ['nobody', 0],
    ]);
  });

  it('takes a heading without rows for a machine without sets', () => {
    expect(parseIpcs(output('util-linux-2.38.1-no-sets.txt'))).toEqual([]);
  });

  it('does without the blank lines around the listing', () => {
    expect(parseIpcs(`${HEADING.trimStart()}${ROW}`)).toHaveLength(1);
  });

  it.each([
    ['nothing', '', 'ipcs printed nothing'],
    ['blank lines only', '\n\n', 'ipcs printed nothing'],
    ['a kernel without semaphores', '\nkernel not configured for semaphores\n\n', 'kernel not configured'],
    [
      'the title alone',
      '\n------ Semaphore Arrays --------\n',
      'line 2 of the output of ipcs is not the line of columns',
    ],
    [
      'other columns',
      HEADING.replace('owner', 'cuid '),
      'line 3 of the output of ipcs is not the line of columns',
    ],
    [
      'another facility',
      '\n------ Message Queues --------\n',
      'line 2 of the output of ipcs is not the heading',
    ],
    ['half a row', `${HEADING}${ROW}0x00000000 4   `, 'line 5 of the output of ipcs is cut short'],
    ['a row cut in its last number', `${HEADING}0x00000000 3          www-data   600        1`, 'line 4'],
    ['a row without a number', `${HEADING}0x00000000 3          www-data   600\n`, 'line 4'],
    [
      'a row without an owner',
      `${HEADING}0x00000000 3                     600        1         \n`,
      'line 4',
    ],
    [
      'a heading in between',
      `${HEADING}${ROW}${HEADING.trimStart()}`,
      'line 5 of the output of ipcs is not a set',
    ],
    ['a second listing', `${HEADING}${ROW}${HEADING}`, 'line 6 of the output of ipcs follows the end'],
    ['a row after a blank line', `${HEADING}\n${ROW}`, 'line 5 of the output of ipcs follows the end'],
    ['a semid listed twice', `${HEADING}${ROW}${ROW}`, 'line 5 of the output of ipcs lists semid 3 again'],
    ['a semid out of range', HEADING + ROW.replace('3         ', '2147483648'), 'is not a set'],
    ['a negative semid', HEADING + ROW.replace('3 ', '-3'), 'is not a set'],
    ['a key that is too long', HEADING + ROW.replace('0x', '0x0'), 'is not a set'],
    ['a mode that is not octal', HEADING + ROW.replace('600', '608'), 'is not a set'],
    ['a set without semaphores', HEADING + ROW.replace('1  ', '0  '), 'is not a set'],
    ['more semaphores than there can be', HEADING + ROW.replace('1         ', '2147483648'), 'is not a set'],
    ['a tab', HEADING + ROW.replace('www-data', 'www\tdata'), 'is not a set'],
    ['a carriage return', HEADING + ROW.replace('\n', '\r\n'), 'is not a set'],
  ])('refuses %s', (_, text, reason) => {
    expect(reasonOf(text)).toContain(reason);
  });

  it.each(['german', 'japanese', 'german-not-configured', 'japanese-not-configured'])(
    'refuses a translated listing: %s',
    (language) => {
      expect(reasonOf(output(`util-linux-2.38.1-${language}.txt`))).toMatch(
        /^line 2 of the output of ipcs is not the heading that ipcs -s prints in English: "/,
      );
    },
  );

  it('quotes the line that it refuses, shortened and escaped', () => {
    expect(reasonOf(`${HEADING}\u001b[31m${'x'.repeat(1000)}\n`)).toMatch(/: "\\u001b\[31mx{75}"…$/);
  });

  it('reads back any listing that can be printed', () => {
    fc.assert(
      fc.property(anyRows, (rows) => {
        expect(parseIpcs(render(rows))).toEqual(rows);
      }),
    );
  });

  it('refuses a listing that is cut anywhere but between two rows', () => {
    fc.assert(
      fc.property(anyRows, fc.nat(), (rows, cut) => {
        const whole = render(rows);
        const text = whole.slice(0, cut % whole.length);
        if (text.startsWith(HEADING) && text.endsWith('\n')) {
          expect(parseIpcs(text)).toEqual(rows.slice(0, text.split('\n').length - 4));
        } else expect(reasonOf(text)).not.toBe('it is a listing');
      }),
    );
  });

  it('yields rows or a CollectionError for whatever is printed', () => {
    const noise = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: fc.constantFrom(' ', '\n', '0', 'x') }),
    );
    fc.assert(
      fc.property(anyRows, fc.nat(), fc.nat({ max: 20 }), noise, (rows, at, length, patch) => {
        const text = render(rows);
        const start = at % text.length;
        reasonOf(text.slice(0, start) + patch + text.slice(start + length));
        reasonOf(patch);
      }),
    );
  });

  it.each([
    [
      '32 000 rows',
      HEADING +
        Array.from({ length: 32_000 }, (_, at) => ROW.replace('3         ', String(at).padEnd(10))).join(''),
    ],
    ['16 MiB of newlines', '\n'.repeat(2 ** 24)],
    ['16 MiB of spaces', `${HEADING}${' '.repeat(2 ** 24)}\n`],
    ['16 MiB in one row', `${HEADING}0x00000000 3 ${'a '.repeat(2 ** 23)}\n`],
    ['a row of spaces and digits', `${HEADING}0x00000000 3 a${' 1'.repeat(240)} x\n`],
  ])('needs little time for %s', (_, text) => {
    const start = performance.now();
    reasonOf(text);
    expect(performance.now() - start).toBeLessThan(1000);
  });
});
