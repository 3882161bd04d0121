import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { eventuallyTrue } from './eventually.ts';
import { apacheConfig } from './apache-config.ts';
import type { ApacheModel } from './apache-config.ts';
import { ask } from './http.ts';
import type { Answer } from './http.ts';
import type { Namespace } from './namespace.ts';
import type { AtEnd, Exit } from './program.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** How an Apache is set up. */
export interface ApacheOptions {
  /** `prefork` by default. */
  readonly model?: ApacheModel;
  /** Port of 127.0.0.1 that requests for `/held` are balanced to; by default one where nobody listens. */
  readonly backend?: number;
  /** Its removals of sets do nothing (programs/leaky.pl), so that each reload leaks. */
  readonly leaks?: boolean;
}

const LEAKY = fileURLToPath(new URL('programs/leaky.pl', import.meta.url));

/** How long a start, stop or reload may take on a busy machine. */
const PATIENCE = { timeout: 30_000, interval: 20 };

/** Debian's Apache as a daemon, with a configuration of its own, that ends with its namespace. */
export class Apache {
  readonly #namespace: Namespace;
  readonly #command: readonly string[];
  readonly #pidFile: string;
  /** Stands in the command line of each of its processes and of no other. */
  readonly #config: string;
  readonly #log: string;
  /** Both on 127.0.0.1. */
  readonly ports: readonly [number, number];

  private constructor(
    namespace: Namespace,
    folder: string,
    ports: readonly [number, number],
    command: readonly string[],
  ) {
    this.#namespace = namespace;
    this.#command = command;
    this.#pidFile = join(folder, 'httpd.pid');
    this.#config = join(folder, 'httpd.conf');
    this.#log = join(folder, 'error.log');
    this.ports = ports;
  }

  /** Sets one up in a namespace that is still there at the end, and starts it as {@link start} does. */
  static async run(atEnd: AtEnd, namespace: Namespace, options: ApacheOptions = {}): Promise<Apache> {
    const apache = await Apache.prepare(atEnd, namespace, options);
    await apache.start();
    return apache;
  }

  /** Sets one up that is not started yet. */
  static async prepare(atEnd: AtEnd, namespace: Namespace, options: ApacheOptions = {}): Promise<Apache> {
    const folder = join(temporaryFolder(atEnd), 'apache');
    mkdirSync(folder);
    // Its children run as www-data.
    for (const path of [join(folder, '..'), folder]) chmodSync(path, 0o755);
    writeFileSync(join(folder, 'index.html'), 'served\n');
    const ports = await freePorts();
    const { model = 'prefork', backend = 9, leaks = false } = options;
    const config = join(folder, 'httpd.conf');
    writeFileSync(config, apacheConfig({ folder, ports, model, backend }));
    const command = [...(leaks ? ['perl', LEAKY] : []), 'apache2', '-d', folder, '-f', config, '-k', 'start'];
    const apache = new Apache(namespace, folder, ports, command);
    atEnd(() => apache.crash());
    return apache;
  }

  /** Starts it as apachectl does, and waits until it serves. */
  async start(): Promise<void> {
    const { code, stderr } = await this.tryToStart();
    if (code !== 0) throw new Error(`apache2 does not start: ${stderr}`);
    await eventuallyTrue(
      () => this.isServing(),
      () => `apache2 does not serve: ${this.log}`,
      PATIENCE,
    );
  }

  /** What apachectl does; its exit. A start that fails may end with 0 all the same: {@link isServing} tells. */
  async tryToStart(): Promise<Exit> {
    // A file that a crash left would stop it, should its pid be another process's by now.
    rmSync(this.#pidFile, { force: true });
    return this.#namespace.run(this.#command);
  }

  /** What it has written to its error_log so far; nothing before its first start. */
  get log(): string {
    return existsSync(this.#log) ? readFileSync(this.#log, 'utf8') : '';
  }

  /** The pid of its parent process. */
  get parent(): number {
    return Number(readFileSync(this.#pidFile, 'utf8'));
  }

  /** Pids of all its live processes. */
  pids(): number[] {
    return readdirSync('/proc')
      .filter((entry) => /^\d+$/.test(entry) && commandLineOf(entry).includes(this.#config))
      .map(Number);
  }

  /** Asks it for a path. */
  async ask(path: string, port = this.ports[0]): Promise<Answer> {
    return ask(`127.0.0.1:${port}`, path);
  }

  /** Whether it answers on both its ports. */
  async isServing(): Promise<boolean> {
    try {
      const answers = await Promise.all(this.ports.map((port) => this.ask('/index.html', port)));
      return answers.every(({ text }) => text === 'served\n');
    } catch {
      return false;
    }
  }

  /** Signals its parent: SIGUSR1 for a graceful restart, SIGHUP for one that is not, SIGTERM to end. */
  signal(signal: NodeJS.Signals): void {
    process.kill(this.parent, signal);
  }

  /** Kills the parent alone; the pids of the children, which go on serving. */
  async killParent(): Promise<number[]> {
    const { parent } = this;
    process.kill(parent, 'SIGKILL');
    await eventuallyTrue(
      () => !this.pids().includes(parent),
      () => `${parent} does not end`,
      PATIENCE,
    );
    return this.pids();
  }

  /** Kills all of its processes, harmlessly where there is none. */
  async crash(): Promise<void> {
    await this.#ended(() => {
      for (const pid of this.pids()) killIfThere(pid);
    });
  }

  /** Ends it in good order. */
  async stop(): Promise<void> {
    this.signal('SIGTERM');
    await this.#ended();
  }

  async #ended(hasten: () => void = () => undefined): Promise<void> {
    await eventuallyTrue(
      () => {
        hasten();
        return this.pids().length === 0;
      },
      () => `these do not end: ${this.pids().join(', ')}`,
      PATIENCE,
    );
  }
}

/** Empty for a process that is gone, or a zombie. */
function commandLineOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Two ports that nobody listens on. Apache cannot choose for itself. */
async function freePorts(): Promise<[number, number]> {
  const servers = [createServer(), createServer()];
  const [one = 0, two = 0] = await Promise.all(
    servers.map(async (server) => {
      await once(server.listen(0, '127.0.0.1'), 'listening');
      return (server.address() as AddressInfo).port;
    }),
  );
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return [one, two];
}
