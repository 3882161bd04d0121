import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import koffi from 'koffi';
import { describe } from 'vitest';
import type { SetChanges } from '../support/sets.ts';

const CLONE_NEWIPC = 0x0800_0000;
const PROGRAM = fileURLToPath(new URL('../support/programs/sets.mjs', import.meta.url));

/** `describe` for tests in an IPC namespace of their own, which only root may make; never skipped where CI=true. */
export const describeAsRoot = describe.runIf(process.getuid?.() === 0 || process.env['CI'] === 'true');

/** Moves this process and its children to an IPC namespace without sets, for good. */
export function enterPrivateNamespace(): void {
  const unshare = koffi.load(null).func('int unshare(int)') as (flags: number) => number;
  if (unshare(CLONE_NEWIPC) !== 0) throw new Error(`unshare(2) failed: errno ${koffi.errno()}`);
}

/** Changes sets in the namespace of this process; the semids that each plan made. */
export function changeOwnSets(changes: SetChanges): number[][] {
  return JSON.parse(
    execFileSync(process.execPath, [PROGRAM], { input: JSON.stringify(changes), encoding: 'utf8' }),
  ) as number[][];
}

/** The command that {@link changeOwnSets} runs, for changes that have to wait. */
export const CHANGE_SETS: readonly [string, readonly string[]] = [process.execPath, [PROGRAM]];
