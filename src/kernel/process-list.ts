import { CollectionError, messageOf } from '../errors.ts';
import type { ProcessFiles } from './process-files.ts';

/**
 * The processes of a procfs. Throws a CollectionError (`procfs`) where they cannot be listed; an empty or cut list, which would make every
 * family look extinct, counts as none.
 */
export function listProcesses(files: ProcessFiles): number[] {
  let pids: number[];
  try {
    pids = files.numbers();
  } catch (error) {
    throw new CollectionError('procfs', `cannot list the processes in ${files.root}: ${messageOf(error)}`, {
      cause: error,
    });
  }
  if (!pids.includes(ownPid(files) ?? pids[0] ?? 0)) {
    throw new CollectionError(
      'procfs',
      `cannot list the processes in ${files.root}: this one is not among them`,
    );
  }
  return pids;
}

/** What this process is called in that procfs; null where it is that of a PID namespace without it. */
function ownPid(files: ProcessFiles): number | null {
  try {
    return Number(files.link('self'));
  } catch {
    return null;
  }
}
