/** The matchers of the variables `job` and `instance`, which every selector of every dashboard has. */
const CHOSEN = 'job=~"$job", instance=~"$instance"';

/** Selects a metric of the chosen instances, narrowed by further matchers such as `state="orphaned"`. */
export function chosen(metric: string, ...matchers: readonly string[]): string {
  return `${metric}{${[CHOSEN, ...matchers].join(', ')}}`;
}

/**
 * How often a counter rose within each point of the graph. A rate times the step counts each rise once, where
 * `increase` over the longer `$__rate_interval` would count some twice.
 */
export function risesOf(counter: string, by: readonly string[] = []): string {
  const sum = by.length === 0 ? 'sum' : `sum by (${by.join(', ')})`;
  return `${sum} (rate(${counter}[$__rate_interval])) * $__interval_ms / 1000`;
}
