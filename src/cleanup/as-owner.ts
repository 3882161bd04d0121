import { runCommand, type CommandResult } from '../kernel/run-command.ts';
import type { RemovalPrograms } from './removal-programs.ts';

/** Most milliseconds ipcrm may take for one batch. */
const TIMEOUT = 3_000;
const MAX_OUTPUT = 64 * 1024;

/** The owner of a set. */
export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/**
 * Runs ipcrm as this user and group alone: no other group, no capability that it could inherit or be given by a file
 * (with ambient ones, which systemd grants, a mere change of the uid would keep them), no variable of the exporter's
 * environment. So the kernel itself refuses a set that is another user's (semctl(2), IPC_RMID). Never for root.
 * Rejects with a CollectionError where it cannot be started or does not end in time.
 */
export async function ipcrmAs(
  { uid, gid }: Owner,
  args: readonly string[],
  { programs, onSpawn }: { readonly programs: RemovalPrograms; readonly onSpawn: (group: number) => void },
): Promise<CommandResult> {
  if (!isOrdinaryUser(uid)) throw new RangeError(`no set is ever removed as uid ${uid}`);
  const become = [
    `--reuid=${uid}`,
    `--regid=${gid}`,
    '--clear-groups',
    '--inh-caps=-all',
    '--ambient-caps=-all',
    '--no-new-privs',
  ];
  return runCommand({
    path: programs.setpriv,
    args: [...become, '--', programs.ipcrm, ...args],
    signal: AbortSignal.timeout(TIMEOUT),
    maxOutput: MAX_OUTPUT,
    onSpawn,
    bareEnvironment: true,
  });
}

/** 0xffffffff means "leave it as it is" to setresuid(2). */
function isOrdinaryUser(uid: number): boolean {
  return Number.isInteger(uid) && uid > 0 && uid < 0xffff_ffff;
}
