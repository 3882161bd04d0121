import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SetState } from '../../src/orphans/vocabulary.ts';
import { setsPage, type SetsJson } from '../../src/web/sets-page.ts';
import { parseSetsQuery } from '../../src/web/sets-query.ts';
import { snapshotOf, type SomeSet } from './example.ts';

const page = (sets: readonly SomeSet[], query: string) =>
  setsPage(snapshotOf(sets), parseSetsQuery(new URLSearchParams(query)));
const semids = async (sets: readonly SomeSet[], query: string) =>
  (await page(sets, query)).sets.map(({ semid }) => semid);

const some: readonly SomeSet[] = [
  { semid: 0, uid: 0, state: 'keyed' },
  { semid: 3, uid: 33, state: 'orphaned' },
  { semid: 5, uid: 33, state: 'held' },
  { semid: 2_147_483_647, uid: 4242, state: 'orphaned' },
];

describe('setsPage', () => {
  it('lists every set by semid and gives no cursor where that is all', async () => {
    expect(await semids(some, '')).toEqual([0, 3, 5, 2_147_483_647]);
    expect((await page(some, 'limit=4')).nextCursor).toBeNull();
    expect(await page([], '')).toEqual({
      collectedAt: '2026-01-01T00:00:00.250Z',
      sets: [],
      nextCursor: null,
    });
  });

  it('filters by owners, named or by uid, and by states', async () => {
    expect(await semids(some, 'owner=www-data')).toEqual([3, 5]);
    expect(await semids(some, 'owner=33&owner=root')).toEqual([0, 3, 5]);
    expect(await semids(some, 'owner=4242')).toEqual([2_147_483_647]);
    expect(await semids(some, 'owner=nobody')).toEqual([]);
    expect(await semids(some, 'state=orphaned&state=keyed')).toEqual([0, 3, 2_147_483_647]);
    expect(await semids(some, 'state=orphaned&owner=www-data')).toEqual([3]);
  });

  it('gives a cursor only where a further set passes the filters', async () => {
    expect((await page(some, 'owner=www-data&limit=2')).nextCursor).toBeNull();
    expect((await page(some, 'owner=www-data&limit=1')).nextCursor).not.toBeNull();
  });

  it('shows every set that stays exactly once, whatever appears or vanishes between the pages', async () => {
    const set = fc.record({
      semid: fc.nat(200),
      uid: fc.constantFrom(0, 33),
      state: fc.constantFrom<SetState>('held', 'orphaned'),
    });
    const some = fc.uniqueArray(set, { selector: ({ semid }) => semid, maxLength: 60 });
    const limit = fc.integer({ min: 1, max: 20 });
    const filter = fc.constantFrom('', '&owner=www-data', '&state=orphaned');
    await fc.assert(
      fc.asyncProperty(
        some,
        fc.array(some, { minLength: 1, maxLength: 5 }),
        limit,
        filter,
        async (stay, crowds, size, filtered) => {
          const staying = new Set(stay.map(({ semid }) => semid));
          const seen: number[] = [];
          let cursor: string | null = '';
          for (let turn = 0; cursor !== null; turn++) {
            // Every page has a set of its own, so there are no more pages than ids.
            expect(turn).toBeLessThanOrEqual(201);
            const others = (crowds[turn % crowds.length] ?? []).filter(({ semid }) => !staying.has(semid));
            const query = `limit=${size}${filtered}${cursor === '' ? '' : `&cursor=${cursor}`}`;
            const answer: SetsJson = await page([...stay, ...others], query);
            expect(answer.sets.length).toBeLessThanOrEqual(size);
            seen.push(...answer.sets.map(({ semid }) => semid));
            cursor = answer.nextCursor;
          }
          expect(new Set(seen).size).toBe(seen.length);
          expect(seen.filter((semid) => staying.has(semid))).toEqual(await semids(stay, filtered.slice(1)));
        },
      ),
    );
  });

  it('leaves the event loop to others while it makes a long page', async () => {
    let turns = 0;
    let done = false;
    const count = (): void => {
      turns++;
      if (!done) setImmediate(count);
    };
    setImmediate(count);
    const answer = await page(
      Array.from({ length: 10_000 }, (_, semid) => ({ semid })),
      'limit=10000',
    );
    done = true;
    expect(answer.sets).toHaveLength(10_000);
    expect(turns).toBeGreaterThan(10);
  });
});
