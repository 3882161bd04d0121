import { describe, expect, it } from 'vitest';
import { formatAge } from '../../src/cli/format-age.ts';

describe('formatAge', () => {
  it.each([
    [0, '0s'],
    [0.9, '0s'],
    [59.9, '59s'],
    [60, '1m'],
    [61, '1m1s'],
    [3600, '1h'],
    [3661, '1h1m'],
    [86_399, '23h59m'],
    [86_400, '1d'],
    [86_460, '1d'],
    [273_725, '3d4h'],
    [400 * 86_400, '400d'],
  ])('writes %d seconds as %s', (seconds, text) => {
    expect(formatAge(seconds)).toBe(text);
  });

  it('takes a time that lies ahead, as after a change of the clock, for now', () => {
    expect(formatAge(-5)).toBe('0s');
  });
});
