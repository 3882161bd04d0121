import { request } from 'node:http';
import { expect, onTestFinished, vi } from 'vitest';
import { Cleaner, HeldIpcrm, semidsOf, TOKEN } from '../support/cleanup.ts';
import { leakOrphans } from '../support/leaky-apache.ts';
import { Namespace } from '../support/namespace.ts';
import { needs } from '../support/needs.ts';
import { changeSets } from '../support/sets.ts';

const { describe, it } = needs('namespaces', 'nsenter', 'setpriv');

/** Orphans of an exporter whose ipcrm waits, in a namespace of their own. */
async function heldCleaner(count: number) {
  const namespace = await Namespace.create(onTestFinished);
  const ipcrm = new HeldIpcrm(onTestFinished);
  const cleaner = await Cleaner.start(onTestFinished, namespace, { ipcrm: ipcrm.script });
  const orphans = await leakOrphans(onTestFinished, cleaner.exporter, namespace, { count });
  return { namespace, ipcrm, cleaner, orphans };
}

async function semidsIn(namespace: Namespace): Promise<number[]> {
  return (await namespace.kernelSets()).map(({ semid }) => semid).sort((one, other) => one - other);
}

describe('between plan and apply', () => {
  it('a set that was used, given away or removed is skipped', async () => {
    const namespace = await Namespace.create(onTestFinished);
    const cleaner = await Cleaner.start(onTestFinished, namespace);
    const orphans = await leakOrphans(onTestFinished, cleaner.exporter, namespace, { count: 6 });
    const [used = 0, valued = 0, given = 0, removed = 0, ...rest] = orphans;
    const { planId, planned } = await cleaner.ask({});
    expect(planned).toHaveLength(6);
    await changeSets(namespace, {
      operate: [{ semid: used, by: 1 }],
      set: [{ semid: valued, value: 9 }],
      give: [{ semid: given, uid: 65, gid: 65 }],
      remove: [removed],
    });
    const answer = await cleaner.ask({ dryRun: false, planId });
    expect(answer.status, answer.text).toBe(200);
    expect(semidsOf(answer.removed)).toEqual(rest);
    const codes = new Map(answer.skipped.map(({ semid, code }) => [semid, code]));
    expect(codes.get(removed)).toBe('gone');
    expect(codes.get(given)).toBe('changed');
    expect(['in_use', 'changed']).toContain(codes.get(used));
    expect(['in_use', 'changed']).toContain(codes.get(valued));
    expect(await semidsIn(namespace)).toEqual([used, valued, given].sort((a, b) => a - b));
  });
});

describe('between the proof and the last check', () => {
  it('a set that was used, set, given away or removed, or that a task waits on, is skipped', async () => {
    const { namespace, ipcrm, cleaner, orphans } = await heldCleaner(71);
    const { planId, planned } = await cleaner.ask({});
    const asked = cleaner.ask({ dryRun: false, planId });
    await ipcrm.called();
    // The first batch of 64 is at hand, these are of the second.
    const [used = 0, valued = 0, given = 0, moded = 0, removed = 0, waited = 0, untouched = 0] = planned
      .slice(64)
      .map(({ semid }) => semid);
    await changeSets(namespace, {
      operate: [{ semid: used, by: 1 }],
      set: [{ semid: valued, value: 9 }],
      give: [
        { semid: given, uid: 65, gid: 65 },
        { semid: moded, uid: 33, gid: 65 },
      ],
      remove: [removed],
    });
    // It never comes to its end, and leaves neither a time nor a pid.
    changeSets(namespace, { operate: [{ semid: waited, by: -5 }] }).catch(() => undefined);
    await vi.waitUntil(async () =>
      /^0 +\d+ +1 +0 /m.test((await namespace.run(['ipcs', '-s', '-i', String(waited)])).stdout),
    );
    ipcrm.letGo();
    const answer = await asked;
    expect(answer.skipped.map(({ semid, code }) => [semid, code])).toEqual([
      [used, 'changed'],
      [valued, 'changed'],
      [given, 'changed'],
      [moded, 'changed'],
      [removed, 'gone'],
      [waited, 'changed'],
    ]);
    expect(answer.failed).toEqual([]);
    const left = [used, valued, given, moded, waited].sort((a, b) => a - b);
    expect(semidsOf(answer.removed)).toEqual(
      orphans.filter((semid) => ![...left, removed].includes(semid)).sort((a, b) => a - b),
    );
    expect(semidsOf(answer.removed)).toContain(untouched);
    expect(await semidsIn(namespace)).toEqual(left);
  });
});

