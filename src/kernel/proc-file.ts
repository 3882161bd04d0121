import { closeSync, constants, openSync, readSync } from 'node:fs';
import { CollectionError } from '../errors.ts';

const MAX_SIZE = 16 * 1024 * 1024;
const FIRST_SIZE = 64 * 1024;

/**
 * The content of one file of procfs, at most 16 MiB. Never waits, not even for a FIFO in its place. Throws a
 * CollectionError `procfs` where it cannot be read or is larger.
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
  let buffer = Buffer.allocUnsafe(FIRST_SIZE);
  let filled = 0;
  for (;;) {
    if (filled > MAX_SIZE) throw new Error(`it is larger than ${MAX_SIZE} bytes`);
    if (filled === buffer.length) {
      const larger = Buffer.allocUnsafe(Math.min(buffer.length * 4, MAX_SIZE + 1));
      buffer.copy(larger);
      buffer = larger;
    }
    const count = readSync(file, buffer, filled, buffer.length - filled, null);
    if (count === 0) return buffer.subarray(0, filled);
    filled += count;
  }
}
