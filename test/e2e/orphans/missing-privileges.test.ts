import { describe, expect, onTestFinished } from 'vitest';
import { Apache } from '../../support/apache.ts';
import { Namespace } from '../../support/namespace.ts';
import { needs } from '../../support/needs.ts';
import { OrphanWitness } from '../../support/orphan-witness.ts';

const { it } = needs('apache2', 'namespaces', 'nsenter', 'setpriv', 'unshare', 'ipcs');

const CASES = [
  {
    who: 'without CAP_SYS_PTRACE',
    through: ['setpriv', '--bounding-set=-sys_ptrace', '--inh-caps=-sys_ptrace'],
    reasons: ['no_ptrace'],
    evidence: /Nothing can be proved/,
  },
  {
    who: 'without CAP_IPC_OWNER',
    through: ['setpriv', '--bounding-set=-ipc_owner', '--inh-caps=-ipc_owner'],
    reasons: ['no_ipc_owner'],
    evidence: /Nothing can be proved/,
  },
  {
    who: 'as an ordinary user',
    through: ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'],
    reasons: ['no_ptrace', 'no_ipc_owner'],
    evidence: /Nothing can be proved.*, and /,
  },
  {
    who: 'in a PID namespace of its own',
    through: ['unshare', '--pid', '--fork', '--kill-child', '--mount-proc'],
    reasons: ['not_initial_pid_namespace'],
    evidence: /Nothing can be proved/,
  },
];

const REASONS = [
  'no_ptrace',
  'no_ipc_owner',
  'not_initial_pid_namespace',
  'proc_restricted',
  'semctl_unavailable',
];

describe('an exporter that lacks what a proof needs', () => {
  for (const { who, through, reasons, evidence } of CASES) {
    it(`proves nothing ${who}, and says why`, async () => {
      const namespace = await Namespace.create(onTestFinished);
      const witness = await OrphanWitness.start(onTestFinished, { namespace, through });
      const apache = await Apache.run(onTestFinished, namespace);
      await witness.stays((told) => {
        expect(told.size).toBe(5);
        for (const { state } of told.values()) expect(['unknown', 'in_use']).toContain(state);
      });
      await apache.crash();
      const since = Date.now();
      // Long past the age at which others would call them orphans.
      await witness.until((told) => {
        expect(Date.now() - since).toBeGreaterThan(3000);
        expect(told.size).toBe(5);
        for (const set of told.values()) {
          expect(set).toMatchObject({ state: 'unknown', holders: [] });
          expect(set.evidence).toMatch(evidence);
        }
      });
      expect(witness.everSuspected()).toEqual([]);

      const metrics = await witness.exporter.scrape();
      for (const reason of REASONS) {
        expect(metrics.value('sysvsem_proof_blocked', { reason }), reason).toBe(
          reasons.includes(reason) ? 1 : 0,
        );
      }
      const { proofBlocked } = JSON.parse((await witness.exporter.ask('/api/v1/status')).text) as {
        proofBlocked: string[];
      };
      expect(proofBlocked).toEqual(reasons);
      expect(metrics.all('sysvsem_orphans_detected_total').every(({ value }) => value === 0)).toBe(true);
    });
  }

  it('leaves what it could not watch no more than suspected, for one that lacks nothing', async () => {
    const namespace = await Namespace.create(onTestFinished);
    const apache = await Apache.prepare(onTestFinished, namespace);
    const blocked = await OrphanWitness.start(onTestFinished, {
      namespace,
      through: CASES[0]?.through ?? [],
    });
    await apache.start();
    await apache.crash();
    await blocked.exporter.stop();
    const witness = await OrphanWitness.start(onTestFinished, { namespace });
    // Nobody watched how they came to be.
    await witness.until((told) => {
      expect([...told.values()].map(({ state }) => state)).toEqual(new Array(5).fill('suspected'));
    });
    expect(witness.everOrphaned()).toEqual([]);
  });
});
