import { describe, expect, onTestFinished } from 'vitest';
import { Actor } from '../../support/actor.ts';
import { Apache } from '../../support/apache.ts';
import { Namespace } from '../../support/namespace.ts';
import { needs } from '../../support/needs.ts';
import { expectAll, OrphanWitness } from '../../support/orphan-witness.ts';
import { semaphoresOf } from '../../support/semaphores.ts';
import { startAlone } from '../../support/start-alone.ts';

const { it } = needs('apache2', 'perl', 'namespaces', 'nsenter', 'setpriv', 'ipcs');

const WWW_DATA = 33;

/** An old root daemon, and the orphans of an Apache that it has seen live and die. */
async function orphansAndDaemon() {
  const namespace = await Namespace.create(onTestFinished);
  const daemon = await Actor.start(onTestFinished, namespace);
  const witness = await OrphanWitness.start(onTestFinished, { namespace });
  const apache = await Apache.prepare(onTestFinished, namespace);
  const semids = [...(await startAlone(witness, namespace, apache)).keys()];
  await apache.crash();
  return { namespace, daemon, witness, semids };
}

describe('the semid of an orphan', () => {
  it('says nothing of a set that an old root daemon made under it, whether that is used or not', async () => {
    const { daemon, witness, semids } = await orphansAndDaemon();
    await witness.until((told) => {
      expectAll(told, 'orphaned', semids);
    });
    const [idle = -1, used = -1] = semids;
    for (const semid of [idle, used]) {
      await daemon.tell(`remove ${semid}`);
      await daemon.tell(`next-id ${semid}`);
      expect(await daemon.makeSet(WWW_DATA)).toBe(semid);
    }
    await daemon.tell(`operate ${used} 1`);
    const none = (told: ReadonlyMap<number, { state: string }>) => {
      expect(told.get(idle)?.state).not.toBe('orphaned');
      expect(told.get(used)?.state).not.toBe('orphaned');
    };
    await witness.stays(none, 5);
    none(await witness.settled());
    await daemon.tell(`operate ${used} 1`);
    await witness.stays(none, 5);
    expectAll(await witness.observe(), 'orphaned', semids.slice(2));
  });

  it('says nothing of one that is made under it within the same second', async () => {
    const namespace = await Namespace.create(onTestFinished);
    const daemon = await Actor.start(onTestFinished, namespace);
    const witness = await OrphanWitness.start(onTestFinished, { namespace });
    // A program by the name of Apache makes a set and dies, and the daemon remakes it, all within a second.
    let semid = -1;
    await expect
      .poll(
        async () => {
          const apache = await Actor.start(onTestFinished, namespace);
          await apache.tell('name apache2');
          await witness.observe();
          semid = await apache.makeSet(WWW_DATA);
          const made = (await namespace.kernelSets()).find((set) => set.semid === semid);
          await witness.observe();
          await apache.kill();
          await daemon.tell(`remove ${semid}`);
          await daemon.tell(`next-id ${semid}`);
          await daemon.makeSet(WWW_DATA);
          const remade = (await namespace.kernelSets()).find((set) => set.semid === semid);
          if (remade === undefined) throw new Error('it was not made under the same semid');
          return remade.ctime === made?.ctime;
        },
        { timeout: 40_000, interval: 0 },
      )
      .toBe(true);
    await witness.stays((told) => {
      expect(told.get(semid)?.state).not.toBe('orphaned');
    }, 5);
    await witness.settled();
    await witness.stays((told) => {
      expect(told.get(semid)?.state).not.toBe('orphaned');
    }, 5);
  });
});

describe('an innocent process with the number of a dead last pid', () => {
  it('is not taken for the user where it started later, and keeps no set from being orphaned', async () => {
    const { namespace, daemon, witness, semids } = await orphansAndDaemon();
    // An observation now shows that the operation is over.
    await witness.observe();
    const { semid, pid } = await deadLastPid(namespace, semids);
    // The number is free once pid 1 has reaped the dead process, which may take it a while.
    await expect.poll(() => daemon.ask(`twin ${pid}`).catch(() => null), { timeout: 30_000 }).toBe(pid);
    await witness.until((told) => {
      expectAll(told, 'orphaned', semids);
      expect(told.get(semid)?.holders).toEqual([]);
    });
    await witness.stays((told) => {
      expectAll(told, 'orphaned', semids);
    });
    expect(() => process.kill(pid, 0)).not.toThrow();
  });
});

/** A set with a last pid that no process has any longer. */
async function deadLastPid(
  namespace: Namespace,
  semids: readonly number[],
): Promise<{ semid: number; pid: number }> {
  const operated = (await namespace.kernelSets()).filter(({ otime }) => otime !== 0);
  for (const { semid } of operated.filter((set) => semids.includes(set.semid))) {
    const [{ lastPid } = { lastPid: 0 }] = await semaphoresOf(namespace, semid);
    if (lastPid !== 0) return { semid, pid: lastPid };
  }
  throw new Error('no set has a last pid');
}
