import type { Exporter } from './exporter.ts';
import type { Exposition } from './exposition.ts';

/** What a client saw that scraped without a pause. */
export interface Observation {
  readonly scrapes: readonly Exposition[];
  /** The slowest answer. */
  readonly slowestMs: number;
}

/** Scrapes an exporter without a pause while `during` runs. Rejects where a scrape fails, or `during` does. */
export async function observe(exporter: Exporter, during: () => Promise<void>): Promise<Observation> {
  const scrapes: Exposition[] = [];
  let slowestMs = 0;
  const end = new AbortController();
  const scrapeOn = async () => {
    while (!end.signal.aborted) {
      const startedAt = performance.now();
      scrapes.push(await exporter.scrape());
      slowestMs = Math.max(slowestMs, performance.now() - startedAt);
    }
  };
  const observed = during().finally(() => {
    end.abort();
  });
  await Promise.all([observed, scrapeOn()]);
  return { scrapes, slowestMs };
}
