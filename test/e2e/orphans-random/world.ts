import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { vi } from 'vitest';
import { Cleaner } from '../../support/cleanup.ts';
import type { CleanupAnswer } from '../../support/cleanup.ts';
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
import { IpcrmGate } from './ipcrm-gate.ts';
import { KnownSets } from './known-sets.ts';
import { Oracle } from './oracle.ts';
import type { ToldSet } from './oracle.ts';
import { RemovalJudge } from './removals.ts';

const END = fileURLToPath(new URL('../../support/programs/end-with-runner.pl', import.meta.url));

/** Users whose sets a cleanup may remove. */
const OWNERS = [33, 7, 9];

/** No token may ask more often than 30 times a minute. */
const TOKENS = Array.from({ length: 100 }, (_, number) => `token-${number}-of-the-random-rounds`);

/** How much of the exporter's log a failure tells. */
const LOG_LINES = 40;

/** A cleanup that is being applied. */
export interface UnderWay {
  readonly since: number;
  /** Semid → owner of all sets that there were before. */
  readonly owners: ReadonlyMap<number, number>;
  /** Ids whose last check is over, and that ipcrm waits to remove; null while nothing waits. */
  held: ReadonlySet<number> | null;
}

/** A private IPC namespace with Apaches and daemons in it, an exporter that watches them, and an oracle that knows. */
export class World {
  readonly namespace: Namespace;
  readonly families: Families;
  readonly daemons: Daemons;
  readonly sets: KnownSets;
  readonly oracle: Oracle;
  readonly removals: RemovalJudge;
  readonly gate: IpcrmGate;
  readonly auditFile: string;
  readonly apaches: Apache[] = [];
  /** What the last observation told. */
  told: readonly ToldSet[] = [];
  /** When the last observation began that has ended. */
  observedAt = 0;
  /** Sets that a cleanup may be about to remove. */
  planned: readonly number[] = [];
  underWay: UnderWay | null = null;
  #observedUntil = 0;
  #observing = 0;
  #key = 0;
  #asked = 0;
  readonly #atEnd: AtEnd;
  readonly #stateFile: string;
  #cleaner: Cleaner | null = null;

  private constructor(atEnd: AtEnd, namespace: Namespace, families: Families, daemons: Daemons) {
    this.#atEnd = atEnd;
    this.namespace = namespace;
    this.families = families;
    this.daemons = daemons;
    this.sets = new KnownSets(families);
    this.oracle = new Oracle(this.sets, (pid) => this.#familyOf(pid));
    this.removals = new RemovalJudge(this.sets, (family, time) =>
      this.apaches.some((apache) => apache.family === family && apache.mayRemoveAfter(time)),
    );
    this.gate = new IpcrmGate(atEnd);
    const folder = temporaryFolder(atEnd);
    this.#stateFile = `${folder}/ledger.json`;
    this.auditFile = `${folder}/audit.jsonl`;
  }

  static async create(atEnd: AtEnd): Promise<World> {
    const namespace = await Namespace.create(atEnd);
    await endWithRunner(namespace);
    const families = new Families();
    const world = new World(atEnd, namespace, families, await Daemons.listen(atEnd, families));
    await world.startExporter();
    return world;
  }

  /** What the exporter has logged last. */
  get log(): string {
    return this.#running.exporter.program.stderr.split('\n').slice(-LOG_LINES).join('\n');
  }

  get #running(): Cleaner {
    if (this.#cleaner === null) throw new Error('no exporter was started');
    return this.#cleaner;
  }

  /** Starts the exporter; it goes on with the ledger of the one before. */
  async startExporter(): Promise<void> {
    const flags = [
      '--collector.interval=0',
      '--collector.source=ipcs',
      `--state.file=${this.#stateFile}`,
      '--cleanup.allow-suspected',
      ...OWNERS.map((uid) => `--cleanup.allow-owner=${uid}`),
    ];
    const { gate, auditFile } = this;
    const options = { flags, ipcrm: gate.script, auditFile, tokens: TOKENS };
    // Its first collection comes by itself.
    this.#cleaner = await this.#whileObserving(() => Cleaner.start(this.#atEnd, this.namespace, options));
  }

  /** Ends the exporter. */
  signalExporter(signal: 'SIGTERM' | 'SIGKILL'): void {
    this.#running.exporter.program.signal(signal);
  }

  /** Starts the exporter again as soon as the one before has ended. */
  async restartExporter(): Promise<void> {
    await this.#running.exporter.program.exit;
    await this.startExporter();
  }

  /** Asks for a cleanup, which observes too. */
  async cleanUp(body: object): Promise<CleanupAnswer> {
    const token = TOKENS[this.#asked++ % TOKENS.length] ?? '';
    return this.#whileObserving(() => this.#running.ask(body, { authorization: `Bearer ${token}` }));
  }

  /** Scrapes without a look at what is told. */
  async scrape(): Promise<void> {
    await this.#whileObserving(() => this.#running.exporter.scrape());
  }

  /** Makes the exporter observe, and compares what it tells with the truth. */
  async observe(): Promise<void> {
    const beganAt = performance.now();
    const answer = await this.#whileObserving(() => this.#running.exporter.ask('/api/v1/sets?limit=10000'));
    if (answer.status !== 200) throw new Error(`no answer: ${answer.text}`);
    const { sets } = JSON.parse(answer.text) as { sets: ToldSet[] };
    this.told = sets;
    await this.oracle.compare(sets, beganAt);
    this.observedAt = beganAt;
  }

  async #whileObserving<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
    this.#observing++;
    try {
      return await ask();
    } finally {
      this.#observing--;
      this.#observedUntil = performance.now();
    }
  }

  /** Whether no observation can have seen anything of a family yet. */
  isNew(family: Family): boolean {
    return this.#observing === 0 && family.bornAt > this.#observedUntil;
  }

  /**
   * Whether a set of this owner may be made under this id now. The kernel has no call that compares and removes: one that
   * comes between the last check of an orphan and its removal, under its id and of its owner, would go. No kernel gives an
   * id again that soon, unless told to as these tests do (sem_next_id), so that they keep out of that moment. One of
   * another owner may come at any time: the kernel refuses to remove it.
   */
  mayRemake(semid: number, uid: number): boolean {
    if (this.underWay === null) return true;
    const { since, owners, held } = this.underWay;
    if (held !== null && !held.has(semid)) return true;
    if (this.sets.changedAt(semid) >= since) return false;
    const made = this.sets.madeAs(semid);
    return made?.family.alive === true || owners.get(semid) !== uid;
  }

  /** A key that no set has. */
  nextKey(): number {
    return ++this.#key;
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
