/** The largest time a Date can hold, seconds since the epoch (ECMA-262, 21.4.1.1). */
const LAST_SECOND = 8.64e12;

/**
 * Whole seconds since the epoch as ISO 8601 in UTC, `2026-01-01T00:00:00Z`; null where it is unknown or beyond
 * what a date can tell.
 */
export function isoSeconds(seconds: number | null): string | null {
  if (seconds === null || !(Math.abs(seconds) <= LAST_SECOND)) return null;
  return new Date(Math.floor(seconds) * 1000).toISOString().replace('.000Z', 'Z');
}

/** As {@link isoSeconds}, with milliseconds. */
export function isoMilliseconds(seconds: number | null): string | null {
  if (seconds === null || !(Math.abs(seconds) <= LAST_SECOND)) return null;
  return new Date(Math.round(seconds * 1000)).toISOString();
}
