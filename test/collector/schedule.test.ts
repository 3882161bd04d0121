import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextTick } from '../../src/collector/schedule.ts';

describe('nextTick', () => {
  it.each([
    ['the first one', 0, 1000, 1],
    ['the next one after a short collection', 1, 15_200, 2],
    ['the first that is still ahead after a long collection', 1, 46_000, 4],
    ['a tick that begins just now is no more ahead', 1, 31_000, 3],
    ['not the same one again where the timer fired early', 2, 30_999.5, 3],
  ])('is %s', (_, last, now, tick) => {
    expect(nextTick(1000, 15_000, last, now)).toBe(tick);
  });

  it('gives starts that never come twice for one tick, never drift, and leave out only ticks that passed', () => {
    const earliest = 1;
    const run = fc.record({
      origin: fc.double({ min: 0, max: 1e9, noNaN: true }),
      interval: fc.integer({ min: 1, max: 3_600_000 }),
      collections: fc.array(
        fc.record({
          early: fc.double({ min: 0, max: earliest, noNaN: true }),
          duration: fc.double({ min: 0, max: 10_000_000, noNaN: true }),
        }),
        { maxLength: 50 },
      ),
    });
    fc.assert(
      fc.property(run, ({ origin, interval, collections }) => {
        let last = 0;
        let now = origin;
        for (const { early, duration } of collections) {
          const tick = nextTick(origin, interval, last, now);
          const due = origin + tick * interval;
          expect(tick).toBeGreaterThan(last);
          expect(due).toBeGreaterThanOrEqual(now);
          // A tick left out between the last one and this had passed.
          if (tick > last + 1) expect(due - interval).toBeLessThanOrEqual(now + 1e-3);
          now = Math.max(now, due - early) + duration;
          last = tick;
        }
      }),
    );
  });
});
