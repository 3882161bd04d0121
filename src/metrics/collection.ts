import { COLLECTORS } from '../collector/snapshot.ts';
import { FAILURE_REASONS } from '../errors.ts';
import { ABSENT_WHEN_DOWN, ofSnapshot, single } from './definition.ts';
import type { MetricDefinition, MetricsInput, Sample } from './definition.ts';

const COLLECTOR_LABEL = `one of ${COLLECTORS.map((collector) => `\`${collector}\``).join(', ')}`;

// A collection that failed brought nothing from any of its parts; before the first, none has been tried.
function collectorSuccess({ status }: MetricsInput): readonly Sample[] {
  const { snapshot, failure } = status;
  if (snapshot === null && failure === null) return [];
  const tried = COLLECTORS.filter((collector) => snapshot === null || collector in snapshot.collectors);
  return tried.map((collector) => ({
    labels: { collector },
    value: snapshot?.collectors[collector]?.success === true ? 1 : 0,
  }));
}

/** How the collections went, and which IPC namespace they read. */
export const COLLECTION_METRICS: readonly MetricDefinition[] = [
  {
    name: 'sysvsem_up',
    type: 'gauge',
    help: 'Whether the last collection succeeded (1) or not (0).',
    labels: {},
    absent: null,
    samples: ({ status }) => single(status.snapshot === null ? 0 : 1),
  },
  {
    name: 'sysvsem_last_collection_timestamp_seconds',
    type: 'gauge',
    help: 'End of the last successful collection, in seconds since the epoch.',
    labels: {},
    absent: 'no collection has succeeded yet; stays while `sysvsem_up` is 0',
    samples: ({ status }) => single(status.lastSuccessAt),
  },
  {
    name: 'sysvsem_collections_total',
    type: 'counter',
    help: 'Collections that have ended, successful or not, since the exporter started.',
    labels: {},
    absent: null,
    samples: ({ status }) => single(status.collections),
  },
  {
    name: 'sysvsem_collection_failures_total',
    type: 'counter',
    help: 'Collections that have failed since the exporter started, by reason.',
    labels: { reason: `one of ${FAILURE_REASONS.map((reason) => `\`${reason}\``).join(', ')}` },
    absent: null,
    samples: ({ status }) =>
      FAILURE_REASONS.map((reason) => ({ labels: { reason }, value: status.failures[reason] })),
  },
  {
    name: 'sysvsem_scrape_collector_duration_seconds',
    type: 'gauge',
    help: 'Duration of each part of the last collection, in seconds.',
    labels: { collector: COLLECTOR_LABEL },
    absent: ABSENT_WHEN_DOWN,
    samples: ofSnapshot(({ collectors }) =>
      COLLECTORS.flatMap((collector) => {
        const value = collectors[collector]?.durationSeconds;
        return value === undefined ? [] : [{ labels: { collector }, value }];
      }),
    ),
  },
  {
    name: 'sysvsem_scrape_collector_success',
    type: 'gauge',
    help: 'Whether each part of the last collection succeeded (1) or not (0).',
    labels: { collector: COLLECTOR_LABEL },
    absent: 'no collection has ended yet; all are 0 when the collection as a whole failed',
    samples: collectorSuccess,
  },
  {
    name: 'sysvsem_ipc_namespace_info',
    type: 'gauge',
    help: 'The IPC namespace that is read, always 1.',
    labels: {
      ipc_namespace: 'inode of the namespace, as `readlink /proc/self/ns/ipc` shows it',
      initial: "`true` for the host's namespace, `false` for another, such as a container's",
    },
    absent: `${ABSENT_WHEN_DOWN}, or the namespace could not be read`,
    samples: ofSnapshot(({ ipcNamespace }) =>
      ipcNamespace === null
        ? []
        : [
            {
              labels: {
                ipc_namespace: String(ipcNamespace.inode),
                initial: String(ipcNamespace.initial),
              },
              value: 1,
            },
          ],
    ),
  },
];
