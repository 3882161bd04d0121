/** The section `rate_limit`. */
export interface RateLimit {
  /** Seconds until one more request is let through. */
  readonly intervalSeconds: number;
  /** Requests let through at once after a quiet time; with 0 none ever is. */
  readonly burst: number;
}

/** A token bucket, as golang.org/x/time/rate keeps it: it starts full and gains one token an interval. */
export class TokenBucket {
  readonly #limit: RateLimit;
  readonly #now: () => number;
  #tokens: number;
  #filledAt: number;

  /** `now` tells seconds and never goes back. */
  constructor(limit: RateLimit, now: () => number = () => performance.now() / 1000) {
    this.#limit = limit;
    this.#now = now;
    this.#tokens = limit.burst;
    this.#filledAt = now();
  }

  /** Takes one token; false where there is none. */
  take(): boolean {
    const now = this.#now();
    const gained = (now - this.#filledAt) / this.#limit.intervalSeconds;
    this.#tokens = Math.min(this.#limit.burst, this.#tokens + gained);
    this.#filledAt = now;
    if (this.#tokens < 1) return false;
    this.#tokens--;
    return true;
  }
}
