import { isoSeconds } from '../timestamp.ts';

const COUNT = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const AGO = new Intl.RelativeTimeFormat('en', { numeric: 'always' });
const LIST = new Intl.ListFormat('en');

/** A moment as the page tells it: relative to now, with the exact time behind it. */
export interface Moment {
  /** `3 minutes ago`. */
  readonly relative: string;
  /** ISO 8601, UTC. */
  readonly iso: string;
  /** `2026-01-01 00:00:00 UTC`. */
  readonly exact: string;
}

/** A part of a sentence: plain words, a moment, or something to be typed as it stands. */
export type Part = string | Moment | { readonly code: string };

/** One or more sentences. */
export type Phrase = readonly Part[];

/** A whole number for people: `32,000`, `−5`. */
export function count(value: number): string {
  return COUNT.format(value).replace('-', '−');
}

/** A number of things: `1 set`, `2,000 sets`. */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/**
 * A share in percent, rounded down so that 100% means full: `3.7%`, `91%`, `125%`; `<0.1%` for a little. Null where
 * the limit is 0 or less, for then there is no share.
 */
export function share(used: number, limit: number): string | null {
  if (limit <= 0) return null;
  const percent = (used / limit) * 100;
  if (percent > 0 && percent < 0.1) return '<0.1%';
  const shown = percent < 10 ? Math.floor(percent * 10) / 10 : Math.floor(percent);
  return `${shown.toLocaleString('en')}%`;
}

const UNITS = [
  ['second', 1, 60],
  ['minute', 60, 60],
  ['hour', 3600, 48],
  ['day', 86_400, 730],
  ['year', 31_557_600, Number.POSITIVE_INFINITY],
] as const;

/** Seconds since the epoch as a moment; null where it is unknown. */
export function moment(seconds: number | null, now: number): Moment | null {
  const iso = isoSeconds(seconds);
  if (seconds === null || iso === null) return null;
  const exact = iso.replace('T', ' ').replace('Z', ' UTC');
  const distance = Math.abs(now - seconds);
  if (distance < 1) return { relative: 'just now', iso, exact };
  const unit = UNITS.find(([, size, most]) => Math.floor(distance / size) < most) ?? UNITS[4];
  const amount = Math.floor(distance / unit[1]);
  return { relative: AGO.format(seconds > now ? amount : -amount, unit[0]), iso, exact };
}

/** Seconds that something took: `340 ms`, `2.1 s`. */
export function took(seconds: number): string {
  return seconds < 1 ? `${count(Math.ceil(seconds * 1000))} ms` : `${seconds.toFixed(1)} s`;
}

/** `a, b, and c`. */
export function listed(items: readonly string[]): string {
  return LIST.format(items);
}

/** Control, formatting, private and unassigned characters, and separators of lines. */
const HARMFUL = /[\p{C}\p{Zl}\p{Zp}]/u;

/**
 * Text of the machine as one harmless line: control and formatting characters, which could break the line or turn
 * the writing direction, become U+FFFD; what is longer than `most` characters is cut with an ellipsis.
 */
export function plain(text: string, most: number): string {
  const characters = Array.from(text.slice(0, 2 * most), (character) =>
    HARMFUL.test(character) ? '�' : character,
  );
  if (characters.length <= most && text.length <= 2 * most) return characters.join('');
  return `${characters.slice(0, most - 1).join('')}…`;
}
