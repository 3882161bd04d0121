const NANOSECONDS = { ns: 1, us: 1e3, µs: 1e3, μs: 1e3, ms: 1e6, s: 1e9, m: 6e10, h: 3.6e12 } as const;
const DURATION = /^[-+]?(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+$/;
const PART = /(\d+\.?\d*|\.\d+)([a-zµμ]+)/g;

/**
 * Seconds of a duration as Go's time.ParseDuration reads it: `1s`, `1.5h`, `-300ms`, `0`; a unit may come twice
 * and in any order. Undefined for anything else, and beyond the 292 years that Go can count.
 */
export function parseGoDuration(text: string): number | undefined {
  if (/^[-+]?0$/.test(text)) return 0;
  if (!DURATION.test(text)) return undefined;
  let total = 0;
  for (const [, count, unit] of text.matchAll(PART)) {
    total += Number(count) * NANOSECONDS[unit as keyof typeof NANOSECONDS];
  }
  if (total >= 2 ** 63) return undefined;
  return (text.startsWith('-') ? -total : total) / 1e9;
}
