import { describe, expect, onTestFinished } from 'vitest';
import { Actor } from '../../support/actor.ts';
import { Apache } from '../../support/apache.ts';
import { Namespace } from '../../support/namespace.ts';
import { needs } from '../../support/needs.ts';
import { expectAll, OrphanWitness, statesOf } from '../../support/orphan-witness.ts';
import { startAlone } from '../../support/start-alone.ts';

const { it } = needs('apache2', 'perl', 'namespaces', 'nsenter', 'setpriv', 'ipcs');

const WWW_DATA = 33;

describe('a daemon that forks twice and calls setsid, its parent gone', () => {
  it('holds its set while it sleeps; afterwards that is orphaned where an Apache lived when it was made', async () => {
    const namespace = await Namespace.create(onTestFinished);
    const witness = await OrphanWitness.start(onTestFinished, { namespace });
    const actor = await Actor.start(onTestFinished, namespace);
    await witness.observe();
    const apache = await Apache.run(onTestFinished, namespace);
    const semid = await actor.makeSet(WWW_DATA);
    await witness.settled();
    await apache.crash();
    const daemon = await actor.ask('daemonise');
    await witness.until((told) => {
      expect(told.get(semid)).toMatchObject({ state: 'held', holders: [daemon] });
    });
    await witness.stays((told) => {
      expectAll(told, 'held', [semid]);
    }, 5);
    process.kill(daemon, 'SIGKILL');
    await witness.until((told) => {
      expectAll(told, 'orphaned');
    });
  });

  it('leaves a set that is suspected, and never more, where no Apache lived', async () => {
    const namespace = await Namespace.create(onTestFinished);
    const witness = await OrphanWitness.start(onTestFinished, { namespace });
    const actor = await Actor.start(onTestFinished, namespace);
    const semid = await actor.makeSet(WWW_DATA);
    const daemon = await actor.ask('daemonise');
    await witness.until((told) => {
      expect(told.get(semid)).toMatchObject({ state: 'held', holders: [daemon] });
    });
    await witness.stays((told) => {
      expectAll(told, 'held', [semid]);
    }, 5);
    process.kill(daemon, 'SIGKILL');
    await witness.until((told) => {
      expectAll(told, 'suspected', [semid]);
    });
    await witness.stays((told) => {
      expectAll(told, 'suspected', [semid]);
    }, 5);
  });
});

describe('another program of the same uid', () => {
  it('holds what Apache left behind while it lives, but for what Apache was seen using', async () => {
    const namespace = await Namespace.create(onTestFinished);
    const actor = await Actor.start(onTestFinished, namespace);
    await actor.tell(`become ${WWW_DATA}`);
    const witness = await OrphanWitness.start(onTestFinished, { namespace });
    const apache = await Apache.prepare(onTestFinished, namespace);
    const semids = [...(await startAlone(witness, namespace, apache)).keys()];
    await witness.stays((told) => {
      expect(statesOf(told)).toContain('in_use');
    });
    await apache.crash();
    const told = await witness.until((sets) => {
      expect(statesOf(sets)).toContain('orphaned');
      expect(statesOf(sets)).not.toContain('in_use');
    });
    const held = semids.filter((semid) => told.get(semid)?.state === 'held');
    expect(held).not.toEqual([]);
    await witness.stays((sets) => {
      expectAll(sets, 'held', held);
      for (const semid of held) expect(sets.get(semid)?.holders).toEqual([actor.pid]);
    }, 5);
    await actor.kill();
    await witness.until((sets) => {
      expectAll(sets, 'orphaned', semids);
    });
  });
});

describe('a root daemon of another kind that makes sets of Apache’s shape, with no Apache about', () => {
  for (const age of ['older', 'younger'] as const) {
    it(`never has one called an orphan, alive or dead, though it be ${age} than the exporter`, async () => {
      const namespace = await Namespace.create(onTestFinished);
      const older = age === 'older' ? await Actor.start(onTestFinished, namespace) : null;
      const witness = await OrphanWitness.start(onTestFinished, { namespace });
      const daemon = older ?? (await Actor.start(onTestFinished, namespace));
      const semids = [await daemon.makeSet(), await daemon.makeSet(WWW_DATA), await daemon.makeSet()];
      await daemon.tell(`operate ${semids[2]} 1`);
      expect((await witness.settled()).size).toBe(3);
      await daemon.tell(`operate ${semids[2]} 1`);
      const used = await witness.observe();
      expect(used.get(semids[2] ?? -1)).toMatchObject({ state: 'in_use' });
      expect(used.get(semids[2] ?? -1)?.holders).toContain(daemon.pid);
      await daemon.kill();
      // Whatever else runs as root in this namespace holds what is root's own.
      const expected = ['held', 'suspected', 'unknown'];
      await witness.until((told) => {
        expect(statesOf(told, semids)).toEqual(expected);
      });
      await witness.stays((told) => {
        expect(statesOf(told, semids)).toEqual(expected);
      }, 5);
      expect(witness.everOrphaned()).toEqual([]);
    });
  }
});

describe('a set with a key', () => {
  it('is keyed for ever, though nobody lives and Apaches come and go', async () => {
    const namespace = await Namespace.create(onTestFinished);
    const witness = await OrphanWitness.start(onTestFinished, { namespace });
    const actor = await Actor.start(onTestFinished, namespace);
    const apache = await Apache.run(onTestFinished, namespace);
    const semid = await actor.ask('make 4711');
    await actor.tell(`give ${semid} ${WWW_DATA}`);
    await witness.settled();
    await actor.kill();
    await apache.crash();
    await witness.until((told) => {
      expectAll(
        told,
        'orphaned',
        [...told.keys()].filter((id) => id !== semid),
      );
      expect(told.get(semid)).toMatchObject({ state: 'keyed', key: '0x00001267', holders: [] });
    });
    expect(witness.everOrphaned()).not.toContain(semid);
  });
});
