import { InvalidArgumentError } from 'commander';
import { describe, expect, it } from 'vitest';
import {
  countValue,
  durationDefault,
  durationValue,
  positiveDurationValue,
  repeatedValue,
} from '../../src/cli/option-values.ts';

describe('the values of flags', () => {
  it('are durations in milliseconds', () => {
    expect(durationValue('1m30s')).toBe(90_000);
    expect(durationValue('0')).toBe(0);
    expect(() => durationValue('15')).toThrow(InvalidArgumentError);
    expect(() => durationValue('25d')).toThrow('at most 24d');
  });

  it('are longer than 0 where they have to be', () => {
    expect(positiveDurationValue('1ms')).toBe(1);
    expect(() => positiveDurationValue('0')).toThrow('It must be longer than 0.');
    expect(() => positiveDurationValue('0s')).toThrow('It must be longer than 0.');
    expect(() => positiveDurationValue('soon')).toThrow('It is no duration');
  });

  it('are whole numbers', () => {
    expect(countValue('0')).toBe(0);
    expect(countValue('040')).toBe(40);
    for (const text of ['', '-1', '1.5', '1e3', '0x10', ' 1', '1234567890']) {
      expect(() => countValue(text), text).toThrow(InvalidArgumentError);
    }
  });

  it('are gathered in their order', () => {
    expect(repeatedValue('b', repeatedValue('a', undefined))).toEqual(['a', 'b']);
  });

  it('are shown in the help as they are written', () => {
    expect(durationDefault('90s')).toEqual([90_000, '1m30s']);
  });
});
