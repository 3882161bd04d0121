import { VariableType } from '@grafana/grafana-foundation-sdk/dashboard';
import type { ClassicDashboard } from './dashboard.ts';

/** Oldest Grafana whose panels these are: state timelines with merged values, tables with `cellOptions`. */
const OLDEST_GRAFANA = '10.0.0';

const INPUT = 'DS_PROMETHEUS';

/** What the types of panels are called where Grafana lists what an import needs. */
const PANEL_NAMES: Readonly<Record<string, string>> = {
  bargauge: 'Bar gauge',
  stat: 'Stat',
  'state-timeline': 'State timeline',
  table: 'Table',
  timeseries: 'Time series',
};

/** The same dashboard for an import by hand or from grafana.com: it asks which Prometheus to begin with. */
export function importable(dashboard: ClassicDashboard): ClassicDashboard {
  const types = new Set(dashboard.panels.map(({ type }) => type).filter((type) => type !== 'row'));
  const variables = dashboard.templating.list.map((variable) =>
    variable.type === VariableType.Datasource
      ? { ...variable, current: { selected: true, text: `\${${INPUT}}`, value: `\${${INPUT}}` } }
      : variable,
  );
  const needs = {
    __inputs: [
      {
        name: INPUT,
        label: 'Prometheus',
        description: 'The Prometheus that scrapes sysvsem-exporter.',
        type: 'datasource',
        pluginId: 'prometheus',
        pluginName: 'Prometheus',
      },
    ],
    __requires: [
      { type: 'grafana', id: 'grafana', name: 'Grafana', version: OLDEST_GRAFANA },
      { type: 'datasource', id: 'prometheus', name: 'Prometheus', version: '1.0.0' },
      ...[...types].sort().map((id) => ({ type: 'panel', id, name: PANEL_NAMES[id] ?? id, version: '' })),
    ],
  };
  return { ...needs, ...dashboard, templating: { list: variables } };
}
