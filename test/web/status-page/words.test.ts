import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { count, counted, moment, plain, share, took } from '../../../src/web/status-page/words.ts';
import { NOW } from './invented.ts';

describe('numbers for people', () => {
  it('groups digits, and writes a true minus', () => {
    expect(count(1_024_000_000)).toBe('1,024,000,000');
    expect(count(-5)).toBe('−5');
    expect(counted(1, 'set')).toBe('1 set');
    expect(counted(0, 'set')).toBe('0 sets');
  });

  it.each([
    [0, 128, '0%'],
    [1, 32_000, '<0.1%'],
    [1179, 32_000, '3.6%'],
    [127, 128, '99%'],
    [31_999, 32_000, '99%'],
    [128, 128, '100%'],
    [37, 20, '185%'],
    [5, 0, null],
    [5, -5, null],
  ])('tells %d of %d as %s, never fuller than it is', (used, limit, text) => {
    expect(share(used, limit)).toBe(text);
  });

  it('tells durations in the unit that fits', () => {
    expect(took(0.0002)).toBe('1 ms');
    expect(took(0.34)).toBe('340 ms');
    expect(took(2.14)).toBe('2.1 s');
  });
});

describe('moment', () => {
  it.each([
    [0, 'just now'],
    [1, '1 second ago'],
    [59.9, '59 seconds ago'],
    [60, '1 minute ago'],
    [3599, '59 minutes ago'],
    [3600, '1 hour ago'],
    [47.9 * 3600, '47 hours ago'],
    [48 * 3600, '2 days ago'],
    [729 * 86_400, '729 days ago'],
    [3 * 366 * 86_400, '3 years ago'],
    // A clock that was set back.
    [-120, 'in 2 minutes'],
  ])('tells %d seconds ago as "%s"', (age, relative) => {
    expect(moment(NOW - age, NOW)?.relative).toBe(relative);
  });

  it('has the exact time behind it', () => {
    expect(moment(NOW - 4.25, NOW)).toEqual({
      relative: '4 seconds ago',
      iso: '2026-11-22T10:04:13Z',
      exact: '2026-11-22 10:04:13 UTC',
    });
  });

  it('is nothing where the time is unknown or beyond the calendar', () => {
    expect(moment(null, NOW)).toBeNull();
    expect(moment(Number.NaN, NOW)).toBeNull();
    expect(moment(1e300, NOW)).toBeNull();
  });
});

describe('plain', () => {
  it('keeps text of any language and cuts what is too long', () => {
    expect(plain('Müller-Lüdenscheidt 株式会社', 40)).toBe('Müller-Lüdenscheidt 株式会社');
    expect(plain('abcdef', 6)).toBe('abcdef');
    expect(plain('abcdefg', 6)).toBe('abcde…');
    expect(plain('😀'.repeat(7), 6)).toBe(`${'😀'.repeat(5)}…`);
  });

  it('makes one harmless line of whatever there is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 80 }), (text) => {
        const line = plain(text, 20);
        expect(/[\p{C}\p{Zl}\p{Zp}]/u.test(line)).toBe(false);
        expect(Array.from(line).length).toBeLessThanOrEqual(20);
      }),
    );
  });
});
