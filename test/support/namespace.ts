import { readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from './eventually.ts';
import { RunningProgram, run } from './program.ts';
import type { AtEnd, Exit, ProgramOptions } from './program.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** A user that exists in one namespace only. */
interface TestUser {
  readonly name: string;
  readonly uid: number;
}

/** What a namespace has of its own from the start. */
export interface NamespaceOptions {
  /** As written to /proc/sys/kernel/sem: SEMMSL SEMMNS SEMOPM SEMMNI. */
  readonly limits?: string;
  /** Users that the machine's passwd file does not have to know. */
  readonly users?: readonly TestUser[];
}

/** One row of /proc/sysvipc/sem, field by field as the kernel prints it. */
export type KernelRow = Readonly<Record<(typeof KERNEL_COLUMNS)[number], number>>;

const KERNEL_COLUMNS = [
  'key',
  'semid',
  'perms',
  'nsems',
  'uid',
  'gid',
  'cuid',
  'cgid',
  'otime',
  'ctime',
] as const;

/** A private IPC and mount namespace, empty of sets, that lasts as long as the test. */
export class Namespace {
  readonly #atEnd: AtEnd;
  /** Keeps the namespaces alive, and ends when the test runner does: it reads a pipe that nobody writes to. */
  readonly #holder: RunningProgram;
  /** As /proc/PID/ns/ipc has it. */
  readonly #ipc: string;

  private constructor(atEnd: AtEnd, holder: RunningProgram, ipc: string) {
    this.#atEnd = atEnd;
    this.#holder = holder;
    this.#ipc = ipc;
  }

  /** Makes one; as root only. */
  static async create(atEnd: AtEnd, { limits, users = [] }: NamespaceOptions = {}): Promise<Namespace> {
    const passwd = join(temporaryFolder(atEnd), 'passwd');
    const rows = users.map(({ name, uid }) => `${name}:x:${uid}:${uid}::/:/usr/sbin/nologin\n`);
    writeFileSync(passwd, readFileSync('/etc/passwd', 'utf8') + rows.join(''));
    const holder = await RunningProgram.start(atEnd, [
      'unshare',
      '--ipc',
      '--mount',
      'sh',
      '-c',
      'mount --bind "$0" /etc/passwd && echo made && exec cat',
      passwd,
    ]);
    await eventually(() => {
      if (holder.stdout !== 'made\n') throw new Error(`the namespaces are not made: ${holder.stderr}`);
    });
    const namespace = new Namespace(atEnd, holder, readlinkSync(`/proc/${holder.pid}/ns/ipc`));
    // What a failed test, or a failed product, leaves in here ends with it.
    atEnd(() => {
      for (const pid of namespace.processes()) killIfThere(pid);
    });
    if (limits !== undefined) await namespace.setLimits(limits);
    return namespace;
  }

  /** Inode of the IPC namespace. */
  get inode(): number {
    return Number(/\d+/.exec(this.#ipc)?.[0]);
  }

  /** The command that runs `command` in here; its working folder is then `/`. */
  command(...command: readonly string[]): string[] {
    const namespaces = `/proc/${this.#holder.pid}/ns`;
    return ['nsenter', `--ipc=${namespaces}/ipc`, `--mount=${namespaces}/mnt`, '--', ...command];
  }

  /** Runs a command in here to its end. */
  async run(command: readonly string[], options: ProgramOptions = {}): Promise<Exit> {
    return run(this.#atEnd, this.command(...command), options);
  }

  /** Writes kernel.sem. */
  async setLimits(limits: string): Promise<void> {
    const { code, stderr } = await this.run(['sh', '-c', 'echo "$0" > /proc/sys/kernel/sem', limits]);
    if (code !== 0) throw new Error(`the limits cannot be set: ${stderr}`);
  }

  /** The kernel's own account of its limits: SEMMSL, SEMMNS, SEMOPM, SEMMNI. */
  async kernelLimits(): Promise<number[]> {
    const { stdout } = await this.run(['cat', '/proc/sys/kernel/sem']);
    return stdout.trim().split(/\s+/).map(Number);
  }

  /** The kernel's own account of its sets. */
  async kernelSets(): Promise<KernelRow[]> {
    const { stdout } = await this.run(['cat', '/proc/sysvipc/sem']);
    return stdout
      .trimEnd()
      .split('\n')
      .slice(1)
      .map((line) => {
        const fields = line.trim().split(/\s+/);
        const row = KERNEL_COLUMNS.map((column, at) => [
          column,
          parseInt(fields[at] ?? '', column === 'perms' ? 8 : 10),
        ]);
        return Object.fromEntries(row) as KernelRow;
      });
  }

  /** Pids of all processes in here but the one that keeps it alive. */
  processes(): number[] {
    return readdirSync('/proc')
      .filter((entry) => /^\d+$/.test(entry))
      .map(Number)
      .filter((pid) => pid !== this.#holder.pid && ipcNamespaceOf(pid) === this.#ipc);
  }
}

/** Null for a process that is gone, or that is not ours to look at. */
function ipcNamespaceOf(pid: number): string | null {
  try {
    return readlinkSync(`/proc/${pid}/ns/ipc`);
  } catch {
    return null;
  }
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
