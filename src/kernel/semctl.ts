import { constants } from 'node:os';
import { CollectionError, messageOf } from '../errors.ts';
import type { SemaphoreLimits, SemaphoreTotals } from './limits.ts';
import type { SetUse } from './observed.ts';
import { OWN_SEMID_DS, parseSemidDs, SEMID_DS_BYTES, type SemidDsLayout } from './semid-ds.ts';
import type { SemaphoreSet } from './set-table.ts';

// include/uapi/linux/sem.h. Only commands that read: nothing in this program but cleanup changes a set.
const IPC_STAT = 2;
const GETPID = 11;
const GETVAL = 12;
const GETNCNT = 14;
const GETZCNT = 15;
const SEM_INFO = 19;

const { EACCES, EIDRM, EINVAL, EPERM } = constants.errno;

/** semctl(2) itself: -1 where it failed. Declared variadic as in C, so that the union is passed as each ABI wants it. */
type SemctlCall = (
  semid: number,
  semaphore: number,
  command: number,
  ...union: [string, Int32Array | DataView] | []
) => number;

/**
 * semctl(2), for the thread that loads it; or null where this machine cannot call it, and then `onUnavailable` is told
 * why, as a sentence. Never rejects.
 */
export async function loadSemctl(onUnavailable?: (reason: string) => void): Promise<Semctl | null> {
  try {
    // Not at the top: the exporter works without the native module, and says what it cannot prove.
    const { default: koffi } = await import('koffi');
    const call: SemctlCall = koffi.load(null).func('int semctl(int, int, int, ...)');
    const semctl = new Semctl(call, () => koffi.errno());
    // A container's seccomp profile may forbid the call.
    semctl.info();
    return semctl;
  } catch (error) {
    onUnavailable?.(`semctl(2) cannot be called: ${messageOf(error)}`);
    return null;
  }
}

/** The reading half of semctl(2), in the IPC namespace of the calling thread. */
export class Semctl {
  readonly #semctl: SemctlCall;
  readonly #errno: () => number;
  /** `struct seminfo`: semmap semmni semmns semmnu semmsl semopm semume semusz semvmx semaem. */
  readonly #seminfo = new Int32Array(10);
  readonly #semidDs = new DataView(new ArrayBuffer(SEMID_DS_BYTES));
  readonly #layout: SemidDsLayout | null;

  constructor(semctl: SemctlCall, errno: () => number, layout: SemidDsLayout | null = OWN_SEMID_DS) {
    this.#semctl = semctl;
    this.#errno = errno;
    this.#layout = layout;
  }

  /** Limits and exact totals (SEM_INFO), which need no permission. Throws a CollectionError `procfs` where it fails. */
  info(): { limits: SemaphoreLimits; totals: SemaphoreTotals } {
    const info = this.#seminfo;
    if (this.#semctl(0, 0, SEM_INFO, 'int *', info) < 0) throw failed('SEM_INFO', this.#errno());
    const [, semmni = 0, semmns = 0, , semmsl = 0, semopm = 0, , semusz = 0, , semaem = 0] = info;
    return {
      limits: { sets: semmni, semaphores: semmns, semaphoresPerSet: semmsl, operationsPerCall: semopm },
      totals: { sets: semusz, semaphores: semaem },
    };
  }

  /**
   * What the set with this many semaphores is used for. `gone` where there is no such set, or it has fewer; null where
   * it may not be read (read permission or CAP_IPC_OWNER). Throws a CollectionError `procfs` where it fails otherwise.
   * Costs four calls a semaphore, together a microsecond: GETALL saves a fourth of that with large sets only.
   */
  use(semid: number, semaphores: number): SetUse | 'gone' | null {
    // As long as they have to be: 32 000 sets are remembered, and an array that grows takes room for 17 numbers at once.
    const lastPids = new Array<number>(semaphores);
    const values = new Array<number>(semaphores);
    let waiters = 0;
    for (let semaphore = 0; semaphore < semaphores; semaphore++) {
      const pid = this.#semctl(semid, semaphore, GETPID);
      if (pid < 0) return this.#unreadable(semid);
      const value = this.#semctl(semid, semaphore, GETVAL);
      if (value < 0) return this.#unreadable(semid);
      const increase = this.#semctl(semid, semaphore, GETNCNT);
      if (increase < 0) return this.#unreadable(semid);
      const zero = this.#semctl(semid, semaphore, GETZCNT);
      if (zero < 0) return this.#unreadable(semid);
      lastPids[semaphore] = pid;
      values[semaphore] = value;
      waiters += increase + zero;
    }
    return { lastPids, values, waiters };
  }

  /** Whether {@link set} can be asked: the structure that the kernel answers with differs between machines. */
  get knowsSets(): boolean {
    return this.#layout !== null;
  }

  /**
   * One set as /proc/sysvipc/sem lists it (IPC_STAT), for a microsecond whatever the number of sets. `gone`, null and the error are
   * those of {@link use}; throws an Error too where the machine's structure is not known.
   */
  set(semid: number): SemaphoreSet | 'gone' | null {
    if (this.#layout === null) throw new Error('the struct semid_ds of this machine is not known');
    if (this.#semctl(semid, 0, IPC_STAT, 'void *', this.#semidDs) < 0) return this.#unreadable(semid);
    return parseSemidDs(semid, this.#semidDs, this.#layout);
  }

  #unreadable(semid: number): 'gone' | null {
    const errno = this.#errno();
    if (errno === EINVAL || errno === EIDRM) return 'gone';
    if (errno === EACCES || errno === EPERM) return null;
    throw failed(`semid ${semid}`, errno);
  }
}

function failed(what: string, errno: number): CollectionError {
  const name = Object.entries(constants.errno).find(([, number]) => number === errno)?.[0];
  return new CollectionError('procfs', `semctl(2) failed for ${what}: ${name ?? `errno ${errno}`}`);
}
