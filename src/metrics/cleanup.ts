import { SKIP_CODES } from '../cleanup/plan.ts';
import { CLEANUP_OUTCOMES, type CleanupStatus } from '../cleanup/status.ts';
import type { MetricDefinition, MetricsInput, Sample } from './definition.ts';
import { OWNER_LABELS } from './owners.ts';

const DISABLED = 'cleanup is not enabled';

function codes(names: readonly string[]): string {
  return `one of ${names.map((name) => `\`${name}\``).join(', ')}`;
}

/** Samples that only an exporter with cleanup can tell. */
function ofCleanup(
  samples: (cleanup: CleanupStatus) => readonly Sample[],
): (input: MetricsInput) => readonly Sample[] {
  return ({ cleanup = null }) => (cleanup === null ? [] : samples(cleanup));
}

/** Whether cleanup is enabled, and what it did. */
export const CLEANUP_METRICS: readonly MetricDefinition[] = [
  {
    name: 'sysvsem_cleanup_enabled',
    type: 'gauge',
    help: 'Whether proven orphans can be removed through the exporter (1) or not (0).',
    labels: {},
    absent: null,
    samples: ({ cleanup = null }) => [{ labels: {}, value: cleanup === null ? 0 : 1 }],
  },
  {
    name: 'sysvsem_cleanup_requests_total',
    type: 'counter',
    help: 'Requests for a cleanup since the exporter started, by outcome.',
    labels: { outcome: codes(CLEANUP_OUTCOMES) },
    absent: DISABLED,
    samples: ofCleanup(({ requests }) =>
      CLEANUP_OUTCOMES.map((outcome) => ({ labels: { outcome }, value: requests[outcome] })),
    ),
  },
  {
    name: 'sysvsem_cleanup_removed_sets_total',
    type: 'counter',
    help: 'Semaphore sets that cleanups have removed since the exporter started.',
    labels: { owner: OWNER_LABELS.owner },
    absent: `${DISABLED}; every allowed owner has a series, from 0 on`,
    samples: ofCleanup(({ removed }) =>
      Array.from(removed, ([owner, value]) => ({ labels: { owner }, value })),
    ),
  },
  {
    name: 'sysvsem_cleanup_skipped_sets_total',
    type: 'counter',
    help: 'Semaphore sets that applied cleanups have left alone since the exporter started, by reason.',
    labels: { reason: codes(SKIP_CODES) },
    absent: DISABLED,
    samples: ofCleanup(({ skipped }) =>
      SKIP_CODES.map((reason) => ({ labels: { reason }, value: skipped[reason] })),
    ),
  },
  {
    name: 'sysvsem_cleanup_failed_sets_total',
    type: 'counter',
    help: 'Semaphore sets that cleanups could not remove since the exporter started.',
    labels: {},
    absent: DISABLED,
    samples: ofCleanup(({ failed }) => [{ labels: {}, value: failed }]),
  },
  {
    name: 'sysvsem_cleanup_last_success_timestamp_seconds',
    type: 'gauge',
    help: 'End of the last cleanup that failed in nothing, in seconds since the epoch; 0 before the first.',
    labels: {},
    absent: DISABLED,
    samples: ofCleanup(({ lastSuccessAt }) => [{ labels: {}, value: lastSuccessAt }]),
  },
];
