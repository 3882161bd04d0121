import { setTimeout as delay } from 'node:timers/promises';

/** How long to go on trying, and how often. */
export interface Patience {
  /** Milliseconds; 20 000 by default. */
  readonly timeout?: number;
  /** Milliseconds between two attempts; 50 by default. */
  readonly interval?: number;
}

/** Tries until an attempt does not throw; its result, or what the last attempt threw once the time is over. Needs no test runner. */
export async function eventually<Result>(
  attempt: () => Promise<Result> | Result,
  { timeout = 20_000, interval = 50 }: Patience = {},
): Promise<Result> {
  const end = performance.now() + timeout;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (performance.now() >= end) throw error;
    }
    await delay(interval);
  }
}

/** Asks until the answer is true; throws `otherwise()` once the time is over. */
export async function eventuallyTrue(
  question: () => Promise<boolean> | boolean,
  otherwise: () => string,
  patience?: Patience,
): Promise<void> {
  await eventually(async () => {
    if (!(await question())) throw new Error(otherwise());
  }, patience);
}
