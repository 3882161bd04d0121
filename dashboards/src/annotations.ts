import { AnnotationQueryBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { DATA_SOURCE } from './datasource.ts';
import { overTime } from './query.ts';
import { chosen } from './selector.ts';
import { SEVERITY } from './severity.ts';

/** When an alert of this severity began to fire: a line each, because shades over hours would hide the graph. */
export function firing(severity: 'critical' | 'warning'): AnnotationQueryBuilder {
  const alerts = `max by (instance, alertname, severity) (${chosen(
    'ALERTS',
    'alertname=~"Sysvsem.+"',
    'alertstate="firing"',
    `severity="${severity}"`,
  )}`;
  return annotation(
    `Firing: ${severity}`,
    SEVERITY[severity],
    `${alerts}) unless ${alerts} offset $__interval)`,
  )
    .titleFormat('{{alertname}}')
    .textFormat('{{alertname}} of {{instance}} began to fire ({{severity}}).')
    .tagKeys('severity');
}

/** When a cleanup ended without a failure; it may have removed nothing. */
export function cleanups(): AnnotationQueryBuilder {
  const last = chosen('sysvsem_cleanup_last_success_timestamp_seconds');
  return annotation('Cleanups', SEVERITY.notice, `max by (instance) (${last} > 0) * 1000`)
    .useValueForTime(true)
    .titleFormat('Cleanup')
    .textFormat('A cleanup of {{instance}} ended without a failure.');
}

/** While nothing is known of the sets: what graphs have gaps for. */
export function notRead(): AnnotationQueryBuilder {
  const answers = `${chosen('sysvsem_up')} or ${chosen('up')}`;
  return annotation('Not read', SEVERITY.unknown, `max by (instance) ((${answers}) == bool 0)`)
    .titleFormat('Not read')
    .textFormat(
      'The sets of {{instance}} could not be read, or the exporter was not scraped: nothing is known of this time.',
    );
}

function annotation(name: string, colour: string, expression: string): AnnotationQueryBuilder {
  return new AnnotationQueryBuilder()
    .name(name)
    .datasource(DATA_SOURCE)
    .enable(true)
    .iconColor(colour)
    .expr(expression)
    .step('15s')
    .target(overTime(`annotation-${name.toLowerCase().replaceAll(/\W+/g, '-')}`, expression, ''));
}
