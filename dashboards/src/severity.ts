/**
 * One colour for each severity, the same in every panel and of the alerts: `critical` pages, `warning` is for working hours,
 * `notice` is worth knowing, `unknown` is no statement at all.
 */
export const SEVERITY = {
  ok: 'green',
  notice: 'blue',
  warning: 'orange',
  critical: 'red',
  unknown: '#8e949b',
} as const;

/** What does not judge: text, counts, limits. */
export const NEUTRAL = 'text';
