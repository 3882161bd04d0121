import type { CollectionStatus } from '../../../src/collector/status.ts';
import type { ExporterFacts } from '../../../src/web/status-page/view.ts';
import { FACTS, NOW, inventedSnapshot, inventedStatus } from './invented.ts';
import type { InventedSets } from './invented.ts';

/** One state of machine and exporter that the page must tell. */
export interface Scene {
  readonly status: CollectionStatus;
  readonly facts: ExporterFacts;
}

const EVIDENCE =
  'All 6 processes of the apache2 that could know it have ended (last: pid 21407); an apache2 was seen using it.';
const LIVE: readonly InventedSets[] = [
  { owner: 'www-data', uid: 33, state: 'in_use', sets: 2 },
  { owner: 'www-data', uid: 33, state: 'held', sets: 3 },
  { owner: 'zabbix', uid: 114, state: 'in_use', sets: 1, semaphores: 14 },
  { owner: 'oracle', uid: 1001, state: 'keyed', sets: 4, semaphores: 152 },
];
const LEAK = (sets: number): InventedSets => ({
  owner: 'www-data',
  uid: 33,
  state: 'orphaned',
  sets,
  evidence: EVIDENCE,
  age: 9 * 86_400,
});
const DEMAND = { startDemand: [{ profile: 'apache', owner: 'www-data', sets: 5 }] };
const RUNBOOKS = [
  'SysvsemApacheStartAtRisk',
  'SysvsemCollectionFailing',
  'SysvsemOrphansAccumulating',
  'SysvsemPrivateNamespace',
  'SysvsemProofBlocked',
  'SysvsemSemaphoresNearLimit',
  'SysvsemSetsNearLimit',
];
const facts: ExporterFacts = { ...FACTS, runbooks: RUNBOOKS };
const limits = { semaphoresPerSet: 250, semaphores: 32_000, operationsPerCall: 32, sets: 128 };

function scene(
  sets: readonly InventedSets[],
  change: Parameters<typeof inventedSnapshot>[1] = {},
  known: Partial<ExporterFacts> = {},
): Scene {
  return {
    status: inventedStatus(inventedSnapshot(sets, { ...DEMAND, ...change })),
    facts: { ...facts, ...known },
  };
}

/** Owners and orphans of a machine whose table is all but full. */
const MANY: readonly InventedSets[] = [
  { ...LEAK(24_700), age: 40 * 86_400 },
  ...Array.from({ length: 63 }, (_, at): InventedSets => ({
    owner: `app-${String(at).padStart(2, '0')}`,
    uid: 2000 + at,
    state: at % 3 === 0 ? 'keyed' : 'in_use',
    sets: 100,
  })),
];

/** Names that try to leave their place. */
const HOSTILE_NAMES = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "x' onmouseover='alert(1)",
  '&lt;b&gt;',
  'evil\u202Egnp.exe',
  'two\nlines\u0000and a nul',
  '</table></main>',
  'a'.repeat(4000),
];

/** Every scene by its name. */
export const SCENES = {
  healthy: scene(LIVE),
  'near the limit': scene([...LIVE, LEAK(101)]),
  exhausted: scene([...LIVE, LEAK(118)]),
  'exhausted by sets in use': scene([
    { owner: 'www-data', uid: 33, state: 'in_use', sets: 100 },
    { owner: 'oracle', uid: 1001, state: 'keyed', sets: 28, semaphores: 2 },
  ]),
  'a start at risk': scene([...LIVE, LEAK(115)], {}, { cleanupEnabled: false }),
  orphans: scene([...LIVE, LEAK(27), { owner: 'apache', uid: 48, state: 'suspected', sets: 6 }], {
    limits: { semaphoresPerSet: 32_000, semaphores: 1_024_000_000, operationsPerCall: 500, sets: 32_000 },
  }),
  failing: {
    status: inventedStatus(null, {
      failure: {
        reason: 'timeout',
        message: 'the collection took longer than --collector.timeout (10000 ms)',
      },
      lastSuccessAt: NOW - 192,
      failures: { spawn: 0, timeout: 12, exit: 1, output: 0, parse: 0, procfs: 0, worker: 0 },
      startDemand: DEMAND.startDemand,
    }),
    facts,
  },
  starting: { status: inventedStatus(null, { collections: 0 }), facts },
  stalled: {
    status: inventedStatus(inventedSnapshot(LIVE, { collectedAt: NOW - 600 })),
    facts,
  },
  'limits unreadable': scene([...LIVE, LEAK(27)], { limits: null }),
  'proof blocked': scene(
    LIVE.map((sets) => ({ ...sets, state: 'unknown' as const })),
    {
      proofBlocked: [
        'no_ptrace',
        'no_ipc_owner',
        'not_initial_pid_namespace',
        'proc_restricted',
        'semctl_unavailable',
      ],
    },
  ),
  'private namespace': scene(LIVE.slice(0, 2), { ipcNamespace: { inode: 4_026_532_211, initial: false } }),
  '31,000 sets': scene(MANY, {
    limits: { semaphoresPerSet: 32_000, semaphores: 1_024_000_000, operationsPerCall: 500, sets: 32_000 },
    startDemand: [
      { profile: 'apache', owner: 'www-data', sets: 9 },
      { profile: 'apache', owner: 'intranet', sets: 5 },
      { profile: 'zabbix', owner: 'zabbix', sets: 1 },
    ],
  }),
  'hostile names': scene(
    HOSTILE_NAMES.map((owner, at) => ({
      owner,
      uid: 3000 + at,
      state: 'orphaned',
      sets: 1,
      evidence: owner,
    })),
    { startDemand: HOSTILE_NAMES.map((owner) => ({ profile: owner, owner, sets: 3 })) },
    { host: '<b>host</b>' },
  ),
  'a lowered limit': scene([...LIVE, LEAK(27)], { limits: { ...limits, sets: 20 } }),
  'a negative limit': scene(LIVE, { limits: { ...limits, semaphores: -5 } }),
  'nothing at all': scene([], { startDemand: [] }),
} satisfies Record<string, Scene>;
