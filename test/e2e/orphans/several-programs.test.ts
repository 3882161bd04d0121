import { describe, expect, onTestFinished } from 'vitest';
import { Apache } from '../../support/apache.ts';
import { Namespace } from '../../support/namespace.ts';
import { needs } from '../../support/needs.ts';
import { expectAll, OrphanWitness, statesOf } from '../../support/orphan-witness.ts';
import type { Told } from '../../support/orphan-witness.ts';
import { RunningProgram } from '../../support/program.ts';
import { startAlone } from '../../support/start-alone.ts';

const { it } = needs('apache2', 'namespaces', 'nsenter', 'setpriv', 'ipcs');

async function watched() {
  const namespace = await Namespace.create(onTestFinished);
  const witness = await OrphanWitness.start(onTestFinished, { namespace });
  return { namespace, witness };
}

/** Sets that a task of one of these processes waits on: an Apache's accept mutex. */
function waitedOn(told: Told, pids: readonly number[]): number[] {
  return [...told.values()]
    .filter(
      ({ state, evidence }) => state === 'in_use' && pids.some((pid) => evidence.includes(`process ${pid} `)),
    )
    .filter(({ evidence }) => evidence.includes('waits'))
    .map(({ semid }) => semid);
}

describe('two Apaches of one user', () => {
  it('that are started together: of the one that crashes the used set is orphaned, the rest held by the other', async () => {
    const { namespace, witness } = await watched();
    const doomed = await Apache.prepare(onTestFinished, namespace);
    const survivor = await Apache.prepare(onTestFinished, namespace);
    await startAlone(witness, namespace, doomed, survivor);
    const told = await witness.until((sets) => {
      expect(waitedOn(sets, doomed.pids())).toHaveLength(1);
      expect(waitedOn(sets, survivor.pids())).toHaveLength(1);
    });
    const [used = -1] = waitedOn(told, doomed.pids());
    const [others = -1] = waitedOn(told, survivor.pids());
    await doomed.crash();
    const after = await witness.until((sets) => {
      expectAll(sets, 'orphaned', [used]);
    });
    expect(statesOf(after).filter((state) => state === 'orphaned')).toHaveLength(1);
    await witness.stays((sets) => {
      expectAll(sets, 'orphaned', [used]);
      expectAll(sets, 'in_use', [others]);
      for (const [semid, { state, holders }] of sets) {
        if (semid === used) continue;
        expect(['held', 'in_use']).toContain(state);
        expect(holders).toEqual(expect.arrayContaining(survivor.pids()));
      }
    }, 5);
    expect(await survivor.isServing()).toBe(true);
    expect(witness.everSuspected()).toEqual([used]);

    await survivor.crash();
    await witness.until((sets) => {
      expectAll(sets, 'orphaned');
    });
  });

  it('that are started one after the other: all sets of the one that crashes are orphaned, none of the other', async () => {
    const { namespace, witness } = await watched();
    const doomed = await Apache.prepare(onTestFinished, namespace);
    const survivor = await Apache.prepare(onTestFinished, namespace, { model: 'event' });
    const lost = [...(await startAlone(witness, namespace, doomed)).keys()];
    await startAlone(witness, namespace, survivor);
    await doomed.crash();
    await witness.until((told) => {
      expectAll(told, 'orphaned', lost);
    });
    await witness.stays((told) => {
      expectAll(told, 'orphaned', lost);
      expect(told.size).toBe(lost.length + 4);
    });
    expect(witness.everSuspected()).toEqual(lost);
    expect(await survivor.isServing()).toBe(true);
  });
});

describe('an Apache that was started at boot together with twenty other daemons', () => {
  it('leaves what it used orphaned when it crashes; what it did not is held while one of them lives', async () => {
    const { namespace, witness } = await watched();
    const apache = await Apache.prepare(onTestFinished, namespace);
    let daemons: RunningProgram[] = [];
    const boot = {
      start: async () => {
        const sleep = namespace.command('sleep', '300');
        daemons = await Promise.all(
          Array.from({ length: 20 }, () => RunningProgram.start(onTestFinished, sleep)),
        );
        await apache.start();
      },
      stop: async () => {
        await apache.stop();
        await Promise.all(daemons.map((daemon) => daemon.kill()));
      },
    };
    await startAlone(witness, namespace, boot);
    const told = await witness.until((sets) => {
      expect(waitedOn(sets, apache.pids())).toHaveLength(1);
    });
    const [used = -1] = waitedOn(told, apache.pids());
    await apache.crash();
    const pids = daemons.map(({ pid }) => pid);
    const expectDivided = (sets: Told) => {
      expectAll(sets, 'orphaned', [used]);
      const rest = [...sets.values()].filter(({ semid, state }) => semid !== used && state !== 'orphaned');
      expect(rest.length).toBeGreaterThan(0);
      for (const { state, holders } of rest) {
        expect(state).toBe('held');
        expect(holders).toEqual(expect.arrayContaining(pids));
      }
    };
    await witness.until(expectDivided);
    await witness.stays(expectDivided, 5);
    const [last, ...first] = daemons;
    await Promise.all(first.map((daemon) => daemon.kill()));
    await witness.until((sets) => {
      expect(statesOf(sets)).toContain('held');
      for (const { state, holders } of sets.values())
        if (state === 'held') expect(holders).toEqual([last?.pid]);
    });
    await last?.kill();
    await witness.until((sets) => {
      expectAll(sets, 'orphaned');
    });
  });
});
