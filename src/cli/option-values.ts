import { InvalidArgumentError } from 'commander';

import { formatDuration, parseDuration } from '../duration.ts';

/** Milliseconds of a duration flag's value. Throws what commander reports as a bad value. */
export function durationValue(text: string): number {
  const milliseconds = parseDuration(text);
  if (milliseconds === undefined) {
    throw new InvalidArgumentError('It is no duration such as 15s, 1m30s, 500ms or 0 (at most 24d).');
  }
  return milliseconds;
}

/** As {@link durationValue}, but 0 is refused too. */
export function positiveDurationValue(text: string): number {
  const milliseconds = durationValue(text);
  if (milliseconds === 0) throw new InvalidArgumentError('It must be longer than 0.');
  return milliseconds;
}

/** A whole number of 0 or more. Throws what commander reports as a bad value. */
export function countValue(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It is no whole number of 0 or more.');
  return Number(text);
}

/** Gathers the values of a flag that may be given more than once. */
export function repeatedValue(text: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), text];
}

/** How a duration's default is shown in the help. */
export function durationDefault(text: string): readonly [number, string] {
  const milliseconds = durationValue(text);
  return [milliseconds, formatDuration(milliseconds)];
}
