import { createHash } from 'node:crypto';
import type { ProcessFiles } from './process-files.ts';

/**
 * The exec family of the process that `task` (a folder below /proc) belongs to, as a sha256 in hex of its auxiliary vector
 * (proc_pid_auxv(5)), which holds addresses that exec draws at random and fork keeps. The executable itself has no part in it: the
 * file system it is on may hang, refuse to say or change its mind, and a family must never change while it lives.
 *
 * Null while an exec is under way (the kernel fills the vector in after it has replaced the memory) and where the task has given up its
 * memory because it exits. Two equal answers mean that no exec ended between them.
 */
export function readExecFamily(files: ProcessFiles, task: string): string | null {
  const vector = files.bytes(`${task}/auxv`);
  return isUnfilled(vector) ? null : createHash('sha256').update(vector).digest('hex');
}

/** Whether an auxiliary vector ends before it begins: nothing at all, or AT_NULL first. */
export function isUnfilled(vector: Uint8Array): boolean {
  return vector.subarray(0, 8).every((byte) => byte === 0);
}
