/** A call that waits for a semaphore, as /proc/PID/task/TID/syscall shows it. */
export interface SemaphoreCall {
  readonly semid: number;
  /** False where the numbers could mean another call too, as those of a 32-bit program do. */
  readonly certain: boolean;
}

/** The numbers that semop(2) and its kin have on one architecture. */
interface CallNumbers {
  /** Numbers with the set as their first argument, where the task runs 64-bit code. */
  readonly native: ReadonlySet<number>;
  /** The same for 32-bit code. */
  readonly compat: ReadonlySet<number>;
  /** 32-bit ipc(2), with the call first and the set second; -1 where there is none. */
  readonly compatIpc: number;
}

/** arch/x86/entry/syscalls, include/uapi/asm-generic/unistd.h, arch/arm64/tools/syscall_32.tbl. x32 sets bit 30. */
const CALL_NUMBERS: Readonly<Partial<Record<string, CallNumbers>>> = {
  x64: {
    native: new Set([65, 220]),
    compat: new Set([65, 220, 420, 0x40000000 + 65, 0x40000000 + 220]),
    compatIpc: 117,
  },
  arm64: { native: new Set([193, 192]), compat: new Set([193, 192, 298, 312, 420]), compatIpc: -1 },
  riscv64: { native: new Set([193, 192]), compat: new Set([420]), compatIpc: -1 },
};

/** SEMOP and SEMTIMEDOP of ipc(2), whose upper 16 bits are a version (include/uapi/linux/ipc.h). */
const IPC_CALLS: ReadonlySet<number> = new Set([1, 4]);

/**
 * Which set a task waits for, from its line in /proc (proc_pid_syscall(5)); null for none, for a task that runs, and on an
 * architecture whose numbers are not known.
 *
 * Nothing tells outright whether a task runs 32-bit code. A stack or program counter above 4 GiB is proof of 64-bit code;
 * without that proof the answer is not certain, since 220 is getdents64 to a 32-bit x86 program.
 */
export function parseSemaphoreCall(line: string, architecture: string): SemaphoreCall | null {
  const numbers = CALL_NUMBERS[architecture];
  const fields = line.trimEnd().split(' ');
  if (numbers === undefined || fields.length !== 9) return null;
  const call = Number(fields[0]);
  if (isAbove4GiB(fields[7]) || isAbove4GiB(fields[8])) {
    return numbers.native.has(call) ? callOn(fields[1], true) : null;
  }
  if (call === numbers.compatIpc) {
    const kind = lowWord(fields[1]);
    return kind !== null && IPC_CALLS.has(kind & 0xffff) ? callOn(fields[2], false) : null;
  }
  return numbers.compat.has(call) ? callOn(fields[1], false) : null;
}

function callOn(argument: string | undefined, certain: boolean): SemaphoreCall | null {
  const semid = lowWord(argument);
  return semid === null || semid > 0x7fffffff ? null : { semid, certain };
}

const HEX = /^0x[0-9a-f]{1,16}$/;

/** The lower 32 bits of an argument: an int leaves whatever it likes in the upper ones. */
function lowWord(argument: string | undefined): number | null {
  if (argument === undefined || !HEX.test(argument)) return null;
  return Number.parseInt(argument.slice(2).slice(-8), 16);
}

function isAbove4GiB(argument: string | undefined): boolean {
  return argument !== undefined && HEX.test(argument) && /[1-9a-f]/.test(argument.slice(2, -8));
}
