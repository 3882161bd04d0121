import { fileURLToPath } from 'node:url';
import { eventually } from './eventually.ts';
import { Exposition } from './exposition.ts';
import { ask } from './http.ts';
import type { Answer, RequestOptions } from './http.ts';
import type { Namespace } from './namespace.ts';
import { RunningProgram, run } from './program.ts';
import type { AtEnd, Exit, ProgramOptions } from './program.ts';

/** The built program. */
export const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

/** For `list`: asks where no exporter can be, whatever else runs on this machine. */
export const NO_EXPORTER = '--exporter.url=unix:/nonexistent/sysvsem-exporter.sock';

/** How an exporter is started. */
export interface ExporterOptions {
  /** Further flags; without one of the listen addresses it listens on a free port of 127.0.0.1. */
  readonly flags?: readonly string[];
  /** Where it runs; the tests' own namespace by default, whose sets it only reads. */
  readonly namespace?: Namespace;
  /** Changes to its environment, and to its environment only: what starts it keeps its own PATH. */
  readonly env?: Readonly<Record<string, string>>;
  /** A command that runs it, such as setpriv with fewer privileges. */
  readonly through?: readonly string[];
}

/** The exporter as a user starts it, a process of its own. */
export class Exporter {
  readonly program: RunningProgram;
  /** `host:port` or `unix:/path`. */
  readonly address: string;

  private constructor(program: RunningProgram, address: string) {
    this.program = program;
    this.address = address;
  }

  /** Starts it and waits until it listens and its first collection has ended. */
  static async start(
    atEnd: AtEnd,
    { flags = [], namespace, env = {}, through = [] }: ExporterOptions = {},
  ): Promise<Exporter> {
    const listens = flags.some((flag) => flag.startsWith('--web.listen-address'));
    const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`);
    const command = [...through, 'env', ...variables, process.execPath, MAIN, ...flags];
    if (!listens) command.push('--web.listen-address=127.0.0.1:0');
    const program = await RunningProgram.start(atEnd, namespace?.command(...command) ?? command);
    const address = await program.listeningAddress();
    const exporter = new Exporter(program, address.startsWith('/') ? `unix:${address}` : address);
    const collectsOnScrape = flags.includes('--collector.interval=0');
    if (!collectsOnScrape)
      await exporter.until((metrics) => (metrics.value('sysvsem_collections_total') ?? 0) > 0);
    return exporter;
  }

  /** Asks for a path. */
  async ask(path: string, options?: RequestOptions): Promise<Answer> {
    return ask(this.address, path, options);
  }

  /** One scrape in the text format. */
  async scrape(): Promise<Exposition> {
    const { status, text } = await this.ask('/metrics');
    if (status !== 200) throw new Error(`the scrape is answered with ${status}: ${text}`);
    return Exposition.parse(text);
  }

  /** Scrapes until this is true of what is exposed; that exposition. */
  async until(isTrue: (metrics: Exposition) => boolean, timeout = 20_000): Promise<Exposition> {
    return eventually(
      async () => {
        const metrics = await this.scrape();
        if (!isTrue(metrics)) throw new Error(`not so yet; log: ${this.program.stderr}`);
        return metrics;
      },
      { timeout },
    );
  }

  /** Waits for a collection that began after this call to end, and tells what is exposed then. */
  async nextCollection(): Promise<Exposition> {
    const before = (await this.scrape()).value('sysvsem_collections_total') ?? 0;
    // One may be running now; the one after it has begun later.
    return this.until((metrics) => (metrics.value('sysvsem_collections_total') ?? 0) >= before + 2);
  }

  /** Ends it as a service manager does, and expects it to end well. */
  async stop(): Promise<Exit> {
    const exit = await this.program.terminate();
    if (exit.code !== 0)
      throw new Error(`it ended with ${exit.code ?? exit.signal ?? 'nothing'}: ${exit.stderr}`);
    return exit;
  }
}

/** Runs one of its commands to the end. */
export async function runExporter(
  atEnd: AtEnd,
  args: readonly string[],
  { namespace, ...options }: ProgramOptions & { readonly namespace?: Namespace } = {},
): Promise<Exit> {
  const command = [process.execPath, MAIN, ...args];
  return run(atEnd, namespace?.command(...command) ?? command, options);
}