describe('between the last check and the removal', () => {
  it('a set given to another owner is refused by the kernel, and one removed by another tool is told from its own', async () => {
    const { namespace, ipcrm, cleaner, orphans } = await heldCleaner(4);
    const [given = 0, removed = 0, ...rest] = orphans;
    // Made by the owner too, the creator may remove it; Apache's are made by root.
    const asked = cleaner.ask({ dryRun: false });
    await ipcrm.called();
    await changeSets(namespace, { give: [{ semid: given, uid: 65, gid: 65 }], remove: [removed] });
    ipcrm.letGo();
    const answer = await asked;
    expect(answer.status, answer.text).toBe(200);
    expect(semidsOf(answer.removed)).toEqual(rest);
    expect(answer.skipped.map(({ semid, code }) => [semid, code])).toEqual([
      [given, 'changed'],
      [removed, 'gone'],
    ]);
    expect(await semidsIn(namespace)).toEqual([given]);
  });

  it('ipcrm has nothing of the exporter: no root, no group, no capability, no variable', async () => {
    const { ipcrm, cleaner } = await heldCleaner(1);
    ipcrm.letGo();
    expect((await cleaner.ask({ dryRun: false })).removed).toHaveLength(1);
    expect(ipcrm.status).toMatch(/^Uid:\t33\t33\t33\t33$/m);
    expect(ipcrm.status).toMatch(/^Gid:\t33\t33\t33\t33$/m);
    expect(ipcrm.status).toMatch(/^Groups:\s*$/m);
    for (const set of ['Inh', 'Prm', 'Eff', 'Amb'])
      expect(ipcrm.status).toMatch(new RegExp(`^Cap${set}:\t0+$`, 'm'));
    expect(ipcrm.status).toMatch(/^NoNewPrivs:\t1$/m);
    expect(ipcrm.environment).toEqual(['LC_ALL=C']);
  });
});

describe('while a cleanup runs', () => {
  it('another one is refused, and scrapes are answered', async () => {
    const { ipcrm, cleaner } = await heldCleaner(1);
    const asked = cleaner.ask({ dryRun: false });
    await ipcrm.called();
    const second = await cleaner.ask({});
    expect([second.status, second.code]).toEqual([409, 'cleanup_running']);
    expect((await cleaner.exporter.scrape()).value('sysvsem_up')).toBe(1);
    ipcrm.letGo();
    expect((await asked).removed).toHaveLength(1);
  });

  it('SIGTERM lets the sets at hand be finished, answered and recorded, and no more', async () => {
    const { namespace, ipcrm, cleaner } = await heldCleaner(70);
    const asked = cleaner.ask({ dryRun: false });
    await ipcrm.called();
    cleaner.exporter.program.signal('SIGTERM');
    await vi.waitUntil(() => cleaner.exporter.program.stderr.includes('msg=Stopping'));
    ipcrm.letGo();
    const answer = await asked;
    const exit = await cleaner.exporter.program.exit;
    expect([exit.code, exit.signal], exit.stderr).toEqual([0, null]);
    expect(answer.status).toBe(200);
    expect([answer.removed.length, answer.failed.length]).toEqual([64, 6]);
    expect(await semidsIn(namespace)).toEqual(semidsOf(answer.failed));
    expect(cleaner.audit.at(-1)).toMatchObject({ event: 'applied', removed: 64, failed: 6 });
  });

  it('a client that hangs up changes nothing', async () => {
    const { namespace, ipcrm, cleaner } = await heldCleaner(70);
    const { hostname, port } = new URL(`http://${cleaner.exporter.address}`);
    const client = request({
      host: hostname,
      port,
      path: '/api/v1/cleanup',
      method: 'POST',
      headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
    });
    client.on('error', () => undefined);
    client.end('{"dryRun":false}');
    await ipcrm.called();
    client.destroy();
    ipcrm.letGo();
    await vi.waitUntil(() => cleaner.audit.at(-1)?.['event'] === 'applied', { timeout: 20_000 });
    expect(cleaner.audit.at(-1)).toMatchObject({ removed: 70, failed: 0 });
    expect(await semidsIn(namespace)).toEqual([]);
  });

  it('an ipcrm that does not end is given up, and nothing more is tried', async () => {
    const { namespace, cleaner } = await heldCleaner(70);
    const answer = await cleaner.ask({ dryRun: false });
    expect([answer.status, answer.removed.length, answer.failed.length]).toEqual([200, 0, 70]);
    expect(await semidsIn(namespace)).toHaveLength(70);
  });
});
