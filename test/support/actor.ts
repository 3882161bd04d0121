import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Namespace } from './namespace.ts';
import type { AtEnd } from './program.ts';

const PROGRAM = fileURLToPath(new URL('programs/actor.pl', import.meta.url));

/** How long a command may take on a busy machine. */
const ANSWER_TIMEOUT_MS = 30_000;

/** A daemon, bystander or adversary that does what a test tells it to: the commands are in programs/actor.pl. */
export class Actor {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #answers: AsyncIterator<string>;

  private constructor(child: ChildProcessWithoutNullStreams) {
    this.#child = child;
    this.#answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  }

  /** Starts one, `through` another command where it must not run as root of the machine's PID namespace. */
  static async start(atEnd: AtEnd, namespace: Namespace, through: readonly string[] = []): Promise<Actor> {
    const [command = '', ...rest] = namespace.command(...through, 'perl', PROGRAM);
    // Should the test runner be killed, its stdin ends, and with it the actor.
    const child = spawn(command, rest, { stdio: 'pipe' });
    child.stdin.on('error', () => undefined);
    const exit = once(child, 'exit');
    atEnd(async () => {
      child.kill('SIGKILL');
      await exit;
    });
    await once(child, 'spawn');
    return new Actor(child);
  }

  /** Its pid; of `through`, where that forks. */
  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Has it carry out a command; its answer. Throws where the command failed. */
  async tell(command: string): Promise<string> {
    this.#child.stdin.write(`${command}\n`);
    const late = AbortSignal.timeout(ANSWER_TIMEOUT_MS);
    const answer = await Promise.race([
      this.#answers.next(),
      once(late, 'abort').then((): never => {
        throw new Error(`no answer to "${command}"`);
      }),
    ]);
    if (answer.done === true || answer.value.startsWith('failed'))
      throw new Error(`"${command}" ${answer.done === true ? 'ended it' : answer.value}`);
    return answer.value;
  }

  /** As {@link tell}, for an answer that is a number. */
  async ask(command: string): Promise<number> {
    return Number(await this.tell(command));
  }

  /** Makes a set of Apache's shape, `owner` 0 or a uid that it is given to; the semid. */
  async makeSet(owner = 0): Promise<number> {
    const semid = await this.ask('make');
    if (owner !== 0) await this.tell(`give ${semid} ${owner}`);
    return semid;
  }

  /** Sends it a signal. */
  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Ends it by SIGKILL. */
  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exit = once(this.#child, 'exit');
    this.signal('SIGKILL');
    await exit;
  }
}
