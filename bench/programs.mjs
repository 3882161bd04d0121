import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { Agent, get } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const EXPORTER = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const BARE_PROCESS = fileURLToPath(new URL('bare-process.mjs', import.meta.url));
const SETS = fileURLToPath(new URL('../test/support/programs/sets.mjs', import.meta.url));
const FLEET = fileURLToPath(new URL('../test/support/programs/fleet.mjs', import.meta.url));

const START_TIMEOUT = 20_000;
/** The history of 2 000 hosts takes a while to write. */
const FLEET_TIMEOUT = 240_000;

/** Makes sets of one semaphore each in this process's IPC namespace. */
export function createSets(count) {
  const input = JSON.stringify({ create: [{ count }] });
  const { status, stderr } = spawnSync(process.execPath, [SETS], { input, encoding: 'utf8' });
  if (status !== 0) throw new Error(`the sets cannot be made: ${stderr}`);
}

/** Starts the built exporter. @param {readonly string[]} flags */
export function startExporter(...flags) {
  return Program.start([process.execPath, EXPORTER, '--web.listen-address=127.0.0.1:0', ...flags]);
}

/** Starts the least that could serve metrics with the same libraries. */
export function startBareProcess() {
  return Program.start([process.execPath, BARE_PROCESS]);
}

/** Starts node_exporter with the cheapest of its collectors. */
export function startNodeExporter() {
  const flags = ['--collector.disable-defaults', '--collector.loadavg', '--web.listen-address=127.0.0.1:0'];
  return Program.start(['prometheus-node-exporter', ...flags]);
}

/** Starts the exporters of a simulated fleet, once its history is written (fleet.mjs). */
export function startFleet(options) {
  return Program.start([process.execPath, FLEET, JSON.stringify(options)], FLEET_TIMEOUT);
}

/** Starts Prometheus; resolves when its storage is loaded. */
export async function startPrometheus({ config, storage, consoles }) {
  const prometheus = await Program.start([
    'prometheus',
    `--config.file=${config}`,
    `--storage.tsdb.path=${storage}`,
    `--web.console.libraries=${consoles}`,
    `--web.console.templates=${consoles}`,
    '--web.listen-address=127.0.0.1:0',
  ]);
  const deadline = Date.now() + START_TIMEOUT;
  for (;;) {
    try {
      await prometheus.get('/-/ready');
      return prometheus;
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
    await pause(100);
  }
}

/** A program that serves on a free port of 127.0.0.1. */
class Program {
  #child;
  #agent = new Agent({ keepAlive: true, maxSockets: 1 });
  #address = '';

  constructor(child) {
    this.#child = child;
  }

  /** Starts a command; resolves when it has logged the address that it listens on. */
  static async start([command, ...args], timeout = START_TIMEOUT) {
    const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    const program = new Program(child);
    let log = '';
    child.stderr.setEncoding('utf8').on('data', (piece) => (log += piece));
    await once(child, 'spawn');
    process.once('exit', () => child.kill('SIGKILL'));
    const deadline = Date.now() + timeout;
    for (;;) {
      const address = /Listening on"? address="?(127\.0\.0\.1:\d+)/.exec(log)?.[1];
      if (address !== undefined) {
        program.#address = address;
        return program;
      }
      if (Date.now() > deadline || child.exitCode !== null)
        throw new Error(`${command} does not listen: ${log}`);
      await pause(20);
    }
  }

  get pid() {
    return this.#child.pid;
  }

  /** Where its metrics are. */
  get url() {
    return `http://${this.#address}/metrics`;
  }

  /** One scrape; the exposition. */
  scrape() {
    return this.get('/metrics');
  }

  /** What it answers to a path, over a connection that is kept. */
  async get(path) {
    const url = `http://${this.#address}${path}`;
    const request = get(url, { agent: this.#agent });
    const [response] = await once(request, 'response');
    const body = await text(response);
    if (response.statusCode !== 200) throw new Error(`${url} answers ${response.statusCode}: ${body}`);
    return body;
  }

  async stop() {
    this.#agent.destroy();
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.kill('SIGTERM');
    await once(this.#child, 'exit');
  }
}
