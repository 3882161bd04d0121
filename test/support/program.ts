import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { eventually } from './eventually.ts';

/** Takes what must be undone at the end, the last first, as vitest's `onTestFinished` does. */
export type AtEnd = (undo: () => Promise<void> | void) => void;

/** How a program ended. */
export interface Exit {
  /** Null where a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** From start to end. */
  readonly durationMs: number;
}

/** How a program is started. */
export interface ProgramOptions {
  readonly cwd?: string | undefined;
  /** Written to its stdin, which is then closed; without it, stdin stays open until it is stopped. */
  readonly input?: string | undefined;
}

/** A program on its own that ends, at the latest, with the test that started it. */
export class RunningProgram {
  /** Resolves when the program has ended and all it wrote has arrived. */
  readonly exit: Promise<Exit>;
  readonly pid: number;
  readonly #signal: (signal: NodeJS.Signals) => void;
  readonly #output: { stdout: string; stderr: string };

  private constructor(
    pid: number,
    exit: Promise<Exit>,
    output: { stdout: string; stderr: string },
    signal: (signal: NodeJS.Signals) => void,
  ) {
    this.pid = pid;
    this.exit = exit;
    this.#output = output;
    this.#signal = signal;
  }

  /** Starts a command. The kernel kills it should the test runner itself be killed. */
  static async start(
    atEnd: AtEnd,
    command: readonly string[],
    { cwd, input }: ProgramOptions = {},
  ): Promise<RunningProgram> {
    const startedAt = performance.now();
    const child = spawn('setpriv', ['--pdeathsig', 'KILL', ...command], {
      cwd,
      stdio: 'pipe',
    });
    const output = { stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
    // It may end before it has read its input: its exit tells, not the pipe.
    child.stdin.on('error', () => undefined);
    if (input !== undefined) child.stdin.end(input);
    await once(child, 'spawn');
    const exit = once(child, 'close').then(([code, signal]: (number | NodeJS.Signals | null)[]): Exit => ({
      code: code as number | null,
      signal: signal as NodeJS.Signals | null,
      ...output,
      durationMs: performance.now() - startedAt,
    }));
    const program = new RunningProgram(child.pid ?? 0, exit, output, (signal) => child.kill(signal));
    atEnd(() => program.kill());
    return program;
  }

  /** What it has written to stderr so far. */
  get stderr(): string {
    return this.#output.stderr;
  }

  /** What it has written to stdout so far. */
  get stdout(): string {
    return this.#output.stdout;
  }

  /** Sends a signal; harmless where the program has ended. */
  signal(signal: NodeJS.Signals): void {
    this.#signal(signal);
  }

  /** Ends it with SIGTERM and tells how it went; the caller judges. */
  async terminate(): Promise<Exit> {
    this.signal('SIGTERM');
    return this.exit;
  }

  /** Ends it with SIGKILL. */
  async kill(): Promise<void> {
    this.signal('SIGKILL');
    await this.exit;
  }

  /** The address after `msg="Listening on" address=` in its log; throws where it ends before it says so. */
  async listeningAddress(): Promise<string> {
    const address = eventually(
      () => {
        const found = /msg="?Listening on"? address="?([^\s"]+)/.exec(this.stderr)?.[1];
        if (found === undefined) throw new Error(`no address in the log: ${this.stderr}`);
        return found;
      },
      { interval: 20 },
    );
    const ended = this.exit.then(({ code, signal, stderr }): never => {
      throw new Error(`the program ended with ${code ?? signal ?? 'nothing'}: ${stderr}`);
    });
    return Promise.race([address, ended]);
  }
}

/** Runs a command to its end. */
export async function run(
  atEnd: AtEnd,
  command: readonly string[],
  options: ProgramOptions = {},
): Promise<Exit> {
  const program = await RunningProgram.start(atEnd, command, { input: '', ...options });
  return program.exit;
}
