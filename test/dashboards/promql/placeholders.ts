/** What Grafana fills in for a range, as durations that nobody writes by hand. */
const FILLED_IN: Readonly<Record<string, string>> = {
  __rate_interval: '2147483629ms',
  __interval: '2147483587ms',
  __range: '2147483579ms',
};

/** The variable of Grafana that stands behind a duration of {@link withPlaceholders}; the duration itself for any other. */
export function variableOf(duration: string): string {
  const found = Object.entries(FILLED_IN).find(([, text]) => text === duration);
  return found === undefined ? duration : `$${found[0]}`;
}

/** The expression with Grafana's ranges filled in, so that it is PromQL; variables inside quotes stay. */
export function withPlaceholders(expr: string): string {
  return Object.entries(FILLED_IN).reduce(
    (text, [name, duration]) => text.replaceAll(`\${${name}}`, duration).replaceAll(`$${name}`, duration),
    expr.replaceAll(/\$\{?__(?:range_s|interval_ms|range_ms)\}?/g, '2147483563'),
  );
}
