import { describe, inject, it } from 'vitest';
import type { Requirement } from './requirements.ts';

/** `describe` and `it` for tests that need something of the machine. */
export interface ConditionalTests {
  readonly describe: (name: string, tests: () => void) => void;
  readonly it: (name: string, test: () => Promise<void> | void, timeoutMs?: number) => void;
}

/**
 * `describe` and `it` for tests that need these programs or rights. Where one is missing the tests are skipped,
 * with the reason in their names; with CI=true they fail instead, for there nothing may be left out unseen.
 */
export function needs(...requirements: readonly Requirement[]): ConditionalTests {
  const missing = inject('missing');
  const reasons = requirements.flatMap((name) =>
    missing[name] === undefined ? [] : [`${name}: ${missing[name]}`],
  );
  if (reasons.length === 0) {
    return {
      describe: (name, tests) => describe(name, tests),
      it: (name, test, timeoutMs) => {
        it(name, test, timeoutMs);
      },
    };
  }
  const because = reasons.join('; ');
  if (process.env['CI'] === 'true') {
    const refuse = (name: string) => {
      it(name, () => {
        throw new Error(`CI must run every test, but ${because}`);
      });
    };
    return { describe: refuse, it: refuse };
  }
  return {
    describe: (name, tests) => describe.skip(`${name} [skipped: ${because}]`, tests),
    it: (name, test) => {
      it.skip(`${name} [skipped: ${because}]`, test);
    },
  };
}
