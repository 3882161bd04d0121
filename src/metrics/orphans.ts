import { PROOF_BLOCKERS } from '../orphans/vocabulary.ts';
import { ABSENT_WHEN_DOWN, ofSnapshot, uidLabel } from './definition.ts';
import type { MetricDefinition, MetricsInput, Sample } from './definition.ts';
import { OWNER_LABELS } from './owners.ts';

// A counter that appears at 5 has an increase() of 0 in Prometheus: who may come to have orphans starts at 0.
function orphansDetected({ status }: MetricsInput): readonly Sample[] {
  const detected = new Set(status.orphansDetected.map(({ uid }) => uid));
  const none = (status.snapshot?.owners ?? []).filter(({ uid }) => uid !== null && !detected.has(uid));
  return [...status.orphansDetected, ...none.map(({ owner, uid }) => ({ owner, uid, sets: 0 }))].map(
    ({ owner, uid, sets }) => ({ labels: { owner, uid: uidLabel(uid) }, value: sets }),
  );
}

// Two uids may share a name, which is all that the metric's label tells.
function oldestOrphans(orphans: readonly { owner: string; changedAt: number }[]): readonly Sample[] {
  const oldest = new Map<string, number>();
  for (const { owner, changedAt } of orphans) {
    oldest.set(owner, Math.min(changedAt, oldest.get(owner) ?? changedAt));
  }
  return Array.from(oldest, ([owner, value]) => ({ labels: { owner }, value }));
}

/** Orphans, what a start of their service needs, and what keeps the exporter from proving them. */
export const ORPHAN_METRICS: readonly MetricDefinition[] = [
  {
    name: 'sysvsem_orphans_detected_total',
    type: 'counter',
    help: 'Semaphore sets that became proven orphans since the exporter started.',
    labels: OWNER_LABELS,
    absent:
      'no collection has succeeded yet; an owner has a series, from 0 on, while it has a set, and for good once it had an orphan',
    samples: orphansDetected,
  },
  {
    name: 'sysvsem_start_demand_sets',
    type: 'gauge',
    help: 'Semaphore sets that one start of the service needs, as last learned.',
    labels: {
      profile: 'name of the service in the profiles, such as `apache`',
      owner: OWNER_LABELS.owner,
    },
    absent: 'nothing has been learned yet; stays while `sysvsem_up` is 0',
    samples: ({ status }) =>
      status.startDemand.map(({ profile, owner, sets }) => ({ labels: { profile, owner }, value: sets })),
  },
  {
    name: 'sysvsem_oldest_orphan_changed_timestamp_seconds',
    type: 'gauge',
    help: 'Last change of the oldest proven orphan of each owner, in seconds since the epoch.',
    labels: { owner: OWNER_LABELS.owner },
    absent: `${ABSENT_WHEN_DOWN}; an owner without a proven orphan has no series`,
    samples: ofSnapshot((snapshot) => oldestOrphans(snapshot.oldestOrphans)),
  },
  {
    name: 'sysvsem_proof_blocked',
    type: 'gauge',
    help: 'Whether this precondition of proving orphans is missing (1) or not (0), as of the last successful collection.',
    labels: { reason: `one of ${PROOF_BLOCKERS.map((reason) => `\`${reason}\``).join(', ')}` },
    absent: null,
    // All 0 before the first collection: a 1 would name a precondition that nobody has looked at, and
    // raise an alert at every start; that nothing is known yet is what sysvsem_up 0 says.
    samples: ({ status }) =>
      PROOF_BLOCKERS.map((reason) => ({
        labels: { reason },
        value: status.proofBlocked.includes(reason) ? 1 : 0,
      })),
  },
];
