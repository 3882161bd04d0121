import { AggregatorRegistry, collectDefaultMetrics, Registry } from 'prom-client';
import type { ExpositionFormat } from './negotiate.ts';
import type { FreshRegistry } from './registry.ts';

/** What the exporter's own process was at one moment: prom-client's `process_*` and `nodejs_*` metrics. */
export type ProcessSample = Awaited<ReturnType<Registry['getMetricsAsJSON']>>;

// prom-client has no way to stop the observers that these metrics start: one registry a process keeps them.
let observed: Registry | undefined;

function observe(): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  for (const metric of registry.getMetricsAsArray()) {
    // promtool objects to a gauge called _total: nodejs_active_handles_total and the like, which are sums of others.
    if (!isCounter(metric) && metric.name.endsWith('_total')) registry.removeSingleMetric(metric.name);
  }
  return registry;
}

// The types of prom-client say that `type` is a number, its code makes it a word.
function isCounter(metric: { readonly type: unknown }): boolean {
  return metric.type === 'counter';
}

// Until its timer has fired, the monitor of the event loop shows its initial values: NaN, and a minimum of 292 years.
function withoutUnknownLag(sample: ProcessSample): ProcessSample {
  const mean = sample.find(({ name }) => name === 'nodejs_eventloop_lag_mean_seconds')?.values[0]?.value;
  if (Number.isFinite(mean)) return sample;
  return sample.filter(({ name }) => !name.startsWith('nodejs_eventloop_lag_'));
}

/** Samples this process. The lag of the event loop is that since the sample before. */
export async function sampleProcess(): Promise<ProcessSample> {
  observed ??= observe();
  const sample = await observed.getMetricsAsJSON();
  return withoutUnknownLag(sample)
    .map((metric) => ({ ...metric, values: metric.values.filter(({ value }) => Number.isFinite(value)) }))
    .filter(({ values }) => values.length > 0);
}

/** Adds a sample to a registry for one rendering; the sample stays as it was and may be rendered again. */
export function registerProcess(
  registry: FreshRegistry,
  sample: ProcessSample,
  format: ExpositionFormat,
): void {
  const metrics = sample.map((metric) => ({
    ...metric,
    aggregator: 'first',
    // Of an aggregated counter prom-client forgets to take _total off before it puts it on.
    name: format === 'openmetrics' && isCounter(metric) ? metric.name.replace(/_total$/, '') : metric.name,
  }));
  const copy = AggregatorRegistry.aggregate([metrics]);
  for (const { name } of metrics) {
    const metric = copy.getSingleMetric(name);
    if (metric !== undefined) registry.registerMetric(metric);
  }
}
