import { expect, onTestFinished } from 'vitest';
import { needs } from '../support/needs.ts';
import { Random } from '../support/random.ts';
import { happen } from './orphans-random/history.ts';
import { World } from './orphans-random/world.ts';

/** `npm run soak` makes it longer. */
const SECONDS = 60 * Number(process.env['SOAK_MINUTES'] ?? 0.5);
const SEED = Number(process.env['SOAK_SEED'] ?? Math.floor(Math.random() * 2 ** 32));

/** How much of the past a failure tells. */
const LINES = 80;

needs('apache2', 'namespaces', 'perl').it(
  'calls no set an orphan that a process may know, and every other one within three observations',
  async () => {
    const world = await World.create(onTestFinished);
    const history: string[] = [];
    const tell = (line: string) => history.push(`${new Date().toISOString()} ${line}`);
    try {
      await live(world, tell);
      await end(world, tell);
    } catch (error) {
      const past = history.slice(-LINES).join('\n');
      throw new Error(`SOAK_SEED=${SEED}\n${past}\n${world.log}\n${String(error)}`, { cause: error });
    }
    const account = world.oracle.account();
    process.stderr.write(`SOAK_SEED=${SEED}: ${JSON.stringify(account)}\n`);
    expect(account.verdictsOfLive).toBeGreaterThan(SECONDS);
    expect(Object.keys(account.provenAfter).length).toBeGreaterThan(0);
  },
  SECONDS * 1000 + 120_000,
);

/** A random history, of which part happens while the exporter observes. */
async function live(world: World, tell: (line: string) => void): Promise<void> {
  const endsAt = performance.now() + SECONDS * 1000;
  for (let step = 0; performance.now() < endsAt; step++) {
    // Of each step's own, so that a history that is replayed does not go another way because of one answer that differs.
    const random = new Random(SEED + step);
    const events = Math.floor(random.next() * 5);
    const during = random.chance(0.5);
    if (random.chance(0.02)) {
      const signal = random.chance(0.5) ? 'SIGTERM' : 'SIGKILL';
      tell(`restart the exporter with ${signal}`);
      await world.restartExporter(signal);
    }
    const observed = during ? world.observe() : null;
    // It is awaited below; until then its failure is no unhandled one.
    observed?.catch(() => undefined);
    for (let event = 0; event < events; event++) tell(await happen(world, random));
    await (observed ?? world.observe());
    tell(`observed ${world.told.length} sets`);
  }
}

/** Everybody dies: what was watched must be proved now. */
async function end(world: World, tell: (line: string) => void): Promise<void> {
  tell('kill all');
  await world.killAll('all');
  for (let observation = 0; observation < 4; observation++) await world.observe();
}
