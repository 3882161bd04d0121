/**
 * Milliseconds from `now` to the next tick of a clock that began at `origin` and ticks every `interval`: always
 * more than 0 and at most `interval`. Ticks that passed while a collection ran are left out, so that collections
 * neither overlap nor drift.
 */
export function untilNextTick(origin: number, interval: number, now: number): number {
  return interval - ((now - origin) % interval);
}
