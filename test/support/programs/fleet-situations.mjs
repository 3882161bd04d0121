// What may be the matter with a host of a simulated fleet: what its exporter shows, and which alerts that must raise.
import { noCleanups } from '../../../dist/cleanup/status.js';
import { COLLECTORS } from '../../../dist/collector/snapshot.js';
import { NOTHING_COLLECTED } from '../../../dist/collector/status.js';
import { SET_STATES } from '../../../dist/orphans/vocabulary.js';

/** Owners on each host; each has a set of one semaphore in use. */
const OWNERS = Array.from({ length: 20 }, (_, at) => ({ owner: `application${at}`, uid: 5000 + at }));
OWNERS[0] = { owner: 'root', uid: 0 };
OWNERS[1] = { owner: 'www-data', uid: 33 };

/** Limits as old distributions had them, and as those of today have them (SEMMNI, SEMMNS). */
const OLD_LIMITS = { sets: 128, semaphores: 32_000 };
const LIMITS = { sets: 32_000, semaphores: 1_024_000_000 };
const APACHE = { profile: 'apache', owner: 'www-data', sets: 5 };

const HOUR = 3600;
const DAY = 24 * HOUR;

/** What an exporter shows unless something is the matter; `orphans` and `held` are further sets of www-data at an age. */
const HEALTHY = {
  limits: LIMITS,
  startDemand: [APACHE],
  orphans: 0,
  held: () => 0,
  semaphoresOfRoot: 1,
  collectionsFail: false,
  proofBlocked: [],
  initial: true,
  removalsFailed: 0,
  wrongTokens: 0,
};

/**
 * The situations; of each twenty hosts, `hosts` are in it. `exporter` is what differs from {@link HEALTHY}, null where nothing answers;
 * `occasions` are the ages in seconds at which three more sets of www-data had become orphans; `alerts` are all that each
 * such host raises, by the labels that tell them apart.
 */
export const SITUATIONS = [
  { name: 'healthy', hosts: 8, exporter: {}, alerts: [] },
  {
    name: 'healthy, with old limits and without a known service',
    hosts: 1,
    exporter: { limits: OLD_LIMITS, startDemand: [] },
    alerts: [],
  },
  {
    name: 'healthy, with several services and owners',
    hosts: 1,
    exporter: {
      limits: OLD_LIMITS,
      startDemand: [APACHE, { ...APACHE, owner: 'application2', sets: 7 }, { ...APACHE, profile: 'zabbix' }],
    },
    alerts: [],
  },
  {
    name: 'exhausted by orphans',
    hosts: 1,
    exporter: { limits: OLD_LIMITS, orphans: OLD_LIMITS.sets - OWNERS.length },
    alerts: [
      { alertname: 'SysvsemApacheStartAtRisk', severity: 'warning' },
      { alertname: 'SysvsemApacheStartAtRisk', severity: 'critical' },
      { alertname: 'SysvsemSetsNearLimit', severity: 'warning' },
      { alertname: 'SysvsemSetsNearLimit', severity: 'critical' },
    ],
  },
  {
    name: 'room for two starts',
    hosts: 1,
    exporter: { limits: OLD_LIMITS, orphans: OLD_LIMITS.sets - OWNERS.length - 2 * APACHE.sets - 4 },
    alerts: [
      { alertname: 'SysvsemApacheStartAtRisk', severity: 'warning' },
      { alertname: 'SysvsemSetsNearLimit', severity: 'warning' },
    ],
  },
  {
    name: 'leaking at each reload',
    hosts: 1,
    exporter: { held: (age) => Math.round(20_000 - (16_000 * age) / DAY) },
    alerts: [{ alertname: 'SysvsemExhaustionPredicted', severity: 'warning' }],
  },
  {
    name: 'short of semaphores',
    hosts: 1,
    exporter: { limits: { sets: 32_000, semaphores: 500 }, startDemand: [], semaphoresOfRoot: 450 },
    alerts: [
      { alertname: 'SysvsemSemaphoresNearLimit', severity: 'warning' },
      { alertname: 'SysvsemSemaphoresNearLimit', severity: 'critical' },
    ],
  },
  {
    name: 'killed every night',
    hosts: 1,
    exporter: { orphans: 6 },
    occasions: [30 * HOUR, 6 * HOUR],
    alerts: [{ alertname: 'SysvsemOrphansAccumulating', severity: 'warning' }],
  },
  {
    name: 'failing to collect',
    hosts: 1,
    exporter: { collectionsFail: true },
    alerts: [{ alertname: 'SysvsemCollectionFailing', severity: 'warning' }],
  },
  {
    name: 'down',
    hosts: 1,
    exporter: null,
    alerts: [{ alertname: 'SysvsemExporterDown', severity: 'critical' }],
  },
  {
    name: 'without the capabilities that a proof needs',
    hosts: 1,
    exporter: { proofBlocked: ['no_ptrace', 'no_ipc_owner'] },
    alerts: [
      { alertname: 'SysvsemProofBlocked', severity: 'info', reason: 'no_ptrace' },
      { alertname: 'SysvsemProofBlocked', severity: 'info', reason: 'no_ipc_owner' },
    ],
  },
  {
    name: 'in a container',
    hosts: 1,
    exporter: { initial: false },
    alerts: [{ alertname: 'SysvsemPrivateNamespace', severity: 'warning' }],
  },
  {
    name: 'cleaned up in vain, and asked with wrong tokens',
    hosts: 1,
    exporter: { removalsFailed: 2, wrongTokens: 30 },
    alerts: [
      { alertname: 'SysvsemCleanupFailing', severity: 'warning', cause: 'removal' },
      { alertname: 'SysvsemCleanupFailing', severity: 'warning', cause: 'token' },
    ],
  },
];

