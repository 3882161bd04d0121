import { Random } from '../../support/random.ts';
import { CleanupRounds } from './cleanup-rounds.ts';
import type { Act } from './cleanup-rounds.ts';
import { Crashes } from './crashes.ts';
import { attack, happen } from './events.ts';
import { play } from './scenes.ts';
import type { World } from './world.ts';

/** So many proven orphans keep the cleanups busy. */
const ENOUGH = 6;

/** A random history: things happen, the exporter observes and removes, and all it tells and does is judged. */
export class History {
  readonly #world: World;
  readonly #seed: number;
  readonly #rounds: CleanupRounds;
  readonly #crashes: Crashes;
  readonly #past: string[] = [];

  constructor(world: World, seed: number) {
    this.#world = world;
    this.#seed = seed;
    this.#crashes = new Crashes(world);
    this.#rounds = new CleanupRounds(world);
  }

  get counts(): CleanupRounds['counts'] {
    return this.#rounds.counts;
  }

  /** What happened to the sets that an error names, and the last `lines` things that happened at all. */
  past(error: string, lines: number): string {
    const semids = Array.from(error.matchAll(/"semid":(\d+)/g), ([, semid]) => semid);
    const named = (line: string) => semids.some((semid) => line.split(/\D+/).includes(semid ?? ''));
    return this.#past.filter((line, at) => named(line) || at >= this.#past.length - lines).join('\n');
  }

  /** Goes on until the cleanups that were applied are enough. */
  async live(areEnough: (counts: CleanupRounds['counts']) => boolean): Promise<void> {
    // Random numbers are of each step's own, so that a history that is replayed does not go another way because of one
    // answer that differs.
    for (let step = 0; !areEnough(this.counts); step++) await this.#step(new Random(this.#seed + step));
  }

  /** Everybody dies: what was watched must be proved now. */
  async end(): Promise<void> {
    this.#tell('kill all');
    await this.#world.killAll('all');
    for (let observation = 0; observation < 4; observation++) await this.#world.observe();
  }

  async #step(random: Random): Promise<void> {
    if (random.chance(0.01)) await this.#restart(random.chance(0.5) ? 'SIGTERM' : 'SIGKILL');
    if (random.chance(0.02)) this.#tell(await play(this.#world, random));
    if (this.#proven < ENOUGH && random.chance(0.5)) this.#tell(await this.#crashes.next(random));
    const act: Act = async (moment, until) => {
      for (let attacks = moment === 'any time' ? 0 : 3; attacks > 0 && performance.now() < until; attacks--)
        this.#tell(await attack(this.#world, random));
      for (let events = Math.floor(random.next() * 4); events > 0 && performance.now() < until; events--)
        this.#tell(await happen(this.#world, random));
    };
    if (this.#world.planned.length > 0 && random.chance(0.5)) this.#tell(await attack(this.#world, random));
    if (random.chance(0.5)) await act('any time', Infinity);
    if (random.chance(0.2)) await this.#observe(act);
    else if (random.chance(0.25)) await this.#rounds.plan(random, this.#tell);
    else await this.#rounds.apply(random, act, this.#tell);
  }

  get #proven(): number {
    return this.#world.told.filter(({ state }) => state === 'orphaned').length;
  }

  async #observe(act: Act): Promise<void> {
    const observed = this.#world.observe();
    // It is awaited below; until then its failure is no unhandled one.
    observed.catch(() => undefined);
    await act('any time', Infinity);
    await observed;
    this.#tell(`observed ${this.#world.told.length} sets`);
  }

  async #restart(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    this.#tell(`restart the exporter with ${signal}`);
    this.#world.signalExporter(signal);
    await this.#world.restartExporter();
    this.#rounds.plans.forget();
  }

  readonly #tell = (line: string | null): void => {
    if (line !== null) this.#past.push(`${new Date().toISOString()} ${line}`);
  };
}
