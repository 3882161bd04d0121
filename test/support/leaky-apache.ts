import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Exporter } from './exporter.ts';
import type { Namespace } from './namespace.ts';
import type { AtEnd } from './program.ts';

const PROGRAM = fileURLToPath(new URL('programs/leaky-apache.mjs', import.meta.url));

/** A live process that goes by the name of Apache and has sets. */
export class LeakyApache {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #answers: AsyncIterator<string, undefined>;

  private constructor(child: ChildProcessWithoutNullStreams) {
    this.#child = child;
    this.#answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  }

  /** Starts one without sets. */
  static start(atEnd: AtEnd, namespace: Namespace): LeakyApache {
    const [program = '', ...args] = namespace.command(process.execPath, PROGRAM);
    const child = spawn(program, args, { stdio: 'pipe' });
    const apache = new LeakyApache(child);
    atEnd(() => apache.crash());
    return apache;
  }

  /** Makes sets for this user; the semids of all it has. */
  make(count: number, uid = 33): Promise<number[]> {
    return this.#tell({ make: count, uid });
  }

  /** Operates on all its sets. */
  use(): Promise<number[]> {
    return this.#tell({ use: true });
  }

  /** Ends it as the OOM killer does: what it made stays. */
  async crash(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.kill('SIGKILL');
    await ended;
  }

  async #tell(what: object): Promise<number[]> {
    this.#child.stdin.write(`${JSON.stringify(what)}\n`);
    const answer = await this.#answers.next();
    if (answer.done === true) throw new Error('the process ended');
    return JSON.parse(answer.value) as number[];
  }
}

/** Leaves this many sets behind that the exporter proves to be orphans; their semids. */
export async function leakOrphans(
  atEnd: AtEnd,
  exporter: Exporter,
  namespace: Namespace,
  { count = 1, uid = 33 }: { readonly count?: number; readonly uid?: number } = {},
): Promise<number[]> {
  const before = await orphans(exporter);
  const apache = LeakyApache.start(atEnd, namespace);
  const semids = await apache.make(count, uid);
  // Its family has to be known before the use that makes it the sets' only candidate.
  await exporter.nextCollection();
  await exporter.nextCollection();
  await apache.use();
  await exporter.nextCollection();
  await apache.crash();
  await exporter.until((metrics) => orphansIn(metrics) === before + count, 60_000);
  return semids;
}

async function orphans(exporter: Exporter): Promise<number> {
  return orphansIn(await exporter.scrape());
}

function orphansIn(metrics: Awaited<ReturnType<Exporter['scrape']>>): number {
  return metrics
    .all('sysvsem_owner_sets')
    .filter(({ labels }) => labels['state'] === 'orphaned')
    .reduce((sum, { value }) => sum + value, 0);
}
