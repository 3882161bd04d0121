import { readFileSync } from 'node:fs';
import { expect, vi } from 'vitest';
import type { SetState } from '../../src/orphans/vocabulary.ts';
import { Exporter } from './exporter.ts';
import type { ExporterOptions } from './exporter.ts';
import type { AtEnd } from './program.ts';

// A busy machine delays a proof: what starts beside an Apache may have made its sets until it ends.
vi.setConfig({ testTimeout: 150_000, hookTimeout: 60_000 });

/** What the API tells of one set, as far as these tests ask. */
export interface ToldSet {
  readonly semid: number;
  readonly key: string;
  readonly owner: string;
  readonly state: SetState;
  readonly evidence: string;
  readonly holders: readonly number[];
  readonly operatedAt: string | null;
  readonly changedAt: string;
}

/** The sets of one observation, by semid. */
export type Told = ReadonlyMap<number, ToldSet>;

/** How long a verdict may keep one waiting on a busy machine. */
const PATIENCE = { timeout: 45_000, interval: 100 };

/** An exporter, and all that its observations told. */
export class OrphanWitness {
  readonly exporter: Exporter;
  readonly #told: Told[] = [];
  #collectedAt = '';

  private constructor(exporter: Exporter) {
    this.exporter = exporter;
  }

  /**
   * Starts an exporter that collects whenever it is asked, so that the test decides what happens between two
   * observations, unless a flag names another interval; and that proves sets after one second.
   */
  static async start(atEnd: AtEnd, { flags = [], ...options }: ExporterOptions): Promise<OrphanWitness> {
    const interval = flags.some((flag) => flag.startsWith('--collector.interval'))
      ? []
      : ['--collector.interval=0'];
    const exporter = await Exporter.start(atEnd, {
      flags: [...interval, '--orphans.min-age=1s', ...flags],
      ...options,
    });
    const witness = new OrphanWitness(exporter);
    // Whatever has a young member is new to the first observation, and so a candidate for sets that the second shows.
    await witness.observe();
    return witness;
  }

  /** The next observation. */
  async observe(): Promise<Told> {
    return vi.waitFor(
      async () => {
        const { status, text } = await this.exporter.ask('/api/v1/sets?limit=10000');
        expect(status, text).toBe(200);
        const { collectedAt, sets } = JSON.parse(text) as { collectedAt: string; sets: ToldSet[] };
        if (collectedAt === this.#collectedAt)
          throw new Error(`no observation; ${this.exporter.program.stderr}`);
        this.#collectedAt = collectedAt;
        const told = new Map(sets.map((set) => [set.semid, set]));
        this.#told.push(told);
        return told;
      },
      { timeout: 20_000, interval: 20 },
    );
  }

  /**
   * Observes until all sets are older than the seconds that their times count in; that observation. Until then each
   * observation must take a set for one that may have been remade, and learns its circumstances anew.
   */
  async settled(): Promise<Told> {
    return this.until((told) => {
      for (const { changedAt } of told.values())
        expect(Date.now() - Date.parse(changedAt)).toBeGreaterThan(2200);
    });
  }

  /** Observes until `check` does not throw; that observation. */
  async until(check: (told: Told) => void): Promise<Told> {
    return vi.waitFor(async () => {
      const told = await this.observe();
      try {
        check(told);
      } catch (error) {
        throw new Error(`not so: ${inWords(told)}`, { cause: error });
      }
      return told;
    }, PATIENCE);
  }

  /** Expects `check` to pass in each of the next observations, three unless told otherwise; the last of them. */
  async stays(check: (told: Told) => void, observations = 3): Promise<Told> {
    let told = await this.observe();
    for (let number = 1; number <= observations; number++) {
      if (number > 1) told = await this.observe();
      try {
        check(told);
      } catch (error) {
        throw new Error(`not so in observation ${number}: ${inWords(told)}`, { cause: error });
      }
    }
    return told;
  }

  /** How many observations there have been so far. */
  get observations(): number {
    return this.#told.length;
  }

  /** The states of a set in each observation from number `first` on; the first of all is 0. */
  statesSince(first: number, semid: number): SetState[] {
    return this.#told.slice(first).flatMap((told) => told.get(semid)?.state ?? []);
  }

  /** Every set that any observation so far called an orphan. */
  everOrphaned(): number[] {
    return this.#everIn('orphaned');
  }

  /** Every set that any observation so far called an orphan, or a probable one. */
  everSuspected(): number[] {
    return this.#everIn('orphaned', 'suspected');
  }

  #everIn(...states: readonly SetState[]): number[] {
    const sets = this.#told.flatMap((told) => [...told.values()]);
    const found = sets.filter(({ state }) => states.includes(state)).map(({ semid }) => semid);
    return [...new Set(found)].sort((one, other) => one - other);
  }
}

/** The states of these sets, in their order; `undefined` for one that is gone. */
export function statesOf(told: Told, semids: Iterable<number> = told.keys()): (SetState | undefined)[] {
  return [...semids].map((semid) => told.get(semid)?.state);
}

/** Expects every one of these sets, or every set, to be in this state. */
export function expectAll(told: Told, state: SetState, semids: readonly number[] = [...told.keys()]): void {
  expect(statesOf(told, semids)).toEqual(semids.map(() => state));
}

/** What an observation told, for a failed test. */
export function inWords(told: Told): string {
  return [...told.values()]
    .map(
      ({ semid, state, evidence, holders }) =>
        `${semid} ${state} [${holders.map(withName).join(' ')}]: ${evidence}`,
    )
    .join('\n');
}

function withName(pid: number): string {
  try {
    return `${pid} ${readFileSync(`/proc/${pid}/comm`, 'utf8').trim()}`;
  } catch {
    return `${pid} (gone)`;
  }
}
