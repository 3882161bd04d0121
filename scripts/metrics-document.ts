import { readFileSync } from 'node:fs';
import { CLEANUP_METRICS } from '../src/metrics/cleanup.ts';
import { COLLECTION_METRICS } from '../src/metrics/collection.ts';
import type { MetricDefinition } from '../src/metrics/definition.ts';
import { EXPORTER_METRICS } from '../src/metrics/exporter.ts';
import { ORPHAN_METRICS } from '../src/metrics/orphans.ts';
import { OWNER_METRICS } from '../src/metrics/owners.ts';
import { SET_INFO_METRIC } from '../src/metrics/set-info.ts';
import { USAGE_METRICS } from '../src/metrics/usage.ts';

type DocumentedMetric = Pick<MetricDefinition, 'name' | 'type' | 'help' | 'labels' | 'absent'>;

const SUBJECTS: readonly (readonly [title: string, metrics: readonly DocumentedMetric[]])[] = [
  ['Collection', COLLECTION_METRICS],
  ['Usage and limits', USAGE_METRICS],
  ['Owners', OWNER_METRICS],
  ['Orphans', ORPHAN_METRICS],
  ['Cleanup', CLEANUP_METRICS],
  ['Single sets', [SET_INFO_METRIC]],
  ['Exporter', EXPORTER_METRICS],
];

function row({ name, type, help, labels, absent }: DocumentedMetric): string {
  const meanings = Object.entries(labels).map(([label, meaning]) => `\`${label}\`: ${meaning}`);
  return `| ${[`\`${name}\``, type, help, meanings.join('<br>'), absent ?? 'never'].join(' | ')} |`;
}

function section([title, metrics]: (typeof SUBJECTS)[number]): string {
  return [
    `### ${title}`,
    '',
    '| metric | type | meaning | labels | absent when |',
    '|---|---|---|---|---|',
    ...metrics.map(row),
  ].join('\n');
}

/** docs/metrics.md: the hand-written template with the tables of the definitions in it. */
export function metricsDocument(): string {
  const template = readFileSync(new URL('metrics.template.md', import.meta.url), 'utf8');
  return template.replace('<!-- tables -->', () => SUBJECTS.map(section).join('\n\n'));
}
