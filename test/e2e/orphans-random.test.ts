import { expect, onTestFinished } from 'vitest';
import { needs } from '../support/needs.ts';
import { History } from './orphans-random/history.ts';
import type { RoundCounts } from './orphans-random/round-counts.ts';
import { World } from './orphans-random/world.ts';

/** Cleanups that are applied; `npm run soak` makes them more. */
const ROUNDS = Number(process.env['SOAK_ROUNDS'] ?? 50);
const SEED = Number(process.env['SOAK_SEED'] ?? Math.floor(Math.random() * 2 ** 32));

/** How much of the past a failure tells. */
const LINES = 80;

/** A history in which chance has left something out goes on, for at most so many rounds. */
const MOST_ROUNDS = 4 * ROUNDS;

/** What has not been tried often enough: that sets were removed, that others could have been, and at which moment. */
function untried({
  removing,
  removed,
  liveSets,
  oldPlans,
  counted,
  meanwhile,
  skipped,
}: RoundCounts): string[] {
  const held = (meanwhile['before the check'] ?? 0) + (meanwhile['after the check'] ?? 0);
  const wanted: Readonly<Record<string, boolean>> = {
    'cleanups that remove something': removing > ROUNDS / 10,
    'removed sets': removed > ROUNDS / 4,
    'live sets beside them': liveSets > 5 * ROUNDS,
    'plans that are old': oldPlans > ROUNDS / 50,
    'cleanups whose counts were compared': counted > ROUNDS / 25,
    'cleanups that were held': held > ROUNDS / 50,
    'sets that are held': (skipped['held'] ?? 0) > 0,
    'sets in use': (skipped['in_use'] ?? 0) > 0,
  };
  return Object.keys(wanted).filter((what) => wanted[what] === false);
}

needs('apache2', 'namespaces', 'nsenter', 'perl', 'setpriv').it(
  'neither calls an orphan nor removes a set that a process may know, and proves every other one within three observations',
  async () => {
    const beganAt = performance.now();
    const world = await World.create(onTestFinished);
    const history = new History(world, SEED);
    try {
      await history.live((counts) => {
        const { rounds } = counts;
        return rounds >= MOST_ROUNDS || (rounds >= ROUNDS && untried(counts).length === 0);
      });
      await history.end();
    } catch (error) {
      const past = history.past(String(error), LINES);
      throw new Error(`SOAK_SEED=${SEED}\n${past}\n${world.log}\n${String(error)}`, { cause: error });
    }
    const account = world.oracle.account();
    const { counts } = history;
    const seconds = Math.round((performance.now() - beganAt) / 1000);
    process.stderr.write(
      `SOAK_SEED=${SEED}: ${seconds} s ${JSON.stringify(counts)} ${JSON.stringify(account)}\n`,
    );
    expect(account.verdictsOfLive).toBeGreaterThan(5 * ROUNDS);
    expect(Object.keys(account.provenAfter).length).toBeGreaterThan(0);
    expect(untried(counts)).toEqual([]);
  },
  MOST_ROUNDS * 1_500 + 120_000,
);
