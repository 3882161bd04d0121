import { expect, onTestFinished, vi } from 'vitest';
import { settingsOf } from '../deploy/unit-file.ts';
import { Exposition } from '../support/exposition.ts';
import { MAIN } from '../support/exporter.ts';
import { ask } from '../support/http.ts';
import { Namespace } from '../support/namespace.ts';
import { needs } from '../support/needs.ts';
import { RunningProgram } from '../support/program.ts';
import { createSets } from '../support/sets.ts';

const { describe, it } = needs('namespaces', 'nsenter', 'setpriv', 'ipcs');

/** The capabilities that the systemd unit grants, as setpriv(1) writes them. */
const GRANTED = (settingsOf('sysvsem-exporter.service').get('AmbientCapabilities')?.[0] ?? '')
  .toLowerCase()
  .split(' ')
  .map((name) => name.replace('cap_', ''));

/** What an exporter with these capabilities and no others exposes after its first collection. */
async function exposedWith(capabilities: readonly string[]): Promise<Exposition> {
  const namespace = await Namespace.create(onTestFinished);
  await createSets(namespace, { uid: 33, count: 2 });
  const bounding = ['-all', ...capabilities.map((name) => `+${name}`)].join();
  const exporter = [process.execPath, MAIN, '--web.listen-address=127.0.0.1:0'];
  const program = await RunningProgram.start(
    onTestFinished,
    // Root has of all capabilities those that the bounding set leaves; any other user might not read the program.
    namespace.command('setpriv', `--bounding-set=${bounding}`, '--inh-caps=-all', ...exporter),
  );
  const address = await program.listeningAddress();
  return vi.waitFor(
    async () => {
      const exposed = Exposition.parse((await ask(address, '/metrics')).text);
      expect(exposed.value('sysvsem_collections_total')).toBeGreaterThan(0);
      return exposed;
    },
    { timeout: 20_000 },
  );
}

/** The reasons that stand in the way of a proof, as far as they are a matter of capabilities. */
function blocked(exposed: Exposition): string[] {
  return exposed
    .all('sysvsem_proof_blocked')
    .filter(({ value }) => value === 1)
    .map(({ labels }) => labels['reason'] ?? '')
    .filter((reason) => reason.startsWith('no_'));
}

describe('the capabilities of the systemd unit', () => {
  it('are enough for a proof', async () => {
    expect(blocked(await exposedWith(GRANTED))).toEqual([]);
  });

  for (const [capability, reason] of Object.entries({
    sys_ptrace: 'no_ptrace',
    dac_read_search: 'no_ptrace',
    ipc_owner: 'no_ipc_owner',
  })) {
    it(`are no more than it needs: without ${capability} it is blocked by ${reason}, and the sets are counted`, async () => {
      expect(GRANTED).toContain(capability);
      const exposed = await exposedWith(GRANTED.filter((name) => name !== capability));
      expect(blocked(exposed)).toEqual([reason]);
      expect(exposed.value('sysvsem_up')).toBe(1);
      expect(exposed.value('sysvsem_sets')).toBe(2);
    });
  }
});
