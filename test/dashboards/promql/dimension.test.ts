import { describe, expect, it } from 'vitest';
import { dimensionOf } from './dimension.ts';
import { readTree } from './tree.ts';

describe('what an expression counts in', () => {
  it.each([
    ['sysvsem_sets', 'count'],
    ['sum by (owner) (sysvsem_owner_sets{state="orphaned"})', 'count'],
    ['sysvsem_sets / (sysvsem_sets_limit > 0)', 'share of a limit'],
    ['instance_limit:sysvsem_used:ratio', 'share of a limit'],
    ['predict_linear(sysvsem_sets[6h], 86400) / (sysvsem_sets_limit > 0)', 'share of a limit'],
    ['sum(rate(sysvsem_collection_failures_total[5m])) / sum(rate(sysvsem_collections_total[5m]))', 'ratio'],
    ['floor((sysvsem_sets_limit - sysvsem_sets) / sysvsem_start_demand_sets)', 'starts'],
    ['(sysvsem_sets_limit - sysvsem_sets) / (deriv(sysvsem_sets[1h]) > 0)', 'seconds'],
    ['time() - sysvsem_last_collection_timestamp_seconds', 'seconds'],
    ['sysvsem_last_collection_timestamp_seconds', 'timestamp'],
    ['sysvsem_last_collection_timestamp_seconds * 1000', 'date'],
    ['rate(sysvsem_collections_total[$__rate_interval])', 'rate'],
    ['rate(sysvsem_collections_total[$__rate_interval]) * $__interval_ms / 1000', 'count'],
    ['increase(sysvsem_collections_total[$__rate_interval])', 'count'],
    ['up == 0', 'flag'],
    ['sum(up == bool 0)', 'count'],
    ['count(time() - sysvsem_last_collection_timestamp_seconds > 600)', 'count'],
    ['0 * (up == 0) or 0 * sysvsem_up + 6', 'number'],
    ['sysvsem_sets or (0 * sysvsem_up - 1)', 'count'],
  ])('%s: %s', (expr, dimension) => {
    expect(dimensionOf(readTree(expr))).toBe(dimension);
  });

  it.each([
    'sysvsem_sets + sysvsem_last_collection_timestamp_seconds',
    'sysvsem_sets or time()',
    'rate(sysvsem_scrape_collector_duration_seconds[5m])',
    'sysvsem_sets * sysvsem_semaphores',
    'sysvsem_sets * (1 / sysvsem_start_demand_sets)',
  ])('is nothing where it cannot be told: %s', (expr) => {
    expect(dimensionOf(readTree(expr))).toBeNull();
  });
});
