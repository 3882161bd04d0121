import { scaleDuration } from '../../drill/scaled-duration.ts';

/** What Grafana knows when it fills in the variables of an expression. */
export interface Filling {
  readonly job: readonly string[];
  /** Null for all that there are. */
  readonly instance: readonly string[] | null;
  /** Milliseconds between two points. */
  readonly step: number;
  /** Milliseconds between two scrapes, as the data source is told. */
  readonly scrapeInterval: number;
  /** Milliseconds that the dashboard shows. */
  readonly range: number;
  /** How much faster than the rules' time the clock runs here: fixed windows such as `[6h]` are divided by it. */
  readonly factor: number;
}

/** `.+`, which all of the dashboards' variables have for All. */
const ALL = '.+';

/** An expression as Grafana sends it to Prometheus. */
export function filledIn(expr: string, filling: Filling): string {
  const { job, instance, step, scrapeInterval, range, factor } = filling;
  const rateInterval = Math.max(step + scrapeInterval, 4 * scrapeInterval);
  const values: Readonly<Record<string, string>> = {
    job: alternatives(job),
    instance: instance === null ? ALL : alternatives(instance),
    __rate_interval: `${rateInterval}ms`,
    __interval: `${step}ms`,
    __interval_ms: String(step),
    __range: `${range}ms`,
    __range_s: String(Math.round(range / 1000)),
    __range_ms: String(range),
  };
  return scaled(expr, factor).replace(/\$(?:\{(\w+)\}|(\w+))/g, (text, braced?: string, bare?: string) => {
    const value = values[braced ?? bare ?? ''];
    // What is left over is no PromQL, and Prometheus will say so; "$1" of label_replace is.
    return value ?? text;
  });
}

/** Fixed windows and offsets, shortened. */
function scaled(expr: string, factor: number): string {
  return expr.replace(
    /(\[|\boffset\s+)(\d+[smhdw])\b/g,
    (_, before: string, duration: string) => `${before}${scaleDuration(duration, factor)}`,
  );
}

/** Several values as a regular expression in a string of PromQL, which takes a backslash of its own. */
function alternatives(values: readonly string[]): string {
  const escaped = values.map((value) =>
    value.replaceAll('\\', String.raw`\\\\`).replace(/[$^*{}[\]'"+?.()|]/g, String.raw`\\$&`),
  );
  return escaped.length === 1 ? (escaped[0] ?? '') : `(${escaped.join('|')})`;
}
