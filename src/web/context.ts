import type { ErrorRequestHandler, RequestHandler } from 'express';
import type { CollectionStatus } from '../collector/status.ts';
import type { Log } from '../log.ts';
import type { ExpositionEncoding } from '../metrics/exposition.ts';
import type { ExpositionFormat } from '../metrics/negotiate.ts';
import type { BuildInfo } from '../version.ts';
import type { Runbooks } from './runbooks/runbooks.ts';

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
  /** Whether sets are judged: `--[no-]collector.orphans`. */
  readonly orphansEnabled: boolean;
  /** What a request for a cleanup passes; null where none can be made: `--cleanup.enabled`. */
  readonly cleanupHandlers: readonly (RequestHandler | ErrorRequestHandler)[] | null;
  /** The machine's name. */
  readonly host: string;
  /** Start of the exporter, seconds since the epoch. */
  readonly startedAt: number;
  readonly runbooks: Runbooks;
  /** What a request has to pass before any route is looked at, in this order. */
  readonly guards: readonly RequestHandler[];
  readonly build: BuildInfo;
  readonly log: Log;
}
