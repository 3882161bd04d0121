const UNITS = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000, ms: 1 } as const;
const DURATION = /^(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?$/;

/** Longest duration that {@link parseDuration} takes, in milliseconds: what a timer can wait. */
export const LONGEST_DURATION = 2 ** 31 - 1;

/**
 * Milliseconds of a duration as Prometheus writes it: `15s`, `1m30s`, `500ms`, `0`; units from the largest to
 * the smallest, whole numbers. Undefined for anything else, and for more than {@link LONGEST_DURATION}.
 */
export function parseDuration(text: string): number | undefined {
  if (text === '0') return 0;
  const match = DURATION.exec(text);
  if (text === '' || match === null) return undefined;
  const total = Object.values(UNITS).reduce((sum, unit, at) => sum + Number(match[at + 1] ?? 0) * unit, 0);
  return total <= LONGEST_DURATION ? total : undefined;
}

/** A duration in milliseconds as {@link parseDuration} reads it: 90 000 as `1m30s`. */
export function formatDuration(milliseconds: number): string {
  let rest = Math.round(milliseconds);
  let text = '';
  for (const [name, unit] of Object.entries(UNITS)) {
    const count = Math.floor(rest / unit);
    if (count > 0) text += `${count}${name}`;
    rest -= count * unit;
  }
  return text === '' ? '0' : text;
}
