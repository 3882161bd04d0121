import { CLEANUP_METRICS } from './cleanup.ts';
import { COLLECTION_METRICS } from './collection.ts';
import type { MetricDefinition } from './definition.ts';
import { EXPORTER_METRICS } from './exporter.ts';
import { ORPHAN_METRICS } from './orphans.ts';
import { OWNER_METRICS } from './owners.ts';
import { USAGE_METRICS } from './usage.ts';

/** Every metric of the exposition in its fixed order, less `sysvsem_set_info` and those of the process. */
export const METRICS: readonly MetricDefinition[] = [
  ...COLLECTION_METRICS,
  ...USAGE_METRICS,
  ...OWNER_METRICS,
  ...ORPHAN_METRICS,
  ...CLEANUP_METRICS,
  ...EXPORTER_METRICS,
];
