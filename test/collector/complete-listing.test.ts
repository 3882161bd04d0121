import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { completeListing, listingOf, printedListing } from '../../src/collector/complete-listing.ts';
import type { IpcsRow } from '../../src/kernel/parse-ipcs.ts';
import { SetTable, type SemaphoreSet } from '../../src/kernel/set-table.ts';

function kernelSet(set: Partial<SemaphoreSet> & { semid: number }): SemaphoreSet {
  return {
    key: 0,
    mode: 0o600,
    semaphores: 1,
    uid: 33,
    gid: 33,
    creatorUid: 0,
    creatorGid: 0,
    operatedAt: 0,
    changedAt: 1_790_000_000,
    ...set,
  };
}

function printedRow(row: Partial<IpcsRow> & { semid: number }): IpcsRow {
  return { key: 0, owner: 'www-data', mode: 0o600, semaphores: 1, ...row };
}

const rowOf = ({ key, semid, mode, semaphores, uid }: SemaphoreSet): IpcsRow => ({
  key,
  semid,
  mode,
  semaphores,
  owner: `user-${uid ?? ''}`.slice(0, 10),
});

function setsOf(table: SetTable): SemaphoreSet[] {
  return Array.from({ length: table.length }, (_, row) => table.at(row));
}

const arbitrarySets = fc.uniqueArray(
  fc.record({
    semid: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
    key: fc.integer({ min: 0, max: 0xffff_ffff }),
    semaphores: fc.integer({ min: 1, max: 250 }),
    uid: fc.integer({ min: 0, max: 5 }),
  }),
  { selector: ({ semid }) => semid, maxLength: 40 },
);

describe('completeListing', () => {
  it('gives each uid the name that ipcs printed beside its sets', () => {
    const kernel = SetTable.of([kernelSet({ semid: 5 }), kernelSet({ semid: 2, uid: 54_321 })]);
    const printed = [printedRow({ semid: 2, owner: '54321' }), printedRow({ semid: 5 })];
    const listing = completeListing(printed, kernel);
    expect(listing?.owners).toEqual([
      { uid: 54_321, printedName: '54321' },
      { uid: 33, printedName: 'www-data' },
    ]);
    expect(listing?.ownerOf).toEqual(Uint32Array.of(0, 1));
  });

  it('leaves out a set that was removed between the two looks, and has one that was made', () => {
    const kernel = SetTable.of([1, 2, 9].map((semid) => kernelSet({ semid })));
    const printed = [1, 2, 3].map((semid) => printedRow({ semid }));
    expect(setsOf(completeListing(printed, kernel)?.sets ?? SetTable.of([]))).toEqual(
      [1, 2, 9].map((semid) => kernelSet({ semid })),
    );
  });

  it('gives no name from a set whose id was taken by another one between the two looks', () => {
    const kernel = SetTable.of([kernelSet({ semid: 1, uid: 7, key: 5 }), kernelSet({ semid: 2 })]);
    const printed = [printedRow({ semid: 1, owner: 'somebody' }), printedRow({ semid: 2 })];
    expect(completeListing(printed, kernel)?.owners).toEqual([
      { uid: 7, printedName: null },
      { uid: 33, printedName: 'www-data' },
    ]);
  });

  it.each([
    ['nothing of what ipcs printed', [1, 2], [3, 4]],
    ['less than half of it', [1, 2, 3], [1, 8, 9]],
    ['no set at all', [1], []],
  ])('says nothing where the kernel lists %s', (_, printed, kernel) => {
    const table = SetTable.of(kernel.map((semid) => kernelSet({ semid })));
    expect(
      completeListing(
        printed.map((semid) => printedRow({ semid })),
        table,
      ),
    ).toBeNull();
  });

  it.each([
    ['half of what ipcs printed', [1, 2], [1]],
    ['sets where ipcs printed none', [], [1, 2]],
    ['none where ipcs printed none', [], []],
  ])('believes the kernel where it lists %s', (_, printed, kernel) => {
    const table = SetTable.of(kernel.map((semid) => kernelSet({ semid })));
    const listing = completeListing(
      printed.map((semid) => printedRow({ semid })),
      table,
    );
    expect(setsOf(listing?.sets ?? SetTable.of([kernelSet({ semid: 99 })]))).toEqual(setsOf(table));
  });

  it('is, whatever came and went, the kernel’s list by semid or nothing', () => {
    fc.assert(
      fc.property(arbitrarySets, fc.infiniteStream(fc.nat(3)), (drawn, fates) => {
        const next = fates[Symbol.iterator]();
        const both: SemaphoreSet[] = [];
        const onlyPrinted: SemaphoreSet[] = [];
        const onlyKernel: SemaphoreSet[] = [];
        for (const set of drawn.map(kernelSet)) {
          const fate = (next.next() as { value: number }).value;
          (fate === 0 ? onlyPrinted : fate === 1 ? onlyKernel : both).push(set);
        }
        const kernel = [...onlyKernel, ...both];
        const printed = [...both, ...onlyPrinted].map(rowOf);
        const listing = completeListing(printed, SetTable.of(kernel));
        expect(listing === null).toBe(both.length * 2 < printed.length);
        if (listing === null) return;
        expect(setsOf(listing.sets)).toEqual(kernel.toSorted((a, b) => a.semid - b.semid));
        listing.ownerOf.forEach((owner, row) => {
          const uid = listing.sets.value(row, 'uid');
          const named = both.some((set) => set.uid === uid);
          expect(listing.owners[owner]).toEqual({ uid, printedName: named ? `user-${uid}` : null });
        });
        expect(new Set(listing.owners.map(({ uid }) => uid)).size).toBe(listing.owners.length);
      }),
    );
  });
});

describe('listingOf', () => {
  it('knows no names', () => {
    const { owners, sets } = listingOf(SetTable.of([kernelSet({ semid: 3 }), kernelSet({ semid: 1 })]));
    expect(owners).toEqual([{ uid: 33, printedName: null }]);
    expect(setsOf(sets).map(({ semid }) => semid)).toEqual([1, 3]);
  });
});

describe('printedListing', () => {
  it('knows no more than ipcs printed, lowest semid first', () => {
    const listing = printedListing([
      printedRow({ semid: 4, key: 7, mode: 0o660, semaphores: 3 }),
      printedRow({ semid: 0, owner: '54321' }),
    ]);
    const unknown = { gid: null, creatorUid: null, creatorGid: null, operatedAt: null, changedAt: null };
    expect(setsOf(listing.sets)).toEqual([
      { semid: 0, key: 0, mode: 0o600, semaphores: 1, uid: 54_321, ...unknown },
      { semid: 4, key: 7, mode: 0o660, semaphores: 3, uid: null, ...unknown },
    ]);
    expect(listing.owners).toEqual([
      { uid: 54_321, printedName: '54321' },
      { uid: null, printedName: 'www-data' },
    ]);
    expect(listing.ownerOf).toEqual(Uint32Array.of(0, 1));
  });

  it.each([
    ['4294967295', 4_294_967_295],
    ['4294967296', null],
    ['99999999999', null],
    ['12ab', null],
  ])('takes the printed owner %s for the uid %s', (owner, uid) => {
    expect(printedListing([printedRow({ semid: 1, owner })]).owners).toEqual([{ uid, printedName: owner }]);
  });
});
