import { DataqueryBuilder, PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus';
import { DATA_SOURCE } from './datasource.ts';

/** The values at the end of the time range. */
export function now(refId: string, expression: string, legend = ''): DataqueryBuilder {
  return query(refId, expression).instant().format(PromQueryFormat.TimeSeries).legendFormat(legend);
}

/** The same as rows of a table, with a column a label. */
export function rows(refId: string, expression: string): DataqueryBuilder {
  return query(refId, expression).instant().format(PromQueryFormat.Table);
}

/** The values over the time range. */
export function overTime(refId: string, expression: string, legend: string): DataqueryBuilder {
  return query(refId, expression).range().format(PromQueryFormat.TimeSeries).legendFormat(legend);
}

function query(refId: string, expression: string): DataqueryBuilder {
  return new DataqueryBuilder().refId(refId).datasource(DATA_SOURCE).expr(expression);
}
