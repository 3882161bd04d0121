import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';

/** A program that a test has started and that has said its first word. */
export interface Child {
  readonly pid: number;
  /** Each line it has printed. */
  readonly lines: readonly string[];
  /** Writes a line to its standard input. */
  tell(line: string): void;
}

/**
 * Starts a program in a process group of its own and waits for its first line of output; the group is killed when the test ends. Must be
 * called from within a test.
 */
async function startChild(command: string, args: readonly string[]): Promise<Child> {
  const child = spawn(command, args, { detached: true, stdio: ['pipe', 'pipe', 'pipe'] });
  const pid = await pidOf(child);
  onTestFinished(() => {
    killGroup(pid);
  });
  const lines: string[] = [];
  const errors: string[] = [];
  child.stderr.on('data', (chunk: Buffer) => errors.push(chunk.toString()));
  child.stdin.on('error', () => undefined);
  await new Promise<void>((resolve, reject) => {
    createInterface(child.stdout).on('line', (line) => {
      lines.push(line);
      resolve();
    });
    child.once('exit', (code) => {
      reject(new Error(`${command} ended with ${String(code)}: ${errors.join('')}`));
    });
  });
  return { pid, lines, tell: (line) => void child.stdin.write(`${line}\n`) };
}

/** Perl, which every Debian has and which knows fork, exec and semop. */
export function startPerl(script: string, launcher: readonly string[] = []): Promise<Child> {
  const [command, ...args] = [...launcher, 'perl', '-e', `$| = 1; ${script}`];
  return startChild(command, args);
}

/** Node with koffi at hand, for what needs threads and raw calls; `call(number, ...)` is syscall(2) with up to three arguments. */
export function startNode(script: string, launcher: readonly string[] = []): Promise<Child> {
  const prelude = `import koffi from 'koffi';
    const libc = koffi.load(null);
    const syscall = libc.func('long syscall(long, long, long, long)');
    const onThread = (nr, a, b, c) => syscall.async(nr, a, b, c, () => {});
    const sleepFor = (seconds) => libc.func('int sleep(uint)').async(seconds, () => {});
    const say = (text) => process.stdout.write(text + '\\n');
    setInterval(() => {}, 1 << 30);`;
  const [command, ...args] = [...launcher, process.execPath, '--input-type=module', '-e', prelude + script];
  return startChild(command, args);
}

function pidOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('spawn', () => {
      if (child.pid !== undefined) resolve(child.pid);
    });
  });
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended already.
  }
}
