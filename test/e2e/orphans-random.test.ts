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

/** Expects that sets were removed, that others could have been, and that neither was for want of trying. */
function expectToHaveTried(counts: RoundCounts): void {
  const { meanwhile, skipped } = counts;
  expect(counts.removing).toBeGreaterThan(ROUNDS / 10);
  expect(counts.removed).toBeGreaterThan(ROUNDS / 4);
  expect(counts.liveSets).toBeGreaterThan(5 * ROUNDS);
  expect(counts.oldPlans).toBeGreaterThan(ROUNDS / 50);
  expect(counts.counted).toBeGreaterThan(ROUNDS / 25);
  const held = (meanwhile['before the check'] ?? 0) + (meanwhile['after the check'] ?? 0);
  expect(held).toBeGreaterThan(ROUNDS / 50);
  expect(Object.keys(skipped)).toEqual(expect.arrayContaining(['held', 'in_use']));
}

needs('apache2', 'namespaces', 'nsenter', 'perl', 'setpriv').it(
  'neither calls an orphan nor removes a set that a process may know, and proves every other one within three observations',
  async () => {
    const beganAt = performance.now();
    const world = await World.create(onTestFinished);
    const history = new History(world, SEED);
    try {
      await history.live(ROUNDS);
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
    expectToHaveTried(counts);
  },
  ROUNDS * 3_000 + 120_000,
);
