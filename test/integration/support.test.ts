import { existsSync } from 'node:fs';
import { expect, onTestFinished } from 'vitest';
import { Namespace } from '../support/namespace.ts';
import { needs } from '../support/needs.ts';
import { RunningProgram } from '../support/program.ts';
import { changeSets, createSets } from '../support/sets.ts';

const { describe, it } = needs('namespaces', 'nsenter', 'setpriv');

describe('the test machinery', () => {
  it('makes sets as the plan says, in a namespace that has no others', async () => {
    const namespace = await Namespace.create(onTestFinished, { limits: '250 32000 32 128' });
    expect(await namespace.kernelSets()).toEqual([]);
    const [[first], [second]] = (await createSets(
      namespace,
      { uid: 4242, gid: 4343, key: 0x1234, semaphores: 250, mode: 0o123 },
      { giveTo: { uid: 33, gid: 34 } },
    )) as [[number], [number]];
    expect(await namespace.kernelLimits()).toEqual([250, 32000, 32, 128]);
    expect(await namespace.kernelSets()).toEqual([
      {
        key: 0x1234,
        semid: first,
        perms: 0o123,
        nsems: 250,
        uid: 4242,
        gid: 4343,
        cuid: 4242,
        cgid: 4343,
        otime: 0,
        ctime: expect.any(Number) as number,
      },
      expect.objectContaining({ semid: second, key: 0, uid: 33, gid: 34, cuid: 0, cgid: 0, perms: 0o600 }),
    ]);
    expect(first).toBe(0);
  });

  it('sets values, operates and removes', async () => {
    const namespace = await Namespace.create(onTestFinished);
    const [semids = []] = await createSets(namespace, { count: 2, semaphores: 3 });
    const [kept = -1, removed = -1] = semids;
    await changeSets(namespace, {
      set: [{ semid: kept, semaphore: 2, value: 7 }],
      operate: [{ semid: kept, semaphore: 2, by: -3 }],
      remove: [removed],
    });
    expect(await namespace.kernelSets()).toEqual([
      expect.objectContaining({ semid: kept, otime: expect.not.toSatisfy((time) => time === 0) as number }),
    ]);
    const { stdout } = await namespace.run(['ipcs', '-s', '-i', String(kept)]);
    expect(stdout).toMatch(/^2 +4 /m);
  });

  it('says what the kernel refuses', async () => {
    const namespace = await Namespace.create(onTestFinished, { limits: '250 32000 32 1' });
    await expect(createSets(namespace, { count: 2 })).rejects.toThrow('semget: ENOSPC');
  });

  it('gives a namespace users of its own', async () => {
    const users = [{ name: 'a-user-with-a-long-name', uid: 4242 }];
    const namespace = await Namespace.create(onTestFinished, { users });
    const { stdout } = await namespace.run(['getent', 'passwd', '4242']);
    expect(stdout).toMatch(/^a-user-with-a-long-name:/);
  });

  it('knows the processes of a namespace, and leaves none behind', async () => {
    const undo: (() => Promise<void> | void)[] = [];
    const namespace = await Namespace.create((end) => undo.push(end));
    const sleeper = await RunningProgram.start((end) => undo.push(end), namespace.command('sleep', '60'));
    await expect.poll(() => namespace.processes()).toEqual([sleeper.pid]);
    for (const end of undo.reverse()) await end();
    expect(existsSync(`/proc/${sleeper.pid}`)).toBe(false);
    expect(namespace.processes()).toEqual([]);
  });
});
