/** Milliseconds as minutes and seconds, `12:05`. */
export function asMinutes(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/** Milliseconds as seconds, `12.5 s`. */
export function asSeconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}

/** Milliseconds of the clock in the rules' time, which runs `factor` times faster, and by the clock: `5 min (7.5 s by the clock)`. */
export function inBothTimes(milliseconds: number, factor: number): string {
  const seconds = Math.round((milliseconds * factor) / 1000);
  const long = seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return `${long} (${asSeconds(milliseconds)} by the clock)`;
}

/** `1 set`, `2 sets`. */
export function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
