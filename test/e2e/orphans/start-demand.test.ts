import { describe, expect, onTestFinished } from 'vitest';
import { Apache } from '../../support/apache.ts';
import { Namespace } from '../../support/namespace.ts';
import { needs } from '../../support/needs.ts';
import { OrphanWitness } from '../../support/orphan-witness.ts';

const { it } = needs('apache2', 'perl', 'namespaces', 'nsenter', 'setpriv', 'ipcs');

const APACHE = { profile: 'apache', owner: 'www-data' };

async function demandOf(witness: OrphanWitness): Promise<number | undefined> {
  return (await witness.exporter.scrape()).value('sysvsem_start_demand_sets', APACHE);
}

describe('the start demand', () => {
  it('is the sets of an Apache that starts under watch, and stays known while it is down', async () => {
    const namespace = await Namespace.create(onTestFinished);
    const witness = await OrphanWitness.start(onTestFinished, { namespace });
    expect(await demandOf(witness)).toBeUndefined();
    const apache = await Apache.run(onTestFinished, namespace);
    await expect.poll(() => demandOf(witness)).toBe(5);
    // Of two starts within a second or two it cannot be told which made what.
    await witness.settled();
    await apache.crash();
    await witness.until((told) => {
      expect([...told.values()].every(({ state }) => state !== 'in_use')).toBe(true);
    });
    expect(await demandOf(witness)).toBe(5);
    await apache.start();
    await witness.settled();
    expect(await demandOf(witness)).toBe(5);
  });

  it('leaves out what earlier Apaches left behind before the exporter started', async () => {
    const namespace = await Namespace.create(onTestFinished);
    const crashed = await Apache.prepare(onTestFinished, namespace, { model: 'event' });
    for (let generation = 1; generation <= 3; generation++) {
      await crashed.start();
      await crashed.crash();
    }
    const left = await namespace.kernelSets();
    expect(left).toHaveLength(12);
    // Times count whole seconds: what a start made in the second before this one would be taken for its own.
    const latest = Math.max(...left.map(({ ctime }) => ctime));
    await expect.poll(() => Date.now() / 1000, { timeout: 10_000 }).toBeGreaterThan(latest + 3);
    await Apache.run(onTestFinished, namespace);
    const witness = await OrphanWitness.start(onTestFinished, { namespace });
    expect(await demandOf(witness)).toBe(5);
    await witness.settled();
    expect(await demandOf(witness)).toBe(5);
  });

  it('does not grow with reloads that leak', async () => {
    const namespace = await Namespace.create(onTestFinished);
    const witness = await OrphanWitness.start(onTestFinished, { namespace });
    const apache = await Apache.run(onTestFinished, namespace, { leaks: true });
    await witness.settled();
    const atStart = (await witness.observe()).size;
    expect(await demandOf(witness)).toBe(atStart);
    let before = atStart;
    for (let reload = 1; reload <= 4; reload++) {
      // A reload while the start goes on, or two in one second, cannot be told from a larger start.
      const latest = Math.max(...(await namespace.kernelSets()).map(({ ctime }) => ctime));
      await expect.poll(() => Date.now() / 1000, { timeout: 10_000 }).toBeGreaterThan(latest + 4);
      await witness.observe();
      apache.signal('SIGUSR1');
      const told = await witness.until(({ size }) => {
        expect(size).toBeGreaterThan(before);
      });
      await expect.poll(() => apache.isServing()).toBe(true);
      await witness.settled();
      before = told.size;
      expect(await demandOf(witness)).toBe(atStart);
    }
    const told = await witness.settled();
    expect(told.size).toBeGreaterThan(2 * atStart);
    expect(await demandOf(witness)).toBe(atStart);
    expect(witness.everSuspected()).toEqual([]);
  });
});
