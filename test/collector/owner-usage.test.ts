import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { usageByOwner } from '../../src/collector/owner-usage.ts';
import { SET_STATES } from '../../src/orphans/vocabulary.ts';
import { SetTable } from '../../src/kernel/set-table.ts';

function tableOf(semaphores: readonly number[]): SetTable {
  return SetTable.of(
    semaphores.map((count, semid) => ({
      key: 0,
      semid,
      mode: 0o600,
      semaphores: count,
      uid: null,
      gid: null,
      creatorUid: null,
      creatorGid: null,
      operatedAt: null,
      changedAt: null,
    })),
  );
}

const ORPHANED = SET_STATES.indexOf('orphaned');
const NONE = { sets: 0, semaphores: 0 };

describe('usageByOwner', () => {
  it('adds up each owner in each state, and has every state', () => {
    const { owners } = usageByOwner(
      tableOf([1, 5, 2]),
      [{ owner: 'www-data', uid: 33 }],
      Uint32Array.of(0, 0, 0),
      Uint8Array.of(0, ORPHANED, ORPHANED),
    );
    expect(owners).toEqual([
      {
        owner: 'www-data',
        uid: 33,
        states: {
          in_use: { sets: 1, semaphores: 1 },
          held: NONE,
          keyed: NONE,
          suspected: NONE,
          orphaned: { sets: 2, semaphores: 7 },
          unknown: NONE,
        },
      },
    ]);
  });

  it('sorts by name, then uid, an unknown one first, and points each row at its owner', () => {
    const { owners, ownerOf } = usageByOwner(
      tableOf([1, 1, 1, 1]),
      [
        { owner: 'b', uid: 2 },
        { owner: 'a', uid: 10 },
        { owner: 'b', uid: null },
        { owner: 'a', uid: 9 },
      ],
      Uint32Array.of(0, 1, 2, 3),
      new Uint8Array(4),
    );
    expect(owners.map(({ owner, uid }) => [owner, uid])).toEqual([
      ['a', 9],
      ['a', 10],
      ['b', null],
      ['b', 2],
    ]);
    expect(ownerOf).toEqual(Uint32Array.of(3, 1, 2, 0));
  });

  it('makes one owner of two with the same name and uid, whose series would collide', () => {
    const { owners, ownerOf } = usageByOwner(
      tableOf([1, 2]),
      [
        { owner: 'www-data', uid: 33 },
        { owner: 'www-data', uid: 33 },
      ],
      Uint32Array.of(0, 1),
      new Uint8Array(2),
    );
    expect(owners).toHaveLength(1);
    expect(owners[0]?.states.in_use).toEqual({ sets: 2, semaphores: 3 });
    expect(ownerOf).toEqual(Uint32Array.of(0, 0));
  });

  it('has no owner where there is no set', () => {
    expect(usageByOwner(tableOf([]), [], new Uint32Array(0), new Uint8Array(0)).owners).toEqual([]);
  });

  it.each([
    ['owner', Uint32Array.of(1), Uint8Array.of(0)],
    ['state', Uint32Array.of(0), Uint8Array.of(SET_STATES.length)],
    ['index of an owner', new Uint32Array(0), Uint8Array.of(0)],
  ])('never leaves out a set that has no %s', (_, ownerOf, states) => {
    expect(() => usageByOwner(tableOf([1]), [{ owner: 'a', uid: 1 }], ownerOf, states)).toThrow(RangeError);
  });

  it('adds up to the sets and semaphores of the table', () => {
    const owner = fc.record({
      owner: fc.constantFrom('a', 'b', '7'),
      uid: fc.constantFrom(null, 7, 8),
    });
    const sets = fc.array(
      fc.record({
        semaphores: fc.integer({ min: 1, max: 32_000 }),
        owner: fc.nat(),
        state: fc.nat(SET_STATES.length - 1),
      }),
    );
    fc.assert(
      fc.property(fc.array(owner, { minLength: 1 }), sets, (named, drawn) => {
        const table = tableOf(drawn.map(({ semaphores }) => semaphores));
        const listed = Uint32Array.from(drawn, (set) => set.owner % named.length);
        const { owners, ownerOf } = usageByOwner(
          table,
          named,
          listed,
          Uint8Array.from(drawn, ({ state }) => state),
        );
        const all = owners.flatMap(({ states }) => Object.values(states));
        expect(all.reduce((sum, usage) => sum + usage.sets, 0)).toBe(table.length);
        expect(all.reduce((sum, usage) => sum + usage.semaphores, 0)).toBe(table.semaphores);
        ownerOf.forEach((at, row) => {
          expect(owners[at]).toMatchObject(named[listed[row] ?? -1] ?? {});
        });
        const labels = owners.map((usage) => `${usage.owner} ${usage.uid ?? ''}`);
        expect(new Set(labels).size).toBe(labels.length);
      }),
    );
  });
});
