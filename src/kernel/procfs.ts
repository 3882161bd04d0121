import { readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { CollectionError } from '../errors.ts';
import { excerpt } from './excerpt.ts';
import type { SemaphoreLimits } from './limits.ts';
import { parseSetListing } from './parse-set-listing.ts';
import { readProcFile, unreadable } from './proc-file.ts';
import type { SetTable } from './set-table.ts';

// PROC_IPC_INIT_INO in the kernel's include/linux/proc_ns.h.
const INITIAL_NAMESPACE = 4026531839;
const MAX_INT = 0x7fff_ffff;

/** The IPC namespace that this thread is in (namespaces(7)). */
export interface IpcNamespace {
  readonly inode: number;
  /** Whether it is the one that the machine booted with. */
  readonly initial: boolean;
}

/**
 * All sets of this thread's IPC namespace, as `procfs`/sysvipc/sem lists them. Throws a CollectionError: `procfs` where
 * it cannot be read, `parse` where it is no listing.
 */
export function readSetListing(procfs: string): SetTable {
  return parseSetListing(readProcFile(join(procfs, 'sysvipc/sem')));
}

/** The limits of this thread's IPC namespace, from `procfs`/sys/kernel/sem. Throws a CollectionError like the listing's. */
export function readLimits(procfs: string): SemaphoreLimits {
  return parseLimits(readProcFile(join(procfs, 'sys/kernel/sem')).toString('latin1'));
}

/** This thread's IPC namespace. Throws a CollectionError: `procfs` where it cannot be read, `parse` where it is no namespace. */
export function readIpcNamespace(procfs: string): IpcNamespace {
  const link = readOwnLink(procfs, 'ns/ipc');
  const inode = /^ipc:\[(\d{1,10})\]$/.exec(link)?.[1];
  if (inode === undefined) {
    throw new CollectionError(
      'parse',
      `the link ns/ipc in ${procfs} names no IPC namespace: ${excerpt(link)}`,
    );
  }
  return { inode: Number(inode), initial: Number(inode) === INITIAL_NAMESPACE };
}

/**
 * The limits in /proc/sys/kernel/sem: SEMMSL SEMMNS SEMOPM SEMMNI, in this order (proc_sys_kernel(5)). The kernel
 * accepts negative ones. Throws a CollectionError `parse` for anything but four integers on one line.
 */
export function parseLimits(text: string): SemaphoreLimits {
  const fields = /^(-?\d{1,10})[\t ]+(-?\d{1,10})[\t ]+(-?\d{1,10})[\t ]+(-?\d{1,10})\n$/.exec(text);
  const [semaphoresPerSet = NaN, semaphores = NaN, operationsPerCall = NaN, sets = NaN] =
    fields?.slice(1).map(Number) ?? [];
  const limits = { semaphoresPerSet, semaphores, operationsPerCall, sets };
  if (!Object.values(limits).every((limit) => limit >= -MAX_INT - 1 && limit <= MAX_INT)) {
    throw new CollectionError('parse', `sys/kernel/sem does not hold four limits: ${excerpt(text)}`);
  }
  return limits;
}

function readOwnLink(procfs: string, name: string): string {
  try {
    // A thread may be in another namespace than its process (setns(2)); kernels before 3.17 lack the folder.
    return readlinkSync(join(procfs, 'thread-self', name));
  } catch {
    const path = join(procfs, 'self', name);
    try {
      return readlinkSync(path);
    } catch (error) {
      throw unreadable(path, error);
    }
  }
}
