import { describe, expect, it } from 'vitest';
import { checksAmong } from './all-checks.ts';
import { UIDS, committed } from './committed.ts';
import { IN_EXPRESSIONS, IN_FLEET, IN_HOST } from './mutations/in-expressions.ts';
import { IN_FRAME } from './mutations/in-frame.ts';
import { IN_KEYS } from './mutations/in-keys.ts';
import { IN_MEANING } from './mutations/in-meaning.ts';

const IN_BOTH = [...IN_KEYS, ...IN_FRAME, ...IN_MEANING, ...IN_EXPRESSIONS];
const MUTATIONS = {
  'sysvsem-host': [...IN_BOTH, ...IN_HOST],
  'sysvsem-fleet': [...IN_BOTH, ...IN_FLEET],
};

// Made once: the schemas of the SDK's types take a second.
const CHECKS = checksAmong(UIDS.map(committed));

describe.each(UIDS)('the dashboard %s', (uid) => {
  it.each(Object.entries(CHECKS))('%s', (_, check) => {
    expect(check(committed(uid))).toEqual([]);
  });
});

describe.each(UIDS)('a mistake in %s', (uid) => {
  it.each(MUTATIONS[uid])('is refused: $mistake', ({ refusedBy, make }) => {
    const dashboard = committed(uid);
    expect(CHECKS[refusedBy](dashboard)).toEqual([]);
    make(dashboard);
    expect(CHECKS[refusedBy](dashboard)).not.toEqual([]);
  });
});

describe('every check', () => {
  const refusing = new Set([...IN_BOTH, ...IN_HOST, ...IN_FLEET].map(({ refusedBy }) => refusedBy));

  it.each(Object.keys(CHECKS))('refuses one of these mistakes: %s', (name) => {
    expect([...refusing]).toContain(name);
  });
});
