import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SET_FIELDS, SetTable, type SemaphoreSet } from '../../src/kernel/set-table.ts';

const INT = 2 ** 31 - 1;
const uid = fc.option(fc.integer({ min: 0, max: 0xffff_ffff }));
const time = fc.option(fc.integer({ min: 0, max: 2 ** 40 }));
const arbitrarySet: fc.Arbitrary<SemaphoreSet> = fc.record({
  key: fc.integer({ min: 0, max: 0xffff_ffff }),
  semid: fc.integer({ min: 0, max: INT }),
  mode: fc.integer({ min: 0, max: 0o7777 }),
  semaphores: fc.integer({ min: 1, max: 32_000 }),
  uid,
  gid: uid,
  creatorUid: uid,
  creatorGid: uid,
  operatedAt: time,
  changedAt: time,
});
const arbitrarySets = fc.array(arbitrarySet, { maxLength: 30 });

function setsOf(table: SetTable): SemaphoreSet[] {
  return Array.from({ length: table.length }, (_, row) => table.at(row));
}

describe('SetTable', () => {
  it('gives back each set as it was put in', () => {
    fc.assert(
      fc.property(arbitrarySets, (sets) => {
        const table = SetTable.of(sets);
        expect(setsOf(table)).toEqual(sets);
        expect(table.semaphores).toBe(sets.reduce((sum, { semaphores }) => sum + semaphores, 0));
        expect(setsOf(new SetTable(table.cells))).toEqual(sets);
      }),
    );
  });

  it('sorts by semid, the largest there is too, and leaves the table itself as it was', () => {
    const distinct = fc.uniqueArray(arbitrarySet, { selector: ({ semid }) => semid, maxLength: 30 });
    fc.assert(
      fc.property(distinct, (sets) => {
        const table = SetTable.of(sets);
        expect(setsOf(table.sortedBySemid())).toEqual(sets.toSorted((a, b) => a.semid - b.semid));
        expect(setsOf(table)).toEqual(sets);
      }),
      { examples: [[fc.sample(arbitrarySet, 3).map((set, row) => ({ ...set, semid: INT - row }))]] },
    );
  });

  it('sorts a full table', () => {
    const rows = 32_768;
    const cells = new Float64Array(rows * SET_FIELDS.length);
    for (let row = 0; row < rows; row++) cells[row * SET_FIELDS.length + 1] = INT - row;
    const sorted = new SetTable(cells).sortedBySemid();
    expect([sorted.length, sorted.value(0, 'semid'), sorted.value(rows - 1, 'semid')]).toEqual([
      rows,
      INT - rows + 1,
      INT,
    ]);
  });

  it('tells what could not be read from 0', () => {
    const sets = fc.sample(arbitrarySet, 1).map((set) => ({ ...set, uid: null, operatedAt: 0 }));
    const table = SetTable.of(sets);
    expect(table.value(0, 'uid')).toBeNaN();
    expect(table.at(0)).toMatchObject({ uid: null, operatedAt: 0 });
  });

  it.each([-1, 0, 1])('has no row %i where it is empty', (row) => {
    const table = SetTable.of([]);
    expect(table.value(row, 'semid')).toBeNaN();
    expect(() => table.at(row)).toThrow(RangeError);
  });

  it('refuses a part of a row', () => {
    expect(() => new SetTable(new Float64Array(SET_FIELDS.length + 1))).toThrow(RangeError);
  });
});
