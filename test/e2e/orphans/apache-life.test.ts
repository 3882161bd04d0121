import { describe, expect, onTestFinished } from 'vitest';
import { Apache } from '../../support/apache.ts';
import { APACHE_SETS } from '../../support/apache-config.ts';
import type { ApacheModel } from '../../support/apache-config.ts';
import { Namespace } from '../../support/namespace.ts';
import { needs } from '../../support/needs.ts';
import { expectAll, OrphanWitness, statesOf } from '../../support/orphan-witness.ts';
import type { Told } from '../../support/orphan-witness.ts';
import { semaphoresOf } from '../../support/semaphores.ts';
import { startAlone } from '../../support/start-alone.ts';

const { it } = needs('apache2', 'namespaces', 'nsenter', 'setpriv', 'ipcs');

/** An Apache that was started while an exporter, which collects twice a second, was watching. */
async function watchedApache(model: ApacheModel) {
  const namespace = await Namespace.create(onTestFinished);
  const witness = await OrphanWitness.start(onTestFinished, {
    namespace,
    flags: ['--collector.interval=500ms'],
  });
  const apache = await Apache.prepare(onTestFinished, namespace, { model });
  const told = await startAlone(witness, namespace, apache);
  expect(told.size).toBe(APACHE_SETS[model]);
  expectLive(told);
  return { namespace, witness, apache, semids: [...told.keys()] };
}

function expectLive(told: Told): void {
  for (const { state, holders } of told.values()) {
    expect(['held', 'in_use']).toContain(state);
    expect(holders).not.toEqual([]);
  }
}

for (const model of ['prefork', 'event'] as const) {
  describe(`an Apache with ${model} that is watched from its start`, () => {
    it('keeps all its sets while it lives, also one that nobody has used and whose last pid is dead', async () => {
      const { namespace, witness, apache, semids } = await watchedApache(model);
      const [unused, ...others] = await unusedWithDeadPid(namespace);
      expect(unused, 'the launcher of an Apache initialises a set and ends').toBeDefined();
      expect(others).toEqual([]);
      await witness.stays((told) => {
        expect(statesOf(told, semids)).not.toContain(undefined);
        expectLive(told);
        expect(told.get(unused ?? -1)).toMatchObject({ state: 'held', operatedAt: null });
        expect(told.get(unused ?? -1)?.holders).toEqual(expect.arrayContaining(apache.pids()));
      }, 5);
      expect(await apache.isServing()).toBe(true);
      expectLive(await witness.observe());
      expect(witness.everSuspected()).toEqual([]);
    });

    it('keeps them while its children serve without their parent, and loses them when the last is killed', async () => {
      const { witness, apache, semids } = await watchedApache(model);
      const children = await apache.killParent();
      expect(children).not.toEqual([]);
      await witness.stays((told) => {
        expectAll(told, 'held', unusedIn(told));
        expectLive(told);
        expect(told.get(semids[0] ?? -1)?.holders).toEqual(expect.arrayContaining(children));
      }, 5);
      expect(await apache.isServing()).toBe(true);
      expect(witness.everSuspected()).toEqual([]);

      await apache.crash();
      await expectLost(witness, semids);
    });

    it('loses all of them when it is killed as a whole: in use at most once more, for the undo at exit', async () => {
      const { witness, apache, semids } = await watchedApache(model);
      await witness.stays(expectLive);
      await apache.crash();
      const before = witness.observations;
      await expectLost(witness, semids);
      for (const semid of semids) {
        const states = witness.statesSince(before + 1, semid);
        expect(states.filter((state) => state === 'in_use').length).toBeLessThanOrEqual(1);
      }
      const metrics = await witness.exporter.scrape();
      const owner = { owner: 'www-data', uid: '33' };
      expect(metrics.value('sysvsem_orphans_detected_total', owner)).toBe(semids.length);
      expect(metrics.value('sysvsem_owner_sets', { ...owner, state: 'orphaned' })).toBe(semids.length);
      expect(
        metrics.value('sysvsem_oldest_orphan_changed_timestamp_seconds', { owner: 'www-data' }),
      ).toBeGreaterThan(0);

      // Another Apache does not revive them.
      await apache.start();
      await witness.until((told) => {
        expect(told.size).toBe(2 * semids.length);
      });
      await witness.stays((told) => {
        expectAll(told, 'orphaned', semids);
      });
      expect(witness.everSuspected()).toEqual(semids);
    });

    it('takes its sets with it when it is stopped', async () => {
      const { witness, apache } = await watchedApache(model);
      await apache.stop();
      await witness.until((told) => {
        expect(told.size).toBe(0);
      });
      expect(witness.everSuspected()).toEqual([]);
    });
  });
}

async function expectLost(witness: OrphanWitness, semids: readonly number[]): Promise<void> {
  await witness.until((told) => {
    expectAll(told, 'orphaned', semids);
  });
  await witness.stays((told) => {
    expectAll(told, 'orphaned', semids);
    for (const { evidence, holders } of told.values()) {
      expect(holders).toEqual([]);
      expect(evidence).toMatch(
        /^Every process that could know it has been dead since .*apache|program of the profile/,
      );
    }
  });
}

function unusedIn(told: Told): number[] {
  return [...told.values()].filter(({ operatedAt }) => operatedAt === null).map(({ semid }) => semid);
}

async function unusedWithDeadPid(namespace: Namespace): Promise<number[]> {
  const alive = namespace.processes();
  const found: number[] = [];
  for (const { semid, otime } of await namespace.kernelSets()) {
    if (otime !== 0) continue;
    const [{ lastPid } = { lastPid: 0 }] = await semaphoresOf(namespace, semid);
    if (lastPid !== 0 && !alive.includes(lastPid)) found.push(semid);
  }
  return found;
}
