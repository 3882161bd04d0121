import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished } from 'vitest';
import { Actor } from '../../support/actor.ts';
import { Namespace } from '../../support/namespace.ts';
import { needs } from '../../support/needs.ts';
import { expectAll, OrphanWitness } from '../../support/orphan-witness.ts';
import { RunningProgram } from '../../support/program.ts';
import { semaphoresOf } from '../../support/semaphores.ts';

const { it } = needs('perl', 'namespaces', 'nsenter', 'setpriv', 'unshare', 'ipcs');

const THREAD_WAITER = fileURLToPath(new URL('../../support/programs/thread-waiter.mjs', import.meta.url));

/** A set of Apache's shape that another program made, and an exporter. */
async function watchedSet() {
  const namespace = await Namespace.create(onTestFinished);
  const maker = await Actor.start(onTestFinished, namespace);
  const semid = await maker.makeSet(33);
  const witness = await OrphanWitness.start(onTestFinished, { namespace });
  await maker.kill();
  return { namespace, witness, semid };
}

async function expectInUse(witness: OrphanWitness, semid: number): Promise<void> {
  const since = Date.now();
  await witness.until((told) => {
    expectAll(told, 'in_use', [semid]);
  });
  await witness.until((told) => {
    expectAll(told, 'in_use', [semid]);
    expect(Date.now() - since).toBeGreaterThan(1500);
  });
  const told = await witness.stays((sets) => {
    expectAll(sets, 'in_use', [semid]);
  });
  expect(told.get(semid)?.evidence).toMatch(/waits? on it/);
}

describe('a set is in use', () => {
  it('while somebody in another PID namespace waits on it', async () => {
    const { namespace, witness, semid } = await watchedSet();
    const through = ['unshare', '--pid', '--fork', '--kill-child'];
    const waiter = await Actor.start(onTestFinished, namespace, through);
    await waiter.tell(`wait ${semid}`);
    await expect.poll(() => semaphoresOf(namespace, semid)).toMatchObject([{ waiters: 1 }]);
    await expectInUse(witness, semid);
    expect(witness.everSuspected()).toEqual([]);
  });

  it('while a stopped process waits on it', async () => {
    const { namespace, witness, semid } = await watchedSet();
    const waiter = await Actor.start(onTestFinished, namespace);
    await waiter.tell(`wait ${semid}`);
    await expect.poll(() => semaphoresOf(namespace, semid)).toMatchObject([{ waiters: 1 }]);
    waiter.signal('SIGSTOP');
    await expect.poll(() => stateOf(waiter.pid)).toBe('T');
    await expectInUse(witness, semid);
    expect((await witness.observe()).get(semid)?.holders).toContain(waiter.pid);
    expect(witness.everSuspected()).toEqual([]);
  });

  it('while a thread that is not its process’s leader waits on it', async () => {
    const { namespace, witness, semid } = await watchedSet();
    const command = namespace.command(process.execPath, THREAD_WAITER, String(semid));
    const waiter = await RunningProgram.start(onTestFinished, command);
    await expectInUse(witness, semid);
    expect((await witness.observe()).get(semid)?.holders).toContain(waiter.pid);
    expect(witness.everSuspected()).toEqual([]);
  });
});

function stateOf(pid: number): string | undefined {
  return /\) (\S)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1];
}
