import { describe, expect, it } from 'vitest';
import { HttpError } from '../../src/web/http-errors.ts';
import { cursorAfter, parseSetsQuery } from '../../src/web/sets-query.ts';

const parse = (query: string) => parseSetsQuery(new URLSearchParams(query));

function refusal(query: string): string {
  try {
    parse(query);
  } catch (error) {
    if (error instanceof HttpError) return `${error.status} ${error.code}`;
  }
  return 'not refused';
}

describe('parseSetsQuery', () => {
  it('asks for the first thousand of all sets where nothing else is said', () => {
    expect(parse('')).toEqual({ owners: [], states: [], limit: 1000, afterSemid: -1 });
  });

  it('takes repeated filters, a limit and a cursor', () => {
    expect(parse(`owner=a&owner=33&state=held&state=orphaned&limit=10000&cursor=${cursorAfter(0)}`)).toEqual({
      owners: ['a', '33'],
      states: ['held', 'orphaned'],
      limit: 10_000,
      afterSemid: 0,
    });
  });

  it.each(['limit=0', 'limit=10001', 'limit=-1', 'limit=1.5', 'limit=', 'limit=1e3', 'limit=99999999999'])(
    'refuses %s',
    (query) => {
      expect(refusal(query)).toBe('400 bad_parameter');
    },
  );

  it.each(['owner=', 'state=', 'state=dead', 'state=Held', 'limit=1&limit=1', 'cursor=YQ&cursor=YQ'])(
    'refuses %s',
    (query) => {
      expect(refusal(query)).toBe('400 bad_parameter');
    },
  );

  it.each([
    '',
    'x',
    '5',
    '%00',
    `${cursorAfter(5)}=`,
    `${cursorAfter(5)}x`,
    'YWZ0ZXI6LTE',
    'YWZ0ZXI6MDA1',
    'x'.repeat(9000),
  ])('refuses the cursor %j, which it never gave', (cursor) => {
    expect(refusal(`cursor=${cursor}`)).toBe('400 bad_cursor');
  });

  it.each(['page=2', 'Owner=a', 'owner[]=a', '=', 'owners=a&limit=1'])(
    'refuses %s, which it does not know',
    (query) => {
      expect(refusal(query)).toBe('400 unknown_parameter');
    },
  );
});
