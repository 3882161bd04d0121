import { Counter, Gauge, Registry } from 'prom-client';
import type { OpenMetricsContentType } from 'prom-client';
import type { MetricDefinition } from './definition.ts';
import type { ExpositionFormat } from './negotiate.ts';

/** A registry of prom-client for one rendering in either format. */
export type FreshRegistry = Registry | Registry<OpenMetricsContentType>;

/**
 * An empty registry for one rendering. Never render one twice: as OpenMetrics it renames its counters for
 * good, and whatever it kept from an earlier status would be shown as if it still held.
 */
export function freshRegistry(format: ExpositionFormat): FreshRegistry {
  if (format === 'text') return new Registry();
  const registry = new Registry<OpenMetricsContentType>();
  registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
  return registry;
}

/** Adds the series that a definition has for this input; false, and nothing added, where it has none. */
export function register<Input>(
  registry: FreshRegistry,
  definition: MetricDefinition<Input>,
  input: Input,
): boolean {
  const samples = definition.samples(input).filter(({ value }) => Number.isFinite(value));
  if (samples.length === 0) return false;
  const configuration = {
    name: definition.name,
    help: definition.help,
    labelNames: Object.keys(definition.labels),
    registers: [registry],
  };
  if (definition.type === 'counter') {
    const counter = new Counter(configuration);
    for (const { labels, value } of samples) counter.inc(labels, value);
  } else {
    const gauge = new Gauge(configuration);
    for (const { labels, value } of samples) gauge.set(labels, value);
  }
  return true;
}
