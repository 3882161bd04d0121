import { spawn } from 'node:child_process';
import { readFileSync, readdirSync, readlinkSync, writeFileSync } from 'node:fs';
import { createServer, Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { ask } from '../../support/http.ts';
import type { Namespace } from '../../support/namespace.ts';
import type { AtEnd } from '../../support/program.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { signalIfThere } from './daemons.ts';
import type { Families, Family } from './families.ts';

/** How an Apache is run. */
export interface ApachePlan {
  readonly mpm: 'prefork' | 'event';
  /** Its `User`. */
  readonly uid: number;
  /** It forks into the background, so that its launcher, which made the sets, is gone. */
  readonly daemonises: boolean;
  /** Its parts with mutexes of their own. */
  readonly parts: readonly (keyof typeof PARTS)[];
}

/** What makes further sets. */
export const PARTS = {
  ssl: ['LoadModule socache_shmcb_module', 'LoadModule ssl_module', 'SSLSessionCache shmcb:ssl(512000)'],
  digest: ['LoadModule authn_core_module', 'LoadModule auth_digest_module'],
  proxy: ['LoadModule proxy_module'],
} as const;

const MODULES = '/usr/lib/apache2/modules';

/** The file that its processes have open for us, and no other: it is not closed by what Apache does. */
const LIFELINE_FD = 3;

/** Groups of the tests' Apaches begin here: the group of a set tells which of them made it. */
const FIRST_GROUP = 61_000;

/** How long a start, a reload or an end may take, milliseconds: so long it makes and removes sets. */
const RESTLESS_MS = 10_000;

/** One start of Debian's Apache, with sets for mutexes; it and all its forks are one family. */
export class Apache {
  readonly family: Family;
  readonly plan: ApachePlan;
  readonly #port: number;
  readonly #pidFile: string;
  /** As a link in /proc/PID/fd has it. */
  readonly #lifeline: string;
  #movedAt = performance.now();

  private constructor(family: Family, plan: ApachePlan, port: number, pidFile: string, lifeline: string) {
    this.family = family;
    this.plan = plan;
    this.#port = port;
    this.#pidFile = pidFile;
    this.#lifeline = lifeline;
  }

  /** Starts one; it may not have read its configuration yet, and may fail to start as real ones do. */
  static async start(
    atEnd: AtEnd,
    namespace: Namespace,
    families: Families,
    plan: ApachePlan,
  ): Promise<Apache> {
    const folder = temporaryFolder(atEnd);
    const number = families.reserve();
    const [port, other] = await freePorts();
    const pidFile = join(folder, 'pid');
    const config = join(folder, 'apache2.conf');
    writeFileSync(config, configuration(folder, plan, FIRST_GROUP + number, [port, other]));
    const command = namespace.command(
      'apache2',
      '-f',
      config,
      ...(plan.daemonises ? [] : ['-D', 'FOREGROUND']),
    );
    // It may be gone before its lifeline has been looked at, were it not told when to begin.
    const child = spawn('sh', ['-c', 'read -r begin && exec "$@" < /dev/null', 'sh', ...command], {
      cwd: '/',
      // In the foreground it signals its whole process group, which would be the test runner's.
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore', 'pipe'],
    });
    const lifeline = child.stdio[LIFELINE_FD];
    if (child.pid === undefined || !(lifeline instanceof Socket)) throw new Error('apache2 does not start');
    const name = readlinkSync(`/proc/${child.pid}/fd/${LIFELINE_FD}`);
    child.stdin?.end('begin\n');
    child.unref();
    const family = families.add(`apache2 ${plan.mpm} ${child.pid}`, true, lifeline, number);
    return new Apache(family, plan, port, pidFile, name);
  }

  /** All its processes, by who has the lifeline open. */
  processes(): number[] {
    return readdirSync('/proc')
      .filter((entry) => /^\d+$/.test(entry))
      .map(Number)
      .filter((pid) => this.has(pid));
  }

  /** Whether a process is one of its own. */
  has(pid: number): boolean {
    try {
      return readlinkSync(`/proc/${pid}/fd/${LIFELINE_FD}`) === this.#lifeline;
    } catch {
      return false;
    }
  }

  /** The process that all others descend from; undefined before it has said who it is, and after its end. */
  parent(): number | undefined {
    try {
      const pid = Number(readFileSync(this.#pidFile, 'utf8'));
      return this.has(pid) ? pid : undefined;
    } catch {
      return undefined;
    }
  }

  /** Sends a signal to these of its processes. */
  signal(pids: readonly number[], signal: NodeJS.Signals): void {
    this.#movedAt = performance.now();
    for (const pid of pids) if (this.has(pid)) signalIfThere(pid, signal);
  }

  /** Whether it may have removed sets of its own at that time or later. */
  mayRemoveAfter(time: number): boolean {
    const { endedAt } = this.family;
    return (endedAt === null || endedAt >= time) && this.#movedAt > time - RESTLESS_MS;
  }

  /** Asks for a page, so that its children use their mutex; nobody waits for the answer. */
  visit(): void {
    ask(`127.0.0.1:${this.#port}`, '/').catch(() => undefined);
  }
}

/** The group by which sets are told apart; undefined for one that is none of an Apache's. */
export function familyOfGroup(gid: number): number | undefined {
  return gid > FIRST_GROUP ? gid - FIRST_GROUP : undefined;
}

function configuration(
  folder: string,
  { mpm, uid, parts }: ApachePlan,
  gid: number,
  ports: readonly number[],
): string {
  const modules = [`LoadModule mpm_${mpm}_module`, ...parts.flatMap((part) => PARTS[part])];
  return [
    `ServerRoot "${folder}"`,
    'ServerName localhost',
    ...modules.map((line) =>
      line.replace(/^LoadModule (\w+)_module$/, `LoadModule $1_module ${MODULES}/mod_$1.so`),
    ),
    'Mutex sysvsem default',
    'PidFile pid',
    'ErrorLog error.log',
    `DefaultRuntimeDir "${folder}"`,
    `User "#${uid}"`,
    `Group "#${gid}"`,
    ...ports.map((port) => `Listen 127.0.0.1:${port}`),
    'StartServers 2',
    ...(mpm === 'prefork'
      ? ['MinSpareServers 1', 'MaxSpareServers 2', 'MaxRequestWorkers 3']
      : ['ThreadsPerChild 4', 'MinSpareThreads 4', 'MaxSpareThreads 8', 'MaxRequestWorkers 8']),
    '',
  ].join('\n');
}

/** Two ports of 127.0.0.1 that were free a moment ago. */
async function freePorts(): Promise<[number, number]> {
  const servers = [createServer(), createServer()];
  const ports: number[] = [];
  for (const server of servers) {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    ports.push((server.address() as AddressInfo).port);
  }
  for (const server of servers) server.close();
  const [one = 0, other = 0] = ports;
  return [one, other];
}
