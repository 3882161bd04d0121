import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDuration, LONGEST_DURATION, parseDuration } from '../src/duration.ts';

describe('parseDuration', () => {
  it.each([
    ['0', 0],
    ['0s', 0],
    ['15s', 15_000],
    ['1m30s', 90_000],
    ['500ms', 500],
    ['90m', 5_400_000],
    ['1d2h3m4s5ms', 93_784_005],
    ['2147483647ms', LONGEST_DURATION],
  ])('reads %s', (text, milliseconds) => {
    expect(parseDuration(text)).toBe(milliseconds);
  });

  it.each([
    ['', 'nothing'],
    ['15', 'no unit'],
    ['1.5s', 'a fraction'],
    ['-1s', 'a sign'],
    ['1s1m', 'units in the wrong order'],
    ['1s1s', 'a unit twice'],
    ['1w', 'an unknown unit'],
    ['1 s', 'a space'],
    ['1s\n', 'a newline'],
    ['2147483648ms', 'more than a timer can wait'],
    ['9'.repeat(400) + 's', 'more than a number can hold'],
  ])('refuses %j: %s', (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });
});

describe('formatDuration', () => {
  it.each([
    [0, '0'],
    [90_000, '1m30s'],
    [500, '500ms'],
    [86_400_000, '1d'],
  ])('writes %i as %s', (milliseconds, text) => {
    expect(formatDuration(milliseconds)).toBe(text);
  });

  it('writes what parseDuration reads as the same number', () => {
    fc.assert(
      fc.property(fc.nat(LONGEST_DURATION), (milliseconds) => {
        expect(parseDuration(formatDuration(milliseconds))).toBe(milliseconds);
      }),
    );
  });
});
