import { execa } from 'execa';
import { CollectionError } from '../errors.ts';
import { excerpt } from './excerpt.ts';

const STDERR_KEPT = 4096;

/** A program to run, and what it may cost. */
export interface Command {
  /** A path, or a name to find in PATH. */
  readonly path: string;
  readonly args: readonly string[];
  /** Ends it: there is no other limit on its time. */
  readonly signal: AbortSignal;
  /** Most bytes it may print. */
  readonly maxOutput: number;
  /**
   * Called with the child's pid, which is that of its process group, as soon as it runs, and with 0 once
   * nothing of the group is left to kill; so a parent thread can kill it if this thread dies.
   */
  readonly onSpawn?: ((pid: number) => void) | undefined;
  /** Gets LC_ALL=C as its whole environment: a program that another user may look into must not see this one's. */
  readonly bareEnvironment?: boolean;
}

/** How a program ended by itself. */
export interface CommandResult {
  readonly stdout: Buffer;
  /** Null where it ended well, else what went wrong, as a clause. */
  readonly failure: string | null;
  /** Null where a signal ended it. */
  readonly exitCode: number | null;
  /** The beginning of what it wrote to standard error, 4 KiB or a little more. */
  readonly stderr: string;
}

/**
 * Runs a program with LC_ALL=C, without a shell or input, in a process group of its own, of which nothing
 * outlives the call: not after a good end either. Rejects with a CollectionError: `spawn` where it cannot be
 * started, `timeout` as soon as the signal aborts, whoever still holds the pipes, `output` where it prints too much.
 */
export async function runCommand({
  path,
  args,
  signal,
  maxOutput,
  onSpawn,
  bareEnvironment = false,
}: Command): Promise<CommandResult> {
  const name = excerpt([path, ...args].join(' '));
  const tooLate = () =>
    new CollectionError('timeout', `${name} did not end in time and was killed`, { cause: signal.reason });
  if (signal.aborted) throw tooLate();

  const child = execa(path, args, {
    env: { LC_ALL: 'C' },
    extendEnv: !bareEnvironment,
    stdin: 'ignore',
    // Output is gathered below: execa would wait for whoever holds the pipes, even after an abort.
    buffer: false,
    encoding: 'buffer',
    reject: false,
    detached: true,
    // Handlers on the process's end are no use in a worker thread: its parent kills the group.
    cleanup: false,
  });
  let group = child.pid ?? 0;
  if (group !== 0) onSpawn?.(group);
  const killGroup = () => {
    if (group === 0) return;
    try {
      process.kill(-group, 'SIGKILL');
    } catch {
      // Nothing of it is left, or it is another user's now.
    }
    // Never again: once the leader is reaped and its group is empty, the number may be somebody else's.
    group = 0;
    onSpawn?.(0);
  };
  // What the leader leaves behind would hold the pipes open, and outlive it.
  child.once('exit', killGroup);

  let stop: (error: CollectionError) => void = () => undefined;
  const stopped = new Promise<never>((_, reject) => {
    stop = (error) => {
      killGroup();
      // A process that left the group may hold them for ever.
      child.stdout.destroy();
      child.stderr.destroy();
      reject(error);
    };
  });
  const onAbort = () => {
    stop(tooLate());
  };
  signal.addEventListener('abort', onAbort, { once: true });

  const chunks: Buffer[] = [];
  let printed = 0;
  child.stdout.on('data', (chunk: Buffer) => {
    printed += chunk.length;
    if (printed <= maxOutput) chunks.push(chunk);
    else stop(new CollectionError('output', `${name} printed more than ${maxOutput} bytes and was killed`));
  });
  let complaint = '';
  child.stderr.on('data', (chunk: Buffer) => {
    // The rest is read and dropped, so that a program which complains a lot is not blocked by it.
    if (complaint.length < STDERR_KEPT) complaint += chunk.toString('latin1', 0, STDERR_KEPT);
  });

  try {
    const end = await Promise.race([child, stopped]);
    if (child.pid === undefined) throw notStarted(name, end);
    return {
      stdout: Buffer.concat(chunks),
      exitCode: end.exitCode ?? null,
      failure: failureOf(end, complaint),
      stderr: complaint,
    };
  } finally {
    signal.removeEventListener('abort', onAbort);
    killGroup();
  }
}

interface End {
  readonly exitCode?: number | undefined;
  readonly signal?: string | undefined;
  readonly code?: string | undefined;
  readonly cause?: unknown;
}

function notStarted(name: string, { code, cause }: End): CollectionError {
  const why =
    code === 'ENOENT'
      ? 'there is no such program, or no such interpreter'
      : code === 'EACCES'
        ? 'it is not executable'
        : (code ?? 'for no known reason');
  return new CollectionError('spawn', `${name} cannot be started: ${why}`, { cause });
}

function failureOf({ exitCode, signal, cause }: End, complaint: string): string | null {
  if (exitCode === 0) return null;
  const how =
    exitCode !== undefined
      ? `ended with status ${exitCode}`
      : signal !== undefined
        ? `was ended by ${signal}`
        : `failed: ${String(cause)}`;
  const said = complaint.trimStart().split('\n', 1)[0] ?? '';
  return said === '' ? how : `${how}: ${excerpt(Buffer.from(said, 'latin1').toString())}`;
}
