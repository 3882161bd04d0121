import fc from 'fast-check';
import { expect, it } from 'vitest';
import { TokenBucket } from '../../../src/web/web-config/token-bucket.ts';

it('a token bucket is full at the start, gains one token an interval, and never holds more than a burst', () => {
  let now = 0;
  const bucket = new TokenBucket({ intervalSeconds: 10, burst: 2 }, () => now);
  const takeThree = (): boolean[] => [bucket.take(), bucket.take(), bucket.take()];
  expect(takeThree()).toEqual([true, true, false]);
  now = 9.9;
  expect(bucket.take()).toBe(false);
  now = 10;
  expect(takeThree()).toEqual([true, false, false]);
  now = 1000;
  expect(takeThree()).toEqual([true, true, false]);
});

it.each([0, -1])('a burst of %d lets nothing through, ever', (burst) => {
  let now = 0;
  const bucket = new TokenBucket({ intervalSeconds: 1, burst }, () => now);
  for (now = 0; now < 100; now += 10) expect(bucket.take()).toBe(false);
});

it('in any stretch of time no more than a burst and one an interval come through', () => {
  const steps = fc.array(fc.double({ min: 0, max: 5, noNaN: true }), { minLength: 1, maxLength: 200 });
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 5 }),
      fc.double({ min: 0.1, max: 3, noNaN: true }),
      steps,
      (burst, interval, waits) => {
        let now = 0;
        const bucket = new TokenBucket({ intervalSeconds: interval, burst }, () => now);
        let taken = 0;
        for (const wait of waits) {
          now += wait;
          if (bucket.take()) taken++;
          expect(taken).toBeLessThanOrEqual(burst + now / interval + 1e-6);
        }
      },
    ),
  );
});
