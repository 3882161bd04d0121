import type { ProofBlocker } from './vocabulary.ts';
import type { ObservedProcess, SetUse } from '../kernel/observed.ts';
import type { SetTable } from '../kernel/set-table.ts';

/**
 * All that one observation tells, in the order it was read: the sets, each set's semaphores, two scans of the
 * processes, the sets again. Times are seconds of the boot clock (CLOCK_BOOTTIME, that of /proc/uptime and of
 * a process's start), read in the exporter's own time namespace, because no wall clock can be trusted not to step.
 */
export interface Observation {
  /** Boot clock before the first listing of the sets. */
  readonly startedAt: number;
  /** Boot clock after the second listing. */
  readonly endedAt: number;
  /** Wall clock minus boot clock, seconds since the epoch; it moves only when the wall clock is stepped. */
  readonly bootedAt: number;
  /** Clock ticks a second of a process's start (sysconf(3), _SC_CLK_TCK). */
  readonly ticksPerSecond: number;
  /** /proc/sys/kernel/random/boot_id. */
  readonly bootId: string;
  /** Inode of the IPC namespace whose sets are listed. */
  readonly ipcNamespace: number;
  /** Preconditions of a proof that are missing. */
  readonly blockers: readonly ProofBlocker[];
  /** The sets before the scans. */
  readonly before: SetTable;
  /** Row of `before` → its semaphores, read before the scans; null where they could not be read. */
  readonly uses: readonly (SetUse | 'gone' | null)[];
  /** The sets after the scans. */
  readonly after: SetTable;
  /** Both scans together. A process that is two things in them (it called exec in between) stands here twice. */
  readonly processes: readonly ObservedProcess[];
  /** The exporter's own process, which knows no set. */
  readonly ownPid: number;
  /** Names of owners by uid; one that is missing is called by its number. */
  readonly ownerNames: ReadonlyMap<number, string>;
}

/**
 * What the clocks may be off by, in seconds: the kernel stamps sets with a clock that lags by up to one tick, and
 * /proc/uptime counts hundredths.
 */
export const CLOCK_SLACK = 0.1;

/** Pid 1 of the initial PID namespace, which is taken to know no set (assumption A5). */
export const INIT_PID = 1;
