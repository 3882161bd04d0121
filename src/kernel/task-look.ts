import type { BlockedTask } from './observed.ts';
import type { ProcessFiles } from './process-files.ts';
import { parseSemaphoreCall } from './semaphore-call.ts';
import { parseTaskStatus } from './task-stat.ts';

/** One live task of a process. */
export interface Task {
  /** Real, effective, saved and file-system uid. */
  readonly uids: readonly number[];
  /** Inode of its IPC namespace. */
  readonly ipcNamespace: number;
  readonly blockedOn: BlockedTask | null;
  /** It slept while it was read, so that all of this stays true until the scheduler picks it again. */
  readonly rested: boolean;
}

/**
 * What the scheduler has counted of a task: time run, time waited, times picked (/proc/PID/task/TID/schedstat). While the line stays the
 * same, a task that was seen asleep after it was read has not run, and so has neither called exec nor changed its uids, its
 * namespace or its sets. Null where the kernel does not count (CONFIG_SCHED_INFO) or the task is gone.
 */
export function readScheduling(files: ProcessFiles, task: string): string | null {
  try {
    const line = files.text(`${task}/schedstat`);
    return line.endsWith(' 0\n') ? null : line;
  } catch (error) {
    if (isGone(error)) return null;
    throw error;
  }
}

/** One task; null where it is dead or gone. Throws what node:fs throws where it may not be read, and where a file is not what it should be. */
export function lookAtTask(files: ProcessFiles, task: string): Task | null {
  try {
    // First the call, and the rest while the task still sleeps in it: see `rested`.
    const call = files.text(`${task}/syscall`);
    const status = parseTaskStatus(files.text(`${task}/status`));
    if (status === null) throw new Error(`${files.root}/${task}/status has no State or Uid`);
    if (status.dead) return null;
    const ipcNamespace = parseNamespace(files.link(`${task}/ns/ipc`));
    if (ipcNamespace === null) throw new Error(`${files.root}/${task}/ns/ipc names no namespace`);
    const blocked = parseSemaphoreCall(call, process.arch);
    // A stopped task shows the call that it was in, though the kernel took it off the queue, and the set may be another by now.
    const certain = (blocked?.certain ?? false) && status.sleeping;
    return {
      uids: status.uids,
      ipcNamespace,
      blockedOn: blocked && { ...blocked, certain, ipcNamespace, euid: status.uids[1] },
      rested: call !== 'running\n',
    };
  } catch (error) {
    // An exiting task loses its namespaces before it becomes a zombie.
    if (isGone(error)) return null;
    throw error;
  }
}

/** The inode in `ipc:[4026531839]` (namespaces(7)); null where it is none. */
export function parseNamespace(link: string): number | null {
  const inode = /^[a-z_]+:\[(\d{1,15})\]$/.exec(link)?.[1];
  return inode === undefined ? null : Number(inode);
}

/** Whether an error of node:fs says that a process or task has ended: no such file, no such process. */
export function isGone(error: unknown): boolean {
  const code = errorCode(error);
  return code === 'ENOENT' || code === 'ESRCH';
}

/** The code of an error of node:fs, as `EACCES`; empty for any other. */
export function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}
