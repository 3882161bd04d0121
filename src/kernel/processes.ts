import { CollectionError, messageOf } from '../errors.ts';
import { ProcessFiles } from './process-files.ts';
import type { ProcessCache } from './process-cache.ts';
import { ProcessLook } from './process-look.ts';
import { listProcesses } from './process-list.ts';
import type { ObservedProcess } from './observed.ts';
import { opaqueProcess } from './opaque-process.ts';
import { errorCode, isGone } from './task-look.ts';
import type { TaskStat } from './task-stat.ts';

/** Where and for what to look. */
export interface ProcessObservation {
  /** Where procfs is mounted, as `/proc`. */
  readonly procfs: string;
  /** Beginnings of the base names of mapped files that matter, as `libapr-`. */
  readonly libraryPrefixes: readonly string[];
  readonly cache: ProcessCache;
}

/** Why a process is opaque to an exporter without the privilege to read it. */
export const READING_DENIED = 'its memory may not be read';

/**
 * How long one observation waits, in all, for processes that are about to change, in milliseconds. An exec or an exit takes far less,
 * but on a machine that is overloaded it waits for a processor; and while one process is opaque nothing is proved.
 */
const PATIENCE_MS = 600;
/** Pauses begin with this and grow by as much, up to the longest. */
const PAUSE_MS = 2;
const LONGEST_PAUSE_MS = 20;

/** How often to look for processes that have begun since the last list; each costs one list of /proc. */
const CHASES = 8;

/**
 * All user processes of the machine, in two full scans of /proc of which the second begins after the first has ended, so that no process
 * escapes by forking once, and then in looks at whatever else has appeared. Kernel threads and processes that can never run again are left
 * out; processes of all IPC namespaces are there. What cannot be read is opaque, save pid 1. A process that has exec'd between
 * the scans is there twice, once for each family.
 *
 * Throws a CollectionError (`procfs`) where /proc cannot be listed or this process has run out of files or memory.
 */
export function observeProcesses(observation: ProcessObservation): ObservedProcess[] {
  const files = new ProcessFiles(observation.procfs);
  const look = new ProcessLook(files, observation.libraryPrefixes, observation.cache);
  const pids = listProcesses(files);
  observation.cache.begin(pids, observation.libraryPrefixes);
  const patience = new Patience();
  const found = scan(pids, (pid) => lookAt(look, pid), patience);
  const seen = new Map(found.map((process) => [process.pid, process]));

  const listed = new Set(pids);
  for (let round = 0; round <= CHASES; round++) {
    const next = listProcesses(files).filter((pid) => round === 0 || !listed.has(pid));
    if (next.length === 0) break;
    for (const pid of next) listed.add(pid);
    found.push(
      ...scan(
        next,
        (pid) => {
          const known = seen.get(pid);
          return known !== undefined && isStill(look, known) ? null : lookAt(look, pid);
        },
        patience,
      ).filter((process) => !isSame(process, seen.get(process.pid))),
    );
  }
  return found;
}

/** What could not be decided because it was about to change; why, should it never settle. */
class Unsettled {
  readonly process: ObservedProcess;

  constructor(process: ObservedProcess) {
    this.process = process;
  }
}

/** The time that one observation may wait in. */
class Patience {
  #left = PATIENCE_MS;

  /** Waits before the `round`th look again, the first of which is at once; false where the time is over. */
  pause(round: number): boolean {
    const milliseconds = Math.min(round * PAUSE_MS, LONGEST_PAUSE_MS, this.#left);
    this.#left -= milliseconds;
    if (milliseconds > 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
    return round === 0 || milliseconds > 0;
  }
}

type Look = (pid: number) => ObservedProcess | Unsettled | null;

/** One pass over these processes; those that were changing are looked at again once the others are done. */
function scan(pids: readonly number[], look: Look, patience: Patience): ObservedProcess[] {
  const found: ObservedProcess[] = [];
  let unsettled: Unsettled[] = [];
  const sort = (result: ObservedProcess | Unsettled | null): void => {
    if (result instanceof Unsettled) unsettled.push(result);
    else if (result !== null) found.push(result);
  };
  for (const pid of pids) sort(look(pid));
  for (let round = 0; unsettled.length > 0 && patience.pause(round); round++) {
    const again = unsettled;
    unsettled = [];
    for (const { process } of again) sort(look(process.pid));
  }
  return [...found, ...unsettled.map(({ process }) => process)];
}

function lookAt(look: ProcessLook, pid: number): ObservedProcess | Unsettled | null {
  let stat: TaskStat | null = null;
  try {
    stat = look.stat(pid);
    if (stat === null) return null;
    return (
      look.process(pid, stat) ??
      new Unsettled(opaqueOf(pid, stat, 'its program kept changing while it was read'))
    );
  } catch (error) {
    if (isGone(error)) {
      if (stat === null) return null;
      return new Unsettled(opaqueOf(pid, stat, 'it has no memory or no executable to read'));
    }
    return opaqueOf(pid, stat, clauseOf(error));
  }
}

/** Whether a process is the one that the first scan saw, in the same exec family. */
function isStill(look: ProcessLook, known: ObservedProcess): boolean {
  try {
    if (look.stat(known.pid)?.startTicks !== known.startTicks) return false;
    return known.family === null || look.family(known.pid) === known.family;
  } catch {
    return false;
  }
}

function isSame(process: ObservedProcess, known: ObservedProcess | undefined): boolean {
  return process.startTicks === known?.startTicks && process.family === known.family;
}

/** Pid 1 holds no set itself (assumption A5): there is nothing in it to be opaque about. */
function opaqueOf(pid: number, stat: TaskStat | null, why: string): ObservedProcess {
  const process = opaqueProcess(pid, stat, why);
  return pid === 1 ? { ...process, opaque: null } : process;
}

const OWN_FAULTS: ReadonlySet<string> = new Set(['EMFILE', 'ENFILE', 'ENOMEM']);

/** Why a process could not be read. Throws where the fault is the exporter's own, for then no process could be. */
function clauseOf(error: unknown): string {
  const code = errorCode(error);
  if (OWN_FAULTS.has(code)) {
    throw new CollectionError('procfs', `cannot read the processes: ${messageOf(error)}`, { cause: error });
  }
  if (code === 'EACCES' || code === 'EPERM') return READING_DENIED;
  return `it could not be read (${messageOf(error)})`;
}
