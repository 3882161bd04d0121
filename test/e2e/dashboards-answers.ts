import { labelsInLegend } from '../dashboards/checks/legends.ts';
import type { AnnotationQuery, Query } from '../dashboards/dashboard.ts';
import { ask } from '../support/http.ts';
import type { Prometheus } from '../support/prometheus.ts';
import { filledIn } from './dashboards-filling.ts';
import type { Filling } from './dashboards-filling.ts';

/** One series of an answer. */
interface Series {
  readonly labels: Readonly<Record<string, string>>;
  readonly values: readonly string[];
}

/** What Prometheus answered to an expression. */
export interface Answer {
  /** As it was sent. */
  readonly expr: string;
  /** Null where there was none. */
  readonly error: string | null;
  readonly series: readonly Series[];
}

/** When is asked, in seconds since the epoch. */
export interface Moment {
  readonly from: number;
  readonly to: number;
}

interface Api {
  readonly error?: string;
  readonly data?: {
    readonly result: readonly {
      readonly metric: Readonly<Record<string, string>>;
      readonly value?: readonly [number, string];
      readonly values?: readonly (readonly [number, string])[];
    }[];
  };
}

/** Asks what a query asks, for an instant or over the range, as it says itself. */
export async function answerTo(
  { address }: Prometheus,
  { expr, instant }: Query,
  filling: Filling,
  { from, to }: Moment,
): Promise<Answer> {
  const query = filledIn(expr, filling);
  const parameters = instant
    ? { query, time: String(to) }
    : { query, start: String(from), end: String(to), step: String(filling.step / 1000) };
  const path = `/api/v1/${instant ? 'query' : 'query_range'}?${new URLSearchParams(parameters).toString()}`;
  const { error = null, data } = JSON.parse((await ask(address, path)).text) as Api;
  const series = (data?.result ?? []).map(({ metric, value, values = [] }) => ({
    labels: metric,
    values: (value === undefined ? values : [value]).map(([, text]) => text),
  }));
  return { expr: query, error, series };
}

/** The values of a label, as `label_values(SELECTOR, label)` asks for them. */
export async function labelValues(
  { address }: Prometheus,
  question: string,
  filling: Filling,
  { from, to }: Moment,
): Promise<readonly string[]> {
  const [, selector = '', label = ''] = /^label_values\(\s*(.+),\s*(\w+)\s*\)$/s.exec(question) ?? [];
  const parameters = { 'match[]': filledIn(selector, filling), start: String(from), end: String(to) };
  const path = `/api/v1/label/${label}/values?${new URLSearchParams(parameters).toString()}`;
  return (JSON.parse((await ask(address, path)).text) as { data: string[] }).data;
}

/** What is wrong with an answer, whatever it says: an error, a value that is no number, a legend of labels that are not there. */
export function faultsOf({ expr, error, series }: Answer, legend: string): string[] {
  if (error !== null) return [`${error}: ${expr}`];
  const odd = series.flatMap(({ labels, values }) => {
    const value = values.find((text) => !Number.isFinite(Number(text)));
    return value === undefined ? [] : [`${JSON.stringify(labels)} is ${value}: ${expr}`];
  });
  const missing = labelsInLegend(legend).filter((label) =>
    series.some(({ labels }) => (labels[label] ?? '') === ''),
  );
  return [...odd, ...missing.map((label) => `a series has no label ${label}: ${expr}`)];
}

/** Everything of an annotation that names labels. */
export function legendOfAnnotation({
  titleFormat = '',
  textFormat = '',
  tagKeys = '',
}: AnnotationQuery): string {
  const tags = tagKeys.split(',').filter((key) => key !== '');
  return [titleFormat, textFormat, ...tags.map((key) => `{{${key.trim()}}}`)].join(' ');
}
