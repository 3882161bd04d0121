import { SET_STATES } from '../orphans/vocabulary.ts';
import type { Snapshot } from '../collector/snapshot.ts';
import type { SemaphoreTotals } from '../kernel/limits.ts';
import { ABSENT_WHEN_DOWN, ofSnapshot, single, uidLabel } from './definition.ts';
import type { MetricDefinition, Sample } from './definition.ts';

/** What the labels of an owner mean, wherever they stand (Markdown). */
export const OWNER_LABELS = {
  owner: 'full name of the user who owns the sets, or the uid where it has no name',
  uid: "the owner's uid; empty where only `ipcs` could be read and the name has no uid",
} as const;

/** What the label `state` means, wherever it stands (Markdown). */
export const STATE_LABEL = `one of ${SET_STATES.map((state) => `\`${state}\``).join(', ')}`;

function inEachState({ owners }: Snapshot, of: (usage: SemaphoreTotals) => number): readonly Sample[] {
  return owners.flatMap(({ owner, uid, states }) =>
    SET_STATES.map((state) => ({
      labels: { owner, uid: uidLabel(uid), state },
      value: of(states[state]),
    })),
  );
}

/** Who owns the sets, and what is known of their use. */
export const OWNER_METRICS: readonly MetricDefinition[] = [
  {
    name: 'sysvsem_owner_sets',
    type: 'gauge',
    help: 'Semaphore sets of each owner, by state.',
    labels: { ...OWNER_LABELS, state: STATE_LABEL },
    absent: `${ABSENT_WHEN_DOWN}, or there is no set; an owner without a set has no series, one with a set has every state`,
    samples: ofSnapshot((snapshot) => inEachState(snapshot, ({ sets }) => sets)),
  },
  {
    name: 'sysvsem_owner_semaphores',
    type: 'gauge',
    help: 'Semaphores in the sets of each owner, by state of the set.',
    labels: { ...OWNER_LABELS, state: STATE_LABEL },
    absent: 'as `sysvsem_owner_sets`',
    samples: ofSnapshot((snapshot) => inEachState(snapshot, ({ semaphores }) => semaphores)),
  },
  {
    name: 'sysvsem_owner_name_truncated',
    type: 'gauge',
    help: 'Owners whose name was cut by ipcs and could not be completed.',
    labels: {},
    absent: ABSENT_WHEN_DOWN,
    samples: ofSnapshot(({ truncatedOwners }) => single(truncatedOwners)),
  },
];
