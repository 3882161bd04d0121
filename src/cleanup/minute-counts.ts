const MINUTE = 60_000;

/** Counts what happens in the last minute, by key, in bounded memory. */
export class MinuteCounts {
  readonly #most: number;
  readonly #mostKeys: number;
  readonly #now: () => number;
  /** Key → when it happened, at most `most` times, oldest first; the key that happened last stands last. */
  readonly #times = new Map<string, readonly number[]>();

  /** At most `most` a minute and key are let pass. `now` tells milliseconds on a clock that never goes back. */
  constructor(most: number, mostKeys: number, now: () => number) {
    this.#most = most;
    this.#mostKeys = mostKeys;
    this.#now = now;
  }

  /** Counts one more; false where that is too many, and it is not counted. */
  count(key: string): boolean {
    const now = this.#now();
    const recent = (this.#times.get(key) ?? []).filter((time) => now - time < MINUTE);
    if (recent.length >= this.#most) return false;
    this.#times.delete(key);
    this.#times.set(key, [...recent, now]);
    const [oldest] = this.#times.keys();
    if (this.#times.size > this.#mostKeys && oldest !== undefined) this.#times.delete(oldest);
    return true;
  }
}
