import type { Phase } from './dashboards-asking.ts';

/** What may be empty while Apache leaks, why, and when it has to show something. */
export const SHOWN_LATER: Readonly<Record<string, { readonly because: string; readonly shownIn: Phase }>> = {
  'sysvsem-host, annotation "Not read"': {
    because: 'when a collection fails and an exporter is stopped',
    shownIn: 'outage',
  },
  'sysvsem-host, panel "Failed collections", query A': {
    because: 'when a collection fails',
    shownIn: 'outage',
  },
};

/** Counters that have risen by then: 0 would be a hole. */
export const RISEN: readonly string[] = [
  'sysvsem-host, panel "Orphans appearing and removed", query A',
  'sysvsem-host, panel "Orphans appearing and removed", query B',
  'sysvsem-host, panel "Requests for a cleanup", query A',
  'sysvsem-fleet, panel "Orphans appearing and removed", query A',
  'sysvsem-fleet, panel "Orphans appearing and removed", query B',
];

/** Mistakes in expressions, each to be seen by what is asked of every answer. */
export const BROKEN = [
  { mistake: 'a bracket too many', expr: 'sysvsem_sets{job=~"$job"})', legend: '' },
  {
    mistake: 'a variable that nobody fills in',
    expr: 'rate(sysvsem_collections_total[$__rates])',
    legend: '',
  },
  { mistake: 'a division by zero', expr: 'sysvsem_sets / (0 * sysvsem_sets)', legend: '' },
  { mistake: 'a logarithm of nothing', expr: 'ln(-sysvsem_sets)', legend: '' },
  { mistake: 'a legend of what was summed away', expr: 'sum(sysvsem_owner_sets)', legend: '{{owner}}' },
  {
    mistake: 'a matching of many to many',
    expr: 'sysvsem_owner_sets / on () sysvsem_owner_sets',
    legend: '',
  },
];
