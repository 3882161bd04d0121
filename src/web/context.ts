import type { CollectionStatus } from '../collector/status.ts';
import type { Log } from '../log.ts';
import type { ExpositionEncoding } from '../metrics/exposition.ts';
import type { ExpositionFormat } from '../metrics/negotiate.ts';
import type { BuildInfo } from '../version.ts';

/** All that the HTTP surface knows of the rest of the exporter. */
export interface WebContext {
  /** What is known at this moment; cheap, reads nothing. */
  status(): CollectionStatus;
  /**
   * With interval 0 collects, where concurrent callers share one run; otherwise resolves at once. Never
   * rejects: a failed collection is told by `status()`.
   */
  refresh(): Promise<void>;
  /** The rendered metrics of `status()`, complete with their last newline. */
  exposition(format: ExpositionFormat, encoding: ExpositionEncoding): Promise<Buffer>;
  /** Path of the metrics: `--web.telemetry-path`. */
  readonly telemetryPath: string;
  /** Most scrapes at once; 0 is no limit: `--web.max-requests`. */
  readonly maxRequests: number;
  /** Period of the collection in milliseconds; 0 collects on every scrape: `--collector.interval`. */
  readonly collectorIntervalMs: number;
  readonly build: BuildInfo;
  readonly log: Log;
}
