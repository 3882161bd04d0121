import { expect, onTestFinished } from 'vitest';
import { Cleaner, HeldIpcrm } from '../support/cleanup.ts';
import { leakOrphans } from '../support/leaky-apache.ts';
import { Namespace } from '../support/namespace.ts';
import { needs } from '../support/needs.ts';

const { describe, it } = needs('namespaces', 'nsenter', 'setpriv');

const PROVING = ['sys_ptrace', 'dac_read_search', 'ipc_owner'];

/** An ordinary user with these capabilities, as a systemd unit with AmbientCapabilities= starts it. */
function as(...capabilities: readonly string[]): string[] {
  const granted = ['-all', ...capabilities.map((name) => `+${name}`)].join();
  return [
    'setpriv',
    '--reuid=12345',
    '--regid=12345',
    '--clear-groups',
    `--inh-caps=${granted}`,
    `--ambient-caps=${granted}`,
    `--bounding-set=${granted}`,
    '--no-new-privs',
  ];
}

describe('an exporter that is an ordinary user with ambient capabilities', () => {
  it('removes orphans with CAP_SETUID and CAP_SETGID, and gives ipcrm none of its capabilities', async () => {
    const namespace = await Namespace.create(onTestFinished);
    const ipcrm = new HeldIpcrm(onTestFinished);
    ipcrm.letGo();
    const cleaner = await Cleaner.start(onTestFinished, namespace, {
      ipcrm: ipcrm.script,
      through: as(...PROVING, 'setuid', 'setgid'),
    });
    await leakOrphans(onTestFinished, cleaner.exporter, namespace, { count: 2 });
    const answer = await cleaner.ask({ dryRun: false });
    expect(answer.removed, answer.text).toHaveLength(2);
    expect(ipcrm.status).toMatch(/^Uid:\t33\t33\t33\t33$/m);
    expect(ipcrm.status).toMatch(/^Groups:\s*$/m);
    for (const set of ['Inh', 'Prm', 'Eff', 'Amb'])
      expect(ipcrm.status).toMatch(new RegExp(`^Cap${set}:\t0+$`, 'm'));
    expect(await namespace.kernelSets()).toEqual([]);
  });

  for (const missing of ['setuid', 'setgid']) {
    it(`says cannot_become_owner without ${missing}, and removes nothing`, async () => {
      const namespace = await Namespace.create(onTestFinished);
      const capabilities = [...PROVING, 'setuid', 'setgid'].filter((name) => name !== missing);
      const cleaner = await Cleaner.start(onTestFinished, namespace, { through: as(...capabilities) });
      await leakOrphans(onTestFinished, cleaner.exporter, namespace);
      for (const dryRun of [true, false]) {
        const answer = await cleaner.ask({ dryRun });
        expect([answer.status, answer.code]).toEqual([503, 'cannot_become_owner']);
      }
      expect(await namespace.kernelSets()).toHaveLength(1);
    });
  }

  for (const [missing, code] of [
    ['sys_ptrace', 'no_ptrace'],
    ['ipc_owner', 'no_ipc_owner'],
  ] as const) {
    it(`says ${code} without ${missing}`, async () => {
      const namespace = await Namespace.create(onTestFinished);
      const capabilities = [...PROVING, 'setuid', 'setgid'].filter((name) => name !== missing);
      const cleaner = await Cleaner.start(onTestFinished, namespace, { through: as(...capabilities) });
      const answer = await cleaner.ask({ dryRun: false });
      expect([answer.status, answer.code]).toEqual([503, code]);
    });
  }
});
