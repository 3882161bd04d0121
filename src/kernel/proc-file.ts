import { closeSync, constants, openSync, readSync } from 'node:fs';
import { CollectionError } from '../errors.ts';

const MAX_SIZE = 16 * 1024 * 1024;
// Files below /proc/sys allocate what is asked for, and refuse 4 MiB (proc_sys_call_handler in fs/proc/proc_sysctl.c).
const READ_SIZE = 64 * 1024;

// Kept, because reading a large listing into new memory every few seconds leaves tens of megabytes to be collected.
let memory = Buffer.allocUnsafeSlow(READ_SIZE);

/**
 * The content of one file of procfs, at most 16 MiB; the next call overwrites it. Never waits, not even for a FIFO in
 * its place. Throws a CollectionError `procfs` where it cannot be read or is larger.
 */
export function readProcFile(path: string): Buffer {
  try {
    const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
    try {
      return readWhole(file);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** The CollectionError `procfs` of a path that cannot be read. */
export function unreadable(path: string, cause: unknown): CollectionError {
  const code = (cause as NodeJS.ErrnoException).code;
  const why = code ?? (cause instanceof Error ? cause.message : String(cause));
  return new CollectionError('procfs', `${path} cannot be read: ${why}`, { cause });
}

function readWhole(file: number): Buffer {
  // Files of procfs have no size, and tell a page a call: only reading on finds the end.
  let filled = 0;
  for (;;) {
    if (filled > MAX_SIZE) throw new Error(`it is larger than ${MAX_SIZE} bytes`);
    if (filled === memory.length) {
      const larger = Buffer.allocUnsafeSlow(Math.min(memory.length * 4, MAX_SIZE + 1));
      memory.copy(larger);
      memory = larger;
    }
    const count = readSync(file, memory, filled, Math.min(READ_SIZE, memory.length - filled), null);
    if (count === 0) return memory.subarray(0, filled);
    filled += count;
  }
}
