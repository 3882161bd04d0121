import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { vi } from 'vitest';
import { Exporter } from '../../support/exporter.ts';
import { Namespace } from '../../support/namespace.ts';
import type { AtEnd } from '../../support/program.ts';
import { pathOf } from '../../support/requirements.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { Apache } from './apaches.ts';
import type { ApachePlan } from './apaches.ts';
import { Daemons } from './daemons.ts';
import type { DaemonProcess } from './daemons.ts';
import { Families } from './families.ts';
import type { Family } from './families.ts';
import { Oracle } from './oracle.ts';
import type { ToldSet } from './oracle.ts';

const END = fileURLToPath(new URL('../../support/programs/end-with-runner.pl', import.meta.url));

/** A private IPC namespace with Apaches and daemons in it, an exporter that watches them, and an oracle that knows. */
export class World {
  readonly namespace: Namespace;
  readonly families: Families;
  readonly daemons: Daemons;
  readonly oracle: Oracle;
  readonly apaches: Apache[] = [];
  /** What the last observation told. */
  told: readonly ToldSet[] = [];
  /** When the last observation began that has ended. */
  observedAt = 0;
  #observedUntil = 0;
  #observing = false;
  readonly #atEnd: AtEnd;
  readonly #stateFile: string;
  #exporter: Exporter | null = null;

  private constructor(atEnd: AtEnd, namespace: Namespace, families: Families, daemons: Daemons) {
    this.#atEnd = atEnd;
    this.namespace = namespace;
    this.families = families;
    this.daemons = daemons;
    this.oracle = new Oracle(families, (pid) => this.#familyOf(pid));
    this.#stateFile = `${temporaryFolder(atEnd)}/ledger.json`;
  }

  static async create(atEnd: AtEnd): Promise<World> {
    const namespace = await Namespace.create(atEnd);
    await endWithRunner(namespace);
    const families = new Families();
    const world = new World(atEnd, namespace, families, await Daemons.listen(atEnd, families));
    await world.startExporter();
    return world;
  }

  /** What the exporter has logged. */
  get log(): string {
    return this.#exporter?.program.stderr ?? '';
  }

  /** Starts the exporter; it goes on with the ledger of the one before. */
  async startExporter(): Promise<void> {
    const flags = ['--collector.interval=0', '--orphans.min-age=0s', `--state.file=${this.#stateFile}`];
    this.#exporter = await Exporter.start(this.#atEnd, { namespace: this.namespace, flags });
  }

  /** Ends the exporter, and starts it again. */
  async restartExporter(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    this.#exporter?.program.signal(signal);
    await this.#exporter?.program.exit;
    await this.startExporter();
  }

  /** Makes the exporter observe, and compares what it tells with the truth. */
  async observe(): Promise<void> {
    const beganAt = performance.now();
    this.#observing = true;
    const answer = await this.#exporter?.ask('/api/v1/sets?limit=10000');
    if (answer?.status !== 200) throw new Error(`no answer: ${answer?.text ?? ''}`);
    this.#observing = false;
    this.#observedUntil = performance.now();
    const { sets } = JSON.parse(answer.text) as { sets: ToldSet[] };
    this.told = sets;
    await this.oracle.compare(sets, beganAt);
    this.observedAt = beganAt;
  }

  /** Whether no observation can have seen anything of a family yet. */
  isNew(family: Family): boolean {
    return !this.#observing && family.bornAt > this.#observedUntil;
  }

  /** Starts an Apache. */
  async startApache(plan: ApachePlan): Promise<Apache> {
    const apache = await Apache.start(this.#atEnd, this.namespace, this.families, plan);
    this.apaches.push(apache);
    return apache;
  }

  /** Starts a daemon. */
  startDaemon(kind: 'image' | 'other'): void {
    this.daemons.start(this.namespace, this.daemons.executables[kind]);
  }

  get liveApaches(): Apache[] {
    return this.apaches.filter(({ family }) => family.alive);
  }

  /** Daemons that do as they are told, in the namespace. */
  get obedient(): DaemonProcess[] {
    return [...this.daemons.processes].filter(({ deaf, away, gone }) => !deaf && !away && !gone);
  }

  /** Kills families of the tests until none of these lives. */
  async killAll(which: 'images' | 'all'): Promise<void> {
    await vi.waitFor(
      () => {
        const doomed = this.families.alive.filter(({ image }) => image || which === 'all');
        for (const apache of this.liveApaches) apache.signal(apache.processes(), 'SIGKILL');
        for (const process of this.daemons.processes)
          if (doomed.includes(process.family)) process.signal('SIGKILL');
        if (doomed.length > 0) throw new Error(`still there: ${doomed.map(({ what }) => what).join(', ')}`);
      },
      { timeout: 20_000, interval: 20 },
    );
  }

  #familyOf(pid: number): Family | undefined {
    return this.daemons.firstFamilies.get(pid) ?? this.liveApaches.find((apache) => apache.has(pid))?.family;
  }
}

/** Sees to it that nothing in the namespace outlives the test runner, however that ends. */
async function endWithRunner(namespace: Namespace): Promise<void> {
  const [command = '', ...args] = namespace.command(pathOf('perl') ?? '', END);
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'ignore'], cwd: '/', detached: true });
  await new Promise((resolve) => child.stdout.once('data', resolve));
  child.unref();
}
