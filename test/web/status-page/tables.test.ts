import { describe, expect, it } from 'vitest';
import { orphanLists } from '../../../src/web/status-page/orphan-lists.ts';
import { ownersTable } from '../../../src/web/status-page/owners-table.ts';
import { NOW, inventedSnapshot } from './invented.ts';

describe('ownersTable', () => {
  const owners = (many: number) =>
    inventedSnapshot(
      Array.from({ length: many }, (_, at) => ({
        owner: `user${at}`,
        uid: 1000 + at,
        state: at % 2 === 0 ? ('held' as const) : ('orphaned' as const),
        sets: at + 1,
        semaphores: 2,
      })),
    ).owners;

  it('begins with the owner of the most sets and has a column for each state that occurs', () => {
    const { states, rows, others } = ownersTable(owners(3));
    expect(states).toEqual(['held', 'orphaned']);
    expect(rows).toEqual([
      { owner: 'user2', uid: '1002', sets: '3', semaphores: '6', states: ['3', null] },
      { owner: 'user1', uid: '1001', sets: '2', semaphores: '4', states: [null, '2'] },
      { owner: 'user0', uid: '1000', sets: '1', semaphores: '2', states: ['1', null] },
    ]);
    expect(others).toBeNull();
  });

  it('puts all but ten owners into one row, unless that would hide a single one', () => {
    expect(ownersTable(owners(11)).rows).toHaveLength(11);
    const { rows, others } = ownersTable(owners(12));
    expect(rows).toHaveLength(10);
    expect(others).toEqual({
      owner: '2 more owners',
      uid: null,
      sets: '3',
      semaphores: '6',
      states: ['1', '2'],
    });
  });

  it('does not repeat a uid that is all there is of a name', () => {
    const { rows } = ownersTable(
      inventedSnapshot([{ owner: '4711', uid: 4711, state: 'unknown', sets: 1 }]).owners,
    );
    expect(rows).toMatchObject([{ owner: '4711', uid: null }]);
  });
});

describe('orphanLists', () => {
  const orphans = (many: number) =>
    inventedSnapshot([
      { owner: 'www-data', uid: 33, state: 'in_use', sets: 3 },
      { owner: 'www-data', uid: 33, state: 'orphaned', sets: many, age: 3600, evidence: 'Extinct.' },
    ]);
  const semids = (snapshot: ReturnType<typeof orphans>) =>
    orphanLists(snapshot, NOW).map(({ rows }) => rows.map(({ changed }) => changed?.relative));

  it('shows few orphans whole, oldest first', () => {
    expect(orphanLists(orphans(0), NOW)).toEqual([]);
    expect(semids(orphans(3))).toEqual([['1 hour ago', '59 minutes ago', '58 minutes ago']]);
    expect(orphanLists(orphans(10), NOW)).toMatchObject([{ caption: 'All orphans, oldest first' }]);
  });

  it('shows the five oldest and the five newest of many', () => {
    expect(semids(orphans(11))).toEqual([
      ['1 hour ago', '59 minutes ago', '58 minutes ago', '57 minutes ago', '56 minutes ago'],
      ['50 minutes ago', '51 minutes ago', '52 minutes ago', '53 minutes ago', '54 minutes ago'],
    ]);
    expect(orphanLists(orphans(11), NOW).map(({ caption }) => caption)).toEqual([
      'Oldest 5 of 11',
      'Newest 5 of 11',
    ]);
  });

  it('takes a set whose time is unknown for neither old nor new', () => {
    const snapshot = orphans(11);
    // Row 3 is the oldest orphan; its last cell is the time of its last change.
    snapshot.sets.cells[4 * (snapshot.sets.cells.length / snapshot.sets.length) - 1] = Number.NaN;
    expect(semids(snapshot).flat()).not.toContain(undefined);
    expect(semids(snapshot)[0]?.[0]).toBe('59 minutes ago');
  });

  it('tells evidence as it was found', () => {
    expect(orphanLists(orphans(1), NOW)[0]?.rows).toEqual([
      {
        semid: String(32_768 * 4 + 4),
        owner: 'www-data',
        semaphores: '1',
        changed: { relative: '1 hour ago', iso: '2026-11-22T09:04:18Z', exact: '2026-11-22 09:04:18 UTC' },
        evidence: 'Extinct.',
      },
    ]);
  });
});
