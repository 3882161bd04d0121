import { DashboardLinkBuilder, DashboardLinkType } from '@grafana/grafana-foundation-sdk/dashboard';

/** Uids of the dashboards, and so their addresses in Grafana. */
export const UID = { host: 'sysvsem-host', fleet: 'sysvsem-fleet' } as const;

/** To all hosts of the same jobs. */
export function toFleet(): DashboardLinkBuilder {
  return link('Fleet', `/d/${UID.fleet}?\${datasource:queryparam}&\${job:queryparam}`)
    .icon('dashboard')
    .tooltip('All hosts: which of them is worst off')
    .keepTime(true);
}

/** To one host. */
export function toHost(): DashboardLinkBuilder {
  return link('Host', `/d/${UID.host}?\${datasource:queryparam}&\${job:queryparam}`)
    .icon('dashboard')
    .tooltip('One host: who holds its sets, and what to do')
    .keepTime(true);
}

/** To what the exporter itself tells people: of one instance, because several make no address. */
export function toStatusPage(): DashboardLinkBuilder {
  return link('Status page', 'http://${instance}/')
    .icon('external link')
    .tooltip(
      'The exporter on this host: the orphans with their evidence, and the commands to run (choose one instance)',
    )
    .targetBlank(true);
}

/** The same from a figure, to the instance that it is of, of however many. */
export function instanceToStatusPage(): DashboardLinkBuilder {
  return link('Status page of ${__field.labels.instance}', 'http://${__field.labels.instance}/').targetBlank(
    true,
  );
}

/** To the runbooks that the exporter serves, of one instance likewise. */
export function toRunbooks(): DashboardLinkBuilder {
  return link('Runbooks', 'http://${instance}/runbooks/')
    .icon('doc')
    .tooltip('What to do when an alert fires (choose one instance)')
    .targetBlank(true);
}

/** From a cell of a table to the host of its row. */
export function rowToHost(): DashboardLinkBuilder {
  return link(
    'Look at ${__data.fields.instance}',
    `/d/${UID.host}?\${datasource:queryparam}&var-job=\${__data.fields.job}&var-instance=\${__data.fields.instance}&\${__url_time_range}`,
  );
}

/** From a cell of a table to the runbook of its row's alert. */
export function rowToRunbook(): DashboardLinkBuilder {
  return link(
    'Runbook of ${__data.fields.alertname}',
    'http://${__data.fields.instance}/runbooks/${__data.fields.alertname}',
  ).targetBlank(true);
}

function link(title: string, url: string): DashboardLinkBuilder {
  return new DashboardLinkBuilder(title).type(DashboardLinkType.Link).url(url);
}
