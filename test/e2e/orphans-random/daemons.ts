import { spawn } from 'node:child_process';
import { chmodSync, copyFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Namespace } from '../../support/namespace.ts';
import type { AtEnd } from '../../support/program.ts';
import { pathOf } from '../../support/requirements.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import type { Families, Family } from './families.ts';

const PROGRAM = fileURLToPath(new URL('../../support/programs/set-daemon.pl', import.meta.url));

/** How long an answer may take before a process counts as lost, milliseconds. */
const ANSWER_TIMEOUT_MS = 20_000;

/** A process of a set daemon, that does as it is told. */
export class DaemonProcess {
  readonly pid: number;
  readonly family: Family;
  /** Its effective uid. */
  uid: number;
  /** It has left the IPC namespace. */
  away: boolean;
  /** It sleeps in a call, is stopped or about to be killed: only a signal reaches it. */
  deaf = false;
  /** Sets that it operated on with SEM_UNDO. */
  readonly owes = new Set<number>();
  gone = false;
  readonly #socket: Socket;
  #answer: ((answer: string) => void) | null = null;

  constructor(pid: number, family: Family, uid: number, away: boolean, socket: Socket) {
    this.pid = pid;
    this.family = family;
    this.uid = uid;
    this.away = away;
    this.#socket = socket;
  }

  /** Takes a line that it wrote. */
  hear(line: string): void {
    this.#answer?.(line);
  }

  /** Notes its end, which is also the answer to whatever it was told last. */
  end(): void {
    this.gone = true;
    this.#answer?.('gone');
  }

  /** Tells it to do something; what it answers, or `gone` where it ended instead. */
  async tell(...command: readonly (string | number)[]): Promise<string> {
    if (this.gone) return 'gone';
    const answered = new Promise<string>((resolve, reject) => {
      const timer = setTimeout(() => {
        reject(new Error(`process ${this.pid} does not answer to ${command.join(' ')}`));
      }, ANSWER_TIMEOUT_MS);
      this.#answer = (answer) => {
        clearTimeout(timer);
        resolve(answer);
      };
    });
    this.#socket.write(`${command.join(' ')}\n`);
    return answered;
  }

  /** Sends a signal; harmless where it is gone. */
  signal(signal: NodeJS.Signals): void {
    if (signal === 'SIGKILL') this.deaf = true;
    if (!this.gone) signalIfThere(this.pid, signal);
  }
}

/** The set daemons of a test: whatever they exec or fork reports here. */
export class Daemons {
  readonly processes = new Set<DaemonProcess>();
  /** Pid → the first family that it was seen in: later ones it became by exec. */
  readonly firstFamilies = new Map<number, Family>();
  /** Pids of processes that called exec while they owed an undo (SEM_UNDO). */
  readonly indebted = new Set<number>();
  /** Images that were started but have not reported yet. */
  imagesStarting = 0;
  /** A program of the built-in profile by the name of its file, and one that is none. */
  readonly executables: { readonly image: string; readonly other: string };
  readonly #families: Families;
  readonly #path: string;

  private constructor(families: Families, server: Server, folder: string) {
    this.#families = families;
    this.#path = join(folder, 'socket');
    const perl = pathOf('perl') ?? '';
    this.executables = { image: join(folder, 'httpd'), other: join(folder, 'set-daemon') };
    for (const file of Object.values(this.executables)) copyFileSync(perl, file);
    server.on('connection', (socket) => {
      this.#meet(socket);
    });
  }

  static async listen(atEnd: AtEnd, families: Families): Promise<Daemons> {
    const folder = temporaryFolder(atEnd);
    // Those that have become another user report here too.
    chmodSync(folder, 0o755);
    const server = createServer();
    const daemons = new Daemons(families, server, folder);
    const sockets = new Set<Socket>();
    server.on('connection', (socket) => sockets.add(socket));
    await new Promise<void>((resolve) => server.listen({ path: daemons.#path, writableAll: true }, resolve));
    atEnd(() => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });
    return daemons;
  }

  /** Starts one as root; it reports when it runs. */
  start(namespace: Namespace, executable: string): void {
    const [command = '', ...args] = namespace.command(executable, PROGRAM, this.#path);
    if (executable === this.executables.image) this.imagesStarting++;
    spawn(command, args, { stdio: 'ignore', cwd: '/', detached: true }).unref();
  }

  /** Its first line tells what a connection is for. */
  #meet(socket: Socket): void {
    socket.on('error', () => undefined);
    let process: DaemonProcess | null = null;
    const lines = createInterface({ input: socket });
    // It repeats the errors of its socket, whose end tells enough.
    lines.on('error', () => undefined);
    lines.on('line', (line) => {
      const [kind, pid, rest = '', uid, away] = line.split(' ');
      if (process !== null) process.hear(line);
      else if (kind === 'family') {
        const before = this.firstFamilies.get(Number(pid));
        const family = this.#families.add(
          `${rest} ${pid ?? ''}`,
          rest === 'httpd',
          socket,
          undefined,
          before,
        );
        if (family.image) this.imagesStarting--;
        socket.write(`${family.number}\n`);
      } else {
        const family = this.#families.all.get(Number(rest));
        if (kind !== 'process' || family === undefined) throw new Error(`a daemon reports ${line}`);
        process = new DaemonProcess(Number(pid), family, Number(uid), away === '1', socket);
        this.processes.add(process);
        if (!this.firstFamilies.has(process.pid)) this.firstFamilies.set(process.pid, family);
      }
    });
    socket.once('close', () => {
      if (process === null) return;
      process.end();
      this.processes.delete(process);
    });
  }
}

/** Sends a signal to a process that may be gone. */
export function signalIfThere(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
