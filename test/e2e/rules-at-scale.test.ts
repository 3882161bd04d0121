import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import {
  ALERTING_RULES,
  RECORDING_RULES,
  RULE_FILE,
  annotationQueries,
  titleOf,
} from '../alerts/rule-file.ts';
import type { AlertingRule } from '../alerts/rule-file.ts';
import { parsePromql } from '../alerts/promql.ts';
import { Cleaner } from '../support/cleanup.ts';
import type { Labels } from '../support/exposition.ts';
import { Fleet } from '../support/fleet.ts';
import type { ToldRule } from '../support/fleet.ts';
import { Namespace } from '../support/namespace.ts';
import { needs } from '../support/needs.ts';
import { restrictedQuery } from '../support/restricted-query.ts';
import { createSets } from '../support/sets.ts';

const { describe } = needs('namespaces', 'nsenter', 'setpriv', 'ipcs', 'prometheus', 'promtool');

/** Hosts, in equal parts: what a rule costs for all of them is held against what it costs for one part. */
const HOSTS = 240;
const RACKS = 4;
const RACK = 'rack="0"';

const EXPRESSIONS = [
  ...RECORDING_RULES.map(
    ({ record, labels, expr }) => [`${record} ${labels?.['limit'] ?? ''}`, expr] as const,
  ),
  ...ALERTING_RULES.map((rule) => [titleOf(rule), rule.expr] as const),
];

/** A query in a template: a format, and the labels that fill it in. */
const ANNOTATION_QUERY = /printf "((?:[^"\\]|\\.)*)"((?: \$labels\.\w+)*) \| query/g;

/** Labels that tell the alerts of a fleet apart. */
const TELLING = ['alertname', 'severity', 'reason', 'cause', 'instance', 'rack'];

describe('the rules over a fleet of hosts', () => {
  const undo: (() => Promise<void> | void)[] = [];
  let fleet: Fleet;
  /** Seconds since the epoch: all rules have been evaluated by then. */
  let time: number;
  let rules: readonly ToldRule[];
  /** The labels of the alerts that fire. */
  let raised: readonly Labels[];

  beforeAll(async () => {
    fleet = await Fleet.start((step) => undo.push(step), RULE_FILE, { hosts: HOSTS, racks: RACKS, step: 60 });
    await fleet.evaluated();
    time = await fleet.evaluated();
    rules = await fleet.rules();
    const alerts = rules.flatMap((rule) => rule.alerts ?? []);
    raised = alerts.filter(({ state }) => state === 'firing').map(({ labels }) => labels);
  }, 120_000);

  afterAll(async () => {
    for (const step of undo.reverse()) await step();
  });

  it('are all evaluated without an error', () => {
    expect(rules).toHaveLength(EXPRESSIONS.length);
    expect(rules.filter(({ health, lastError = '' }) => health !== 'ok' || lastError !== '')).toEqual([]);
  });

  it('raise exactly the alerts that the situations of the hosts call for', () => {
    expect(tally(raised)).toEqual(tally(fleet.alerts));
    expect(raised.map(identity).sort()).toEqual(fleet.alerts.map(identity).sort());
    expect(Object.keys(tally(raised)).sort()).toEqual(ALERTING_RULES.map(titleOf).sort());
  });

  it.each(EXPRESSIONS)(
    'read four times the samples for four times the hosts, and hold no more: %s',
    async (_, expr) => {
      const part = await fleet.cost(restrictedQuery(expr, RACK), time);
      const all = await fleet.cost(expr, time);
      expect(part.read).toBeGreaterThan(0);
      expect(all.read).toBe(RACKS * part.read);
      expect(all.held).toBeLessThanOrEqual(RACKS * part.held);
    },
  );

  it.each(EXPRESSIONS)('match no host with another: %s', (_, expr) => {
    const { groupingLabels } = parsePromql(expr);
    expect(groupingLabels.filter((label) => ['job', 'instance'].includes(label))).toEqual([]);
  });

  it.each(ALERTING_RULES.map((rule) => [titleOf(rule), rule] as const))(
    'read for the annotations of an alert what one host has, however many there are: %s',
    async (_, rule) => {
      const labels = raised.find((alert) => nameOf(alert) === titleOf(rule) && alert['rack'] === '0');
      if (labels === undefined) throw new Error('it has not fired');
      const queries = queriesFor(rule, labels);
      expect(queries).toHaveLength(annotationQueries(rule).length);
      for (const query of queries) {
        const part = await fleet.cost(restrictedQuery(query, RACK), time);
        expect(await fleet.cost(query, time), query).toEqual(part);
      }
    },
  );

  it('are evaluated over hosts that have all series of a real exporter', async () => {
    const namespace = await Namespace.create(onTestFinished);
    await createSets(namespace, { uid: 33, count: 3 });
    const { exporter } = await Cleaner.start(onTestFinished, namespace);
    const real = (await exporter.scrape()).samples
      .filter(({ name }) => name.startsWith('sysvsem_'))
      .map(({ name, labels }) => shapeOf(name, labels));
    expect(real).toContain('sysvsem_owner_sets{owner,state,uid}');
    const simulated = (await fleet.seriesOf(fleet.targets[0]?.['instance'] ?? '')).map(
      ({ __name__: name = '', ...labels }) =>
        shapeOf(name, withoutLabels(labels, ['job', 'instance', 'rack'])),
    );
    expect([...new Set(real)].filter((shape) => !simulated.includes(shape))).toEqual([]);
  });
});

/** The alert's rule, as {@link titleOf} names it. */
function nameOf(labels: Labels): string {
  return titleOf({ alert: labels['alertname'] ?? '', expr: '', labels });
}

function identity(labels: Labels): string {
  return TELLING.flatMap((label) => labels[label] ?? []).join(' ');
}

/** How many alerts there are of each rule. */
function tally(alerts: readonly Labels[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const labels of alerts) counts[nameOf(labels)] = (counts[nameOf(labels)] ?? 0) + 1;
  return counts;
}

/** The queries that a rule's annotations ask for an alert with these labels. */
function queriesFor({ annotations = {} }: AlertingRule, labels: Labels): string[] {
  return Object.values(annotations).flatMap((text) =>
    Array.from(text.matchAll(ANNOTATION_QUERY), ([, format = '', values = '']) => {
      const names = Array.from(values.matchAll(/\$labels\.(\w+)/g), ([, name = '']) => name);
      return format.replaceAll('%q', () => JSON.stringify(labels[names.shift() ?? ''] ?? ''));
    }),
  );
}

function withoutLabels(labels: Labels, names: readonly string[]): Labels {
  return Object.fromEntries(Object.entries(labels).filter(([name]) => !names.includes(name)));
}

/** A metric with the names of its labels. */
function shapeOf(metric: string, labels: Labels): string {
  return `${metric}{${Object.keys(labels).sort().join(',')}}`;
}
