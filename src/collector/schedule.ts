/**
 * The number of the next tick of a clock whose tick `n` comes `n` × `interval` after `origin`: the first that lies
 * after `now`. Ticks that passed while a collection ran are left out, so that collections neither overlap nor drift;
 * and none comes again after `last`, though a timer may fire a little before its tick.
 */
export function nextTick(origin: number, interval: number, last: number, now: number): number {
  return Math.max(last, Math.floor((now - origin) / interval)) + 1;
}
