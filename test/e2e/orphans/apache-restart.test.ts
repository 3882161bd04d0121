import { join } from 'node:path';
import { describe, expect, onTestFinished } from 'vitest';
import { Apache } from '../../support/apache.ts';
import { runExporter } from '../../support/exporter.ts';
import { startHeldBackend } from '../../support/held-backend.ts';
import { Namespace } from '../../support/namespace.ts';
import { needs } from '../../support/needs.ts';
import { expectAll, OrphanWitness, statesOf } from '../../support/orphan-witness.ts';
import type { Told, ToldSet } from '../../support/orphan-witness.ts';
import { startAlone } from '../../support/start-alone.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const { it } = needs('apache2', 'namespaces', 'nsenter', 'setpriv', 'ipcs');

/** An Apache, and an exporter that observes whenever the test asks it. */
async function watchedApache(flags: readonly string[] = [], backend?: number) {
  const namespace = await Namespace.create(onTestFinished);
  const witness = await OrphanWitness.start(onTestFinished, { namespace, flags });
  const apache = await Apache.prepare(onTestFinished, namespace, backend === undefined ? {} : { backend });
  const old = [...(await startAlone(witness, namespace, apache)).keys()];
  return { namespace, witness, apache, old };
}

describe('an Apache that is started again', () => {
  it('has its old sets orphaned and never a new one, where it crashed between two observations', async () => {
    const { witness, apache, old } = await watchedApache();
    await witness.stays((told) => {
      expectHeld(told, old);
    });
    await apache.crash();
    await apache.start();
    const first = await witness.observe();
    const fresh = [...first.keys()].filter((semid) => !old.includes(semid));
    expect(fresh).toHaveLength(old.length);
    await witness.until((told) => {
      expectAll(told, 'orphaned', old);
    });
    await witness.stays((told) => {
      expectAll(told, 'orphaned', old);
      expectHeld(told, fresh);
    });
    expect(await apache.isServing()).toBe(true);
    expect(witness.everSuspected()).toEqual(old);
  });

  it('holds what the exporter found when it was first started, until its next full restart: then that is suspected', async () => {
    const namespace = await Namespace.create(onTestFinished);
    const apache = await Apache.run(onTestFinished, namespace);
    const old = (await namespace.kernelSets()).map(({ semid }) => semid);
    await apache.crash();
    await apache.start();
    const witness = await OrphanWitness.start(onTestFinished, { namespace });
    const since = Date.now();
    await witness.until((told) => {
      expect(told.size).toBe(2 * old.length);
      expectHeld(told, [...told.keys()]);
      expect(Date.now() - since).toBeGreaterThan(2000);
    });
    expect(witness.everSuspected()).toEqual([]);

    await apache.stop();
    await apache.start();
    await witness.until((told) => {
      expectAll(told, 'suspected', old);
    });
    await witness.stays((told) => {
      expectAll(told, 'suspected', old);
      expectHeld(told, others(told, old));
    });
    expect(witness.everSuspected()).toEqual(old);
  });

  it('is known across a restart of the exporter with its state file as if that had never stopped', async () => {
    const flags = [`--state.file=${join(temporaryFolder(onTestFinished), 'ledger.json')}`];
    const { namespace, witness, apache, old } = await watchedApache(flags);
    await witness.exporter.stop();
    await apache.crash();
    await apache.start();
    const successor = await OrphanWitness.start(onTestFinished, { namespace, flags });
    await successor.until((told) => {
      expectAll(told, 'orphaned', old);
    });
    await successor.stays((told) => {
      expectAll(told, 'orphaned', old);
      expectHeld(told, others(told, old));
    });
    await successor.exporter.stop();

    const { code, stdout, stderr } = await runExporter(
      onTestFinished,
      ['list', '--json', '--orphans.min-age=1s', ...flags],
      { namespace },
    );
    expect(code, stderr).toBe(0);
    const listed = new Map((JSON.parse(stdout) as ToldSet[]).map((set) => [set.semid, set]));
    expectAll(listed, 'orphaned', old);
    for (const semid of old)
      expect(listed.get(semid)?.evidence).toMatch(/^Every process that could know it has been dead/);
  });

  it('has nothing orphaned by a graceful restart, though an old child still serves a long request', async () => {
    const backend = await startHeldBackend(onTestFinished);
    const { witness, apache, old } = await watchedApache([], backend.port);
    const answer = apache.ask('/held/');
    await expect.poll(() => backend.waiting()).toBe(1);
    const before = apache.pids();
    apache.signal('SIGUSR1');
    await witness.until((told) => {
      expect(others(told, old)).not.toEqual([]);
      expect(told.size).toBe(old.length);
    });
    await expect.poll(() => before.filter((pid) => apache.pids().includes(pid))).toHaveLength(2);
    await witness.stays((told) => {
      expectHeld(told, [...told.keys()]);
    }, 5);
    backend.answer();
    expect((await answer).text).toBe('answered\n');
    await expect.poll(() => before.filter((pid) => apache.pids().includes(pid))).toEqual([apache.parent]);
    await witness.stays((told) => {
      expectHeld(told, [...told.keys()]);
    }, 5);
    expect(witness.everSuspected()).toEqual([]);
  });

  it('has nothing orphaned by reloads that leak, until it is killed', async () => {
    const backend = await startHeldBackend(onTestFinished);
    const namespace = await Namespace.create(onTestFinished);
    const witness = await OrphanWitness.start(onTestFinished, { namespace });
    const apache = await Apache.run(onTestFinished, namespace, { leaks: true, backend: backend.port });
    const answer = apache.ask('/held/').catch(() => null);
    await expect.poll(() => backend.waiting()).toBe(1);
    for (const signal of ['SIGUSR1', 'SIGHUP'] as const) {
      const { size } = await witness.observe();
      apache.signal(signal);
      await witness.until((told) => {
        expect(told.size).toBeGreaterThan(size);
        expectHeld(told, [...told.keys()]);
      });
      await expect.poll(() => apache.isServing()).toBe(true);
    }
    await witness.stays((told) => {
      expectHeld(told, [...told.keys()]);
    }, 5);
    expect(witness.everSuspected()).toEqual([]);
    await answer;
  });
});

function expectHeld(told: Told, semids: readonly number[]): void {
  for (const state of statesOf(told, semids)) expect(['held', 'in_use']).toContain(state);
}

function others(told: Told, semids: readonly number[]): number[] {
  return [...told.keys()].filter((semid) => !semids.includes(semid));
}
