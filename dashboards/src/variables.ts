import {
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { DATA_SOURCE } from './datasource.ts';

/** Any value: never the empty one, which would select what has no such label. */
const ANY = '.+';

/** Which Prometheus is asked. */
export function dataSource(): DatasourceVariableBuilder {
  return new DatasourceVariableBuilder('datasource').label('Data source').type('prometheus');
}

/**
 * Jobs that have instances of this exporter. Without "All": that would be any job, and its `up` would count other exporters'
 * targets.
 */
export function job(): QueryVariableBuilder {
  return labelValues('job', 'Job', 'label_values(sysvsem_up, job)')
    .description('Scrape jobs of sysvsem-exporter.')
    .includeAll(false)
    .current({ selected: true, text: ['sysvsem'], value: ['sysvsem'] });
}

/** The one host to look at. */
export function oneInstance(): QueryVariableBuilder {
  return instance()
    .description('The host. Of several, counts are added up, and what cannot be added is shown for each.')
    .includeAll(false);
}

/** The hosts to look at, by default all. */
export function allInstances(): QueryVariableBuilder {
  return instance()
    .description('Hosts to look at.')
    .includeAll(true)
    .current({ selected: true, text: ['All'], value: ['$__all'] });
}

function instance(): QueryVariableBuilder {
  return labelValues('instance', 'Instance', 'label_values(sysvsem_up{job=~"$job"}, instance)');
}

function labelValues(name: string, label: string, query: string): QueryVariableBuilder {
  return new QueryVariableBuilder(name)
    .label(label)
    .datasource(DATA_SOURCE)
    .query({ query, refId: `variable-${name}` })
    .definition(query)
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.NaturalAsc)
    .multi(true)
    .allValue(ANY);
}
