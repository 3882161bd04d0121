import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { repeatedNumber } from '../../src/kernel/repeated-number.ts';

describe('repeatedNumber', () => {
  it('finds nothing where every number is there once', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat()), (numbers) => {
        expect(repeatedNumber(numbers)).toBeUndefined();
      }),
    );
  });

  it('finds the lowest of those that are there more than once, wherever they stand', () => {
    expect(repeatedNumber([9, 4, 0, 7, 4, 9])).toBe(4);
    expect(repeatedNumber([0, 4, 4, 9, 9])).toBe(4);
    expect(repeatedNumber(Int32Array.of(2_147_483_647, 0, 2_147_483_647))).toBe(2_147_483_647);
  });
});
