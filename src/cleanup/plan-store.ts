import { randomBytes } from 'node:crypto';

/** How long a plan may be applied, in milliseconds. */
const LIFETIME = 5 * 60_000;
/** A plan may hold a whole table, so only the latest few are kept. */
const MOST_PLANS = 16;
/** Bytes of an id; nobody guesses one. */
const ID_BYTES = 16;

/** Plans that may still be applied, each once. */
export class PlanStore<Plan> {
  readonly #plans = new Map<string, { readonly plan: Plan; readonly expiresAt: number }>();
  readonly #now: () => number;

  /** `now` tells milliseconds on a clock that never goes back. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Keeps a plan for 5 minutes, and tells its id and the milliseconds it has. */
  keep(plan: Plan): { readonly id: string; readonly lifetime: number } {
    this.#dropExpired();
    const [oldest] = this.#plans.keys();
    if (this.#plans.size >= MOST_PLANS && oldest !== undefined) this.#plans.delete(oldest);
    const id = randomBytes(ID_BYTES).toString('base64url');
    this.#plans.set(id, { plan, expiresAt: this.#now() + LIFETIME });
    return { id, lifetime: LIFETIME };
  }

  /** Takes a plan out, so that it is applied once; undefined for one that is unknown, used or expired. */
  take(id: string): Plan | undefined {
    this.#dropExpired();
    const kept = this.#plans.get(id);
    this.#plans.delete(id);
    return kept?.plan;
  }

  #dropExpired(): void {
    for (const [id, { expiresAt }] of this.#plans) if (expiresAt <= this.#now()) this.#plans.delete(id);
  }
}
