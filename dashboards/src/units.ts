/** Grafana's names of the units, one for each kind of value. */
export const UNIT = {
  /** Sets, semaphores, hosts, requests: all digits, in groups. */
  count: 'locale',
  /** Counts that may be too long for a tile: 1.02 Bil. */
  largeCount: 'short',
  /** As one types it; and events, which are rates by their origin. */
  digits: 'none',
  /** 0 to 1, shown as per cent. */
  share: 'percentunit',
  seconds: 's',
  /** Milliseconds since the epoch, shown as the time that has passed. */
  since: 'dateTimeFromNow',
  text: 'string',
} as const;
