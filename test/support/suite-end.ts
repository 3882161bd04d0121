import { afterAll } from 'vitest';
import type { AtEnd } from './program.ts';

/** For what all tests of a `describe` share: undone, the last first, when the last test has run. Call it in a `describe`. */
export function suiteEnd(): AtEnd {
  const undos: (() => Promise<void> | void)[] = [];
  afterAll(async () => {
    for (const undo of undos.reverse()) await undo();
  });
  return (undo) => undos.push(undo);
}
