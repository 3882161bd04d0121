import type { CommandResult } from '../kernel/run-command.ts';

/** How a call of ipcrm went, by its own words. */
export interface IpcrmWords {
  /** Null where it ended well, else what went wrong. */
  readonly complaint: string | null;
  /** Semids of sets that were removed already. */
  readonly gone: ReadonlySet<number>;
  /** Semids that the kernel refused to remove for this user. */
  readonly denied: ReadonlySet<number>;
  /** False where it was never started. */
  readonly started: boolean;
  /** False where it did not end by itself: then nothing more may be tried. */
  readonly ended: boolean;
}

/** Statuses of setpriv(1) where it could not become the owner or start ipcrm, beside the usual 126 and 127. */
const SETPRIV_FAILED: readonly (number | null)[] = [126, 127];

/** Reads the English complaints of util-linux' sys-utils/ipcrm.c, one for each set that it could not remove. */
export function whatIpcrmSaid({ failure, stderr, exitCode }: CommandResult): IpcrmWords {
  return {
    complaint: failure,
    gone: semidsIn(stderr, /^\S*: (?:invalid id|already removed id) \((\d{1,10})\)$/gm),
    denied: semidsIn(stderr, /^\S*: permission denied for id \((\d{1,10})\)$/gm),
    started: !SETPRIV_FAILED.includes(exitCode),
    ended: exitCode === 0 || exitCode === 1,
  };
}

function semidsIn(text: string, pattern: RegExp): ReadonlySet<number> {
  return new Set(Array.from(text.matchAll(pattern), ([, semid]) => Number(semid)));
}
