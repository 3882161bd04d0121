import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { eventuallyTrue } from './eventually.ts';
import { apacheConfig } from './apache-config.ts';
import type { ApacheModel } from './apache-config.ts';
import { makeIdentity } from '../web/web-config/certificates.ts';
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
  /** Speaks TLS too, so that {@link Apache.takeMutexes} can. */
  readonly tls?: boolean;
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
  readonly #tlsPort: number | null;

  private constructor(
    namespace: Namespace,
    folder: string,
    [one, two, tlsPort]: readonly [number, number, number | null],
    command: readonly string[],
  ) {
    this.#namespace = namespace;
    this.#command = command;
    this.#pidFile = join(folder, 'httpd.pid');
    this.#config = join(folder, 'httpd.conf');
    this.#log = join(folder, 'error.log');
    this.ports = [one, two];
    this.#tlsPort = tlsPort;
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
    const { model = 'prefork', backend = 9, leaks = false, tls = false } = options;
    const [one, two, three] = await freePorts();
    const tlsPort = tls ? three : null;
    if (tls) {
      const { cert, key } = await makeIdentity();
      writeFileSync(join(folder, 'server.crt'), cert);
      writeFileSync(join(folder, 'server.key'), key);
    }
    const config = join(folder, 'httpd.conf');
    writeFileSync(config, apacheConfig({ folder, ports: [one, two], model, backend, tlsPort }));
    const command = [...(leaks ? ['perl', LEAKY] : []), 'apache2', '-d', folder, '-f', config, '-k', 'start'];
    const apache = new Apache(namespace, folder, [one, two, tlsPort], command);
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

  /**
   * Makes requests, each of which takes a mutex: a connection (prefork), the balancer, auth_digest, and where it speaks TLS the
   * cache of sessions. Throws where one is not answered as it should be.
   */
  async takeMutexes(): Promise<void> {
    const paths = ['/index.html', '/held', '/digest'];
    const statuses = await Promise.all(paths.map(async (path) => (await this.ask(path)).status));
    // Nobody listens where requests for /held are balanced to.
    if (statuses.join() !== '200,503,401') throw new Error(`it answers ${statuses.join()}: ${this.log}`);
    if (this.#tlsPort !== null) await handshake(this.#tlsPort);
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

/** Three ports that nobody listens on. Apache cannot choose for itself. */
async function freePorts(): Promise<[number, number, number]> {
  const servers = [createServer(), createServer(), createServer()];
  const [one = 0, two = 0, three = 0] = await Promise.all(
    servers.map(async (server) => {
      await once(server.listen(0, '127.0.0.1'), 'listening');
      return (server.address() as AddressInfo).port;
    }),
  );
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return [one, two, three];
}

/** Agrees on TLS, and no more. */
async function handshake(port: number): Promise<void> {
  const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false, maxVersion: 'TLSv1.2' });
  await once(socket, 'secureConnect', { signal: AbortSignal.timeout(10_000) });
  socket.destroy();
}