/** Hosts that have each situation as often as it says. */
export const HOSTS = SITUATIONS.reduce((sum, { hosts }) => sum + hosts, 0);

/** What the counters of cleanup show has happened this long ago. */
const CLEANUP_AGE = HOUR / 2;

/**
 * What the exposition of such an exporter is made from, `age` seconds before `now` (seconds since the epoch); null where none answers.
 * @param {{ exporter: object | null }} situation
 */
export function expositionInput({ exporter }, now, age) {
  if (exporter === null) return null;
  const state = { ...HEALTHY, ...exporter };
  const snapshot = state.collectionsFail ? null : snapshotOf(state, age);
  const { orphans, startDemand, proofBlocked } = state;
  const status = {
    ...NOTHING_COLLECTED,
    snapshot,
    lastSuccessAt: now - age - (state.collectionsFail ? DAY : 0),
    collections: Math.round((10 * DAY - age) / 15),
    orphansDetected: orphans === 0 ? [] : [{ ...OWNERS[1], sets: orphans }],
    proofBlocked,
    startDemand,
  };
  if (state.collectionsFail) {
    status.failure = { reason: 'timeout', message: 'ipcs took too long' };
    status.failures = { ...status.failures, timeout: Math.round((DAY - age) / 15) };
  }
  const cleanup = noCleanups(['www-data']);
  if (age <= CLEANUP_AGE) {
    cleanup.failed = state.removalsFailed;
    cleanup.requests.unauthorized = state.wrongTokens;
  }
  return { status, cleanup, build: { version: '0.1.0', revision: 'unknown', nodeVersion: process.version } };
}

function snapshotOf({ limits, orphans, held, semaphoresOfRoot, initial }, age) {
  const none = () => Object.fromEntries(SET_STATES.map((state) => [state, { sets: 0, semaphores: 0 }]));
  const owners = OWNERS.map((owner) => ({
    ...owner,
    states: { ...none(), in_use: { sets: 1, semaphores: 1 } },
  }));
  owners[0].states.in_use.semaphores = semaphoresOfRoot;
  owners[1].states.orphaned = { sets: orphans, semaphores: orphans };
  owners[1].states.held = { sets: held(age), semaphores: held(age) };
  const total = (what) =>
    owners.flatMap(({ states }) => Object.values(states)).reduce((sum, usage) => sum + usage[what], 0);
  const success = { success: true, durationSeconds: 0.01 };
  return {
    totals: { sets: total('sets'), semaphores: total('semaphores') },
    limits: { ...limits, semaphoresPerSet: 250, operationsPerCall: 32 },
    owners,
    truncatedOwners: 0,
    ipcNamespace: { inode: 4_026_531_839, initial },
    collectors: Object.fromEntries(COLLECTORS.map((collector) => [collector, success])),
    oldestOrphans: orphans === 0 ? [] : [{ owner: 'www-data', changedAt: 1_790_000_000 }],
  };
}
