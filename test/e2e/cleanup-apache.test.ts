import { expect, onTestFinished, vi } from 'vitest';
import { Apache } from '../support/apache.ts';
import { APACHE_SETS } from '../support/apache-config.ts';
import type { ApacheModel } from '../support/apache-config.ts';
import { Cleaner, semidsOf } from '../support/cleanup.ts';
import { startLoad } from '../support/load.ts';
import { Namespace } from '../support/namespace.ts';
import { needs } from '../support/needs.ts';

const { describe, it } = needs('apache2', 'namespaces', 'nsenter', 'setpriv');

const CRASHES = 3;
/** A busy machine delays a proof. */
const PATIENCE = { timeout: 45_000, interval: 200 };
/** What an Apache says that lost a set which it needs. */
const LOST = /Identifier removed|Invalid argument|AH00144|AH00050/;

/** Semids that the kernel lists now, less these. */
async function setsBeside(namespace: Namespace, others: readonly number[] = []): Promise<number[]> {
  return semidsOf(await namespace.kernelSets()).filter((semid) => !others.includes(semid));
}

/** Sets of an Apache that requests take, whatever happens: auth_digest's and the TLS cache's, and prefork's for connections. */
const TAKEN: Readonly<Record<ApacheModel, number>> = { prefork: 3, event: 2 };

/** A set as the exporter tells it, as far as this asks. */
interface ToldSet {
  readonly semid: number;
  readonly state: string;
  readonly holders: readonly number[];
}

async function toldBy({ exporter }: Cleaner): Promise<readonly ToldSet[]> {
  const { text } = await exporter.ask('/api/v1/sets?limit=10000');
  return (JSON.parse(text) as { sets: ToldSet[] }).sets;
}

/**
 * Has a running Apache use its sets until the exporter has seen of those that requests take that no process but its own
 * can know them; their semids. Any other could be one of another live Apache.
 */
async function provablyIts(
  cleaner: Cleaner,
  apache: Apache,
  model: ApacheModel,
  semids: readonly number[],
): Promise<number[]> {
  return vi.waitFor(async () => {
    await apache.takeMutexes();
    const own = new Set(apache.pids());
    const proven = (await toldBy(cleaner)).filter(
      ({ semid, holders }) =>
        semids.includes(semid) && holders.length > 0 && holders.every((pid) => own.has(pid)),
    );
    expect(proven.length).toBeGreaterThanOrEqual(TAKEN[model]);
    return semidsOf(proven);
  }, PATIENCE);
}

for (const model of ['prefork', 'event'] as const) {
  describe(`beside a live Apache with ${model}`, () => {
    it('exactly the sets of those that crashed go, and it answers every request meanwhile', async () => {
      const namespace = await Namespace.create(onTestFinished);
      const cleaner = await Cleaner.start(onTestFinished, namespace);
      const live = await Apache.run(onTestFinished, namespace, { model, tls: true });
      const own = await setsBeside(namespace);
      expect(own).toHaveLength(APACHE_SETS[model]);
      await provablyIts(cleaner, live, model, own);
      const load = startLoad(onTestFinished, `127.0.0.1:${live.ports[0]}`, [
        '/index.html',
        '/digest',
        '/held',
      ]);

      const proven: number[] = [];
      const doomed = await Apache.prepare(onTestFinished, namespace, { model, tls: true });
      for (let crash = 1; crash <= CRASHES; crash++) {
        const before = await setsBeside(namespace);
        await doomed.start();
        const its = await setsBeside(namespace, before);
        proven.push(...(await provablyIts(cleaner, doomed, model, its)));
        await doomed.crash();
      }
      const leaked = await setsBeside(namespace, own);
      expect(leaked).toHaveLength(CRASHES * APACHE_SETS[model]);
      await vi.waitFor(async () => {
        const states = new Map((await toldBy(cleaner)).map(({ semid, state }) => [semid, state]));
        for (const semid of proven) expect(states.get(semid)).toBe('orphaned');
      }, PATIENCE);

      const { planId, planned, skipped } = await cleaner.askPatiently({});
      const orphans = semidsOf(planned);
      expect(orphans).toEqual(expect.arrayContaining(proven));
      expect(leaked).toEqual(expect.arrayContaining(orphans));
      const left = leaked.filter((semid) => !orphans.includes(semid));
      expect(semidsOf(skipped)).toEqual([...own, ...left].sort(ascending));
      const { removed, failed, text } = await cleaner.ask({ dryRun: false, planId });
      expect(failed, text).toEqual([]);
      expect(semidsOf(removed)).toEqual(orphans);
      expect(await setsBeside(namespace, left)).toEqual(own);
      await live.takeMutexes();

      live.signal('SIGUSR1');
      await expect.poll(() => setsBeside(namespace, [...own, ...left]), PATIENCE).not.toEqual([]);
      await expect.poll(() => live.isServing(), PATIENCE).toBe(true);
      await live.takeMutexes();
      const { errors, timeouts, resets, statusCodeStats } = await load.end();
      expect({ errors, timeouts, resets }).toEqual({ errors: 0, timeouts: 0, resets: 0 });
      expect(Object.keys(statusCodeStats ?? {}).sort()).toEqual(['200', '401', '503']);
      expect(live.log).not.toMatch(LOST);
      await live.stop();
      expect(await setsBeside(namespace)).toEqual(left);
    }, 150_000);
  });
}

const ascending = (one: number, other: number): number => one - other;
