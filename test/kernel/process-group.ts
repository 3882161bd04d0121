import { readdirSync, readFileSync } from 'node:fs';

/** Pids of the processes of a group that still run; zombies have ended. */
export function livingMembers(group: number): number[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number)
    .filter((pid) => {
      const { state, processGroup } = statOf(pid);
      return processGroup === group && state !== 'Z' && state !== 'X';
    });
}

/** State and process group of a process (proc_pid_stat(5)); neither for one that is gone. */
function statOf(pid: number): { state?: string | undefined; processGroup?: number } {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [state, , processGroup] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { state, processGroup: Number(processGroup) };
  } catch {
    return {};
  }
}
