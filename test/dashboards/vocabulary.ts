import { METRICS } from '../../src/metrics/catalogue.ts';
import { SET_INFO_METRIC } from '../../src/metrics/set-info.ts';
import { ALERT_NAMES, ALERTING_RULES, RECORDING_RULES } from '../alerts/rule-file.ts';

/** What Prometheus gives every series of a target. */
export const TARGET_LABELS: readonly string[] = ['job', 'instance'];

/** Labels of a metric, each with all its values, or null where they are not known beforehand. */
export type MetricLabels = ReadonlyMap<string, readonly string[] | null>;

/** The values that the documentation of a label lists. */
function valuesIn(meaning: string): readonly string[] | null {
  if (!meaning.startsWith('one of ')) return null;
  return Array.from(meaning.matchAll(/`([^`]+)`/g), ([, value = '']) => value);
}

const exposed = [...METRICS, SET_INFO_METRIC].map(({ name, labels }): [string, MetricLabels] => [
  name,
  new Map(Object.entries(labels).map(([label, meaning]) => [label, valuesIn(meaning)])),
]);

/** Labels of a recorded series beside the target's, by the level that its name begins with. */
const LEVELS: Readonly<Record<string, MetricLabels>> = {
  instance: new Map(),
  instance_limit: new Map([['limit', ['SEMMNI', 'SEMMNS']]]),
  instance_owner: new Map([
    ['owner', null],
    ['uid', null],
  ]),
};

const recorded = RECORDING_RULES.map(({ record }): [string, MetricLabels] => {
  const labels = LEVELS[record.split(':')[0] ?? ''];
  if (labels === undefined) throw new Error(`the level of ${record} is not known here`);
  return [record, labels];
});

/** What the alerts' own labels may be, from the rules. */
function alertLabel(label: string): readonly string[] | null {
  const values = ALERTING_RULES.flatMap(({ labels = {} }) => labels[label] ?? []);
  return values.length === 0 ? null : [...new Set(values)];
}

/** As docs/alerts.md lists them. */
const ALERT_LABELS = ['severity', 'cause', 'limit', 'owner', 'uid', 'reason'];

const ofAlerts: readonly (readonly [string, readonly string[] | null])[] = [
  ['alertname', ALERT_NAMES],
  ...ALERT_LABELS.map((label) => [label, alertLabel(label)] as const),
];

const METRIC_LABELS: ReadonlyMap<string, MetricLabels> = new Map<string, MetricLabels>([
  ...exposed,
  ...recorded,
  ['up', new Map()],
  ['ALERTS', new Map([...ofAlerts, ['alertstate', ['pending', 'firing']]])],
  ['ALERTS_FOR_STATE', new Map(ofAlerts)],
]);

/** Whether a metric of this name is exposed, recorded, or Prometheus' own. */
export function isMetric(name: string): boolean {
  return METRIC_LABELS.has(name);
}

/** Labels of a metric beside those of its target; none for one that there is not. */
export function labelsOfMetric(name: string): MetricLabels {
  return METRIC_LABELS.get(name) ?? new Map<string, null>();
}
