import { describe, expect, it } from 'vitest';
import { passesFilter, setFilter } from '../../src/cli/set-filter.ts';
import { judgedSet } from '../../src/collector/snapshot.ts';
import { snapshotOf } from '../web/example.ts';

const SNAPSHOT = snapshotOf([
  { semid: 0, uid: 0, state: 'orphaned' },
  { semid: 1, uid: 33, state: 'held' },
  { semid: 2, uid: 4242, state: 'held' },
]);

describe('a filter of sets', () => {
  it.each([
    [{}, [0, 1, 2]],
    [{ owner: ['www-data'] }, [1]],
    [{ owner: ['0', '4242'] }, [0, 2]],
    [{ state: ['held'] }, [1, 2]],
    [{ owner: ['root', 'www-data'], state: ['orphaned', 'keyed'] }, [0]],
    [{ owner: ['nobody-owns-these'] }, []],
  ])('of %j lets pass %j', (flags, semids) => {
    const filter = setFilter(flags);
    const passed = [0, 1, 2].filter((row) => passesFilter(judgedSet(SNAPSHOT, row), filter));
    expect(passed).toEqual(semids);
  });

  it('refuses a state that there is none of, and an owner without a name', () => {
    expect(() => setFilter({ state: ['leaked'] })).toThrow('--state leaked is no state of a set');
    expect(() => setFilter({ owner: [''] })).toThrow('--owner is empty');
  });
});
