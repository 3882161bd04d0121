const PF_EXITING = 0x4;
const PF_KTHREAD = 0x200000;

/** What /proc/PID/stat tells of a task and its process (proc_pid_stat(5)). */
export interface TaskStat {
  /** Name of the task; it may hold any byte, parentheses and newlines too. */
  readonly comm: string;
  /** Dead (Z, X) or on its way out of do_exit: its own code never runs again. */
  readonly dead: boolean;
  /** Belongs to the kernel itself. A user process may lack an executable too, so only the flag tells. */
  readonly kernelThread: boolean;
  /** Tasks of the process, one that is dead but not yet reaped included. */
  readonly tasks: number;
  /** Start of the task, in clock ticks after boot. */
  readonly startTicks: number;
}

/** The line of /proc/PID/stat or /proc/PID/task/TID/stat; null where it is none. Flags: include/linux/sched.h. */
export function parseTaskStat(text: string): TaskStat | null {
  const open = text.indexOf('(');
  const close = text.lastIndexOf(')');
  if (open < 0 || close < open) return null;
  const fields = text
    .slice(close + 2)
    .trimEnd()
    .split(' ');
  const [state] = fields;
  const flags = Number(fields[6]);
  const tasks = Number(fields[17]);
  const startTicks = Number(fields[19]);
  if (state?.length !== 1 || !areCounts(flags, tasks, startTicks)) return null;
  return {
    comm: text.slice(open + 1, close),
    dead: isDeadState(state) || (flags & PF_EXITING) !== 0,
    kernelThread: (flags & PF_KTHREAD) !== 0,
    tasks,
    startTicks,
  };
}

/** What /proc/PID/task/TID/status tells of one task (proc_pid_status(5)). */
export interface TaskStatus {
  readonly dead: boolean;
  /** Asleep until an event or a signal (S), not stopped, traced or frozen by a freezer of old. */
  readonly sleeping: boolean;
  /** Real, effective, saved and file-system uid. */
  readonly uids: readonly [number, number, number, number];
}

const STATE_LINE = /^State:\t(.)/m;
const UID_LINE = /^Uid:\t(\d+)\t(\d+)\t(\d+)\t(\d+)$/m;

/** The text of /proc/PID/task/TID/status; null where it is none. The kernel escapes newlines in the name. */
export function parseTaskStatus(text: string): TaskStatus | null {
  const state = STATE_LINE.exec(text)?.[1];
  const uids = UID_LINE.exec(text);
  if (state === undefined || uids === null) return null;
  return {
    dead: isDeadState(state),
    sleeping: state === 'S',
    uids: [Number(uids[1]), Number(uids[2]), Number(uids[3]), Number(uids[4])],
  };
}

/** Zombie, dead, or being reaped; `x` is how kernels before 4.14 wrote dead. */
function isDeadState(state: string): boolean {
  return state === 'Z' || state === 'X' || state === 'x';
}

function areCounts(...numbers: readonly number[]): boolean {
  return numbers.every((number) => Number.isSafeInteger(number) && number >= 0);
}
