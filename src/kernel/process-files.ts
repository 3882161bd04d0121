import { closeSync, openSync, readSync, readdirSync, readlinkSync, statSync } from 'node:fs';

const FIRST_SIZE = 1 << 16;

/** The folder of a process, or of one of its tasks. */
const TASK = /^\d+(?:\/task\/\d+)?/;

/**
 * Reads files below one mounted procfs into one buffer that is used over and over, because an observation reads
 * tens of thousands of them. Paths are relative to the mount. Every method throws what node:fs throws.
 */
export class ProcessFiles {
  readonly root: string;
  #buffer = Buffer.allocUnsafe(FIRST_SIZE);

  constructor(root: string) {
    this.root = root;
  }

  /** A small file that the kernel renders in one piece (stat, status, syscall, schedstat, auxv): valid until the next read. */
  bytes(path: string): Buffer {
    return this.#unlessGone(path, () => {
      const descriptor = openSync(`${this.root}/${path}`, 'r');
      try {
        return this.#buffer.subarray(0, readSync(descriptor, this.#buffer, 0, this.#buffer.length, null));
      } finally {
        closeSync(descriptor);
      }
    });
  }

  /** The same as text. */
  text(path: string): string {
    return this.bytes(path).toString();
  }

  /** A file that the kernel renders piece by piece (maps), up to `most` bytes of it: valid until the next read. */
  longBytes(path: string, most: number): Buffer {
    const descriptor = openSync(`${this.root}/${path}`, 'r');
    try {
      let length = 0;
      while (length < most) {
        if (length === this.#buffer.length) this.#grow();
        const read = readSync(descriptor, this.#buffer, length, this.#buffer.length - length, null);
        if (read === 0) break;
        length += read;
      }
      return this.#buffer.subarray(0, length);
    } finally {
      closeSync(descriptor);
    }
  }

  /** What a symbolic link says. */
  link(path: string): string {
    return this.#unlessGone(path, () => readlinkSync(`${this.root}/${path}`));
  }

  /** Names in a folder that are numbers: processes, or the tasks of one. */
  numbers(path = ''): number[] {
    const numbers: number[] = [];
    for (const name of readdirSync(`${this.root}/${path}`)) {
      const first = name.charCodeAt(0);
      if (first >= 0x31 && first <= 0x39) numbers.push(Number(name));
    }
    return numbers;
  }

  /**
   * The kernel refuses links and calls of a task that was reaped after it was found, as if they might not be read: EACCES of proc_pid_readlink
   * and proc_ns_readlink (fs/proc), EPERM of yama_ptrace_access_check (security/yama). What is thrown then is that it is gone.
   */
  #unlessGone<Value>(path: string, read: () => Value): Value {
    try {
      return read();
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      const task = TASK.exec(path)?.[0];
      if ((code === 'EACCES' || code === 'EPERM') && task !== undefined) statSync(`${this.root}/${task}`);
      throw error;
    }
  }

  #grow(): void {
    const larger = Buffer.allocUnsafe(this.#buffer.length * 2);
    this.#buffer.copy(larger);
    this.#buffer = larger;
  }
}
