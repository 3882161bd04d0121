import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseGoDuration } from '../../../src/web/web-config/go-duration.ts';

it.each([
  ['0', 0],
  ['-0', 0],
  ['+0', 0],
  ['1s', 1],
  ['+5s', 5],
  ['-300ms', -0.3],
  ['1.5h', 5400],
  ['.5m', 30],
  ['1.s', 1],
  ['1h2m3s4ms5us6ns', 3723.004005006],
  ['1s1s', 2],
  ['1s1h', 3601],
  ['10µs', 0.00001],
  ['10μs', 0.00001],
])('a duration of Go is %s: %d seconds', (text, seconds) => {
  expect(parseGoDuration(text)).toBeCloseTo(seconds, 12);
});

it.each([
  '',
  '1',
  '5 s',
  ' 5s',
  '5s ',
  '1d',
  '1w',
  '.s',
  's',
  '-',
  '1S',
  '1e3s',
  '0x1s',
  '--1s',
  '1s-',
  '300y',
  '9999999999h',
])('no duration of Go is "%s"', (text) => {
  expect(parseGoDuration(text)).toBeUndefined();
});

it('whole numbers of every unit add up', () => {
  const counts = fc.array(fc.tuple(fc.nat(1000), fc.constantFrom('h', 'm', 's', 'ms')), {
    minLength: 1,
    maxLength: 5,
  });
  fc.assert(
    fc.property(counts, (parts) => {
      const text = parts.map(([count, unit]) => `${count}${unit}`).join('');
      const milliseconds = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 };
      const expected = parts.reduce((sum, [count, unit]) => sum + count * milliseconds[unit], 0);
      expect((parseGoDuration(text) ?? NaN) * 1000).toBeCloseTo(expected, 3);
    }),
  );
});
