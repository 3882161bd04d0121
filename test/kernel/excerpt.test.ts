import { describe, expect, it } from 'vitest';
import { excerpt } from '../../src/kernel/excerpt.ts';

describe('excerpt', () => {
  it.each([
    ['plain text', '"plain text"'],
    ['', '""'],
    ['two\nlines "quoted"', String.raw`"two\nlines \"quoted\""`],
    ['\u001b[2J\u009b\u007f', String.raw`"\u001b[2J\u{9b}\u{7f}"`],
    ['evil\u202etxt\u2028', String.raw`"evil\u{202e}txt\u{2028}"`],
    ['x'.repeat(80), `"${'x'.repeat(80)}"`],
    ['x'.repeat(81), `"${'x'.repeat(80)}"…`],
  ])('%j becomes %s', (text, shown) => {
    expect(excerpt(text)).toBe(shown);
  });
});
