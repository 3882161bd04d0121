import type { SemaphoreLimits } from '../kernel/limits.ts';
import { ABSENT_WHEN_DOWN, ofSnapshot, single } from './definition.ts';
import type { MetricDefinition } from './definition.ts';

function limit(
  name: MetricDefinition['name'],
  help: string,
  of: (limits: SemaphoreLimits) => number,
): MetricDefinition {
  return {
    name,
    type: 'gauge',
    help,
    labels: {},
    absent: `${ABSENT_WHEN_DOWN}, or the limits could not be read`,
    samples: ofSnapshot(({ limits }) => single(limits === null ? null : of(limits))),
  };
}

/** What is in use in the IPC namespace, and the kernel's limits on it. */
export const USAGE_METRICS: readonly MetricDefinition[] = [
  {
    name: 'sysvsem_sets',
    type: 'gauge',
    help: 'Semaphore sets in the IPC namespace.',
    labels: {},
    absent: ABSENT_WHEN_DOWN,
    samples: ofSnapshot(({ totals }) => single(totals.sets)),
  },
  limit('sysvsem_sets_limit', 'Most semaphore sets the kernel allows (SEMMNI).', ({ sets }) => sets),
  {
    name: 'sysvsem_semaphores',
    type: 'gauge',
    help: 'Semaphores in all sets of the IPC namespace.',
    labels: {},
    absent: ABSENT_WHEN_DOWN,
    samples: ofSnapshot(({ totals }) => single(totals.semaphores)),
  },
  limit(
    'sysvsem_semaphores_limit',
    'Most semaphores in all sets the kernel allows (SEMMNS).',
    ({ semaphores }) => semaphores,
  ),
  limit(
    'sysvsem_semaphores_per_set_limit',
    'Most semaphores in one set the kernel allows (SEMMSL).',
    ({ semaphoresPerSet }) => semaphoresPerSet,
  ),
  limit(
    'sysvsem_operations_per_call_limit',
    'Most operations in one semop call the kernel allows (SEMOPM).',
    ({ operationsPerCall }) => operationsPerCall,
  ),
];
