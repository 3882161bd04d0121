import { readFileSync } from 'node:fs';

// USER_HZ, in which /proc tells CPU time, whatever the kernel's own clock: 100 on every architecture that Node runs on.
const TICKS_PER_SECOND = 100;

/** CPU time in milliseconds, user and system, of a process and of its children that have ended (proc_pid_stat(5)). */
export function cpuTime(pid) {
  const { own, children } = cpuTimes(pid);
  return own + children;
}

/** The same, of the children alone. */
export function cpuTimeOfChildren(pid) {
  return cpuTimes(pid).children;
}

function cpuTimes(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  // The second field, the name, may hold spaces and parentheses; the first after it is number 3.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [user, system, childrenUser, childrenSystem] = fields.slice(11, 15).map(Number);
  const milliseconds = 1000 / TICKS_PER_SECOND;
  return {
    own: (user + system) * milliseconds,
    children: (childrenUser + childrenSystem) * milliseconds,
  };
}

/** Resident memory of a process in MiB. */
export function residentMemory(pid) {
  const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
  return Number(kibibytes) / 1024;
}
