import { CollectionLog } from '../collector/collection-log.ts';
import { CollectorWorker } from '../collector/collector-worker.ts';
import { Collections } from '../collector/collections.ts';
import { COLLECTORS } from '../collector/snapshot.ts';
import { formatDuration } from '../duration.ts';
import { createLog, type Log } from '../log.ts';
import { Exposition } from '../metrics/exposition.ts';
import { buildInfo } from '../version.ts';
import { createApp } from '../web/app.ts';
import { parseListenAddress } from '../web/listen-address.ts';
import { startServers } from '../web/server.ts';
import { collectorConfig, DEFAULT_PORT, type ServeFlags } from './flags.ts';

/** What the outside world asks of a running command. */
export interface Lifetime {
  /** Aborted by SIGTERM and SIGINT. */
  readonly stop: AbortSignal;
  /** Gets an event `reload` at each SIGHUP. */
  readonly reload: EventTarget;
}

/** How long responses that are being sent at a stop may take, in milliseconds. */
const GRACE = 8000;
/** How long the first collection may keep the server from listening, so that a first scrape finds numbers, in milliseconds. */
const HEAD_START = 1000;

/**
 * Collects and serves until `lifetime.stop` aborts. Throws a UsageError, before anything is served, where a flag or
 * an address cannot be used.
 */
export async function serve(
  flags: ServeFlags,
  writeLog: (line: string) => void,
  lifetime: Lifetime,
): Promise<void> {
  const build = buildInfo();
  const log = createLog({ level: flags['log.level'], format: flags['log.format'], write: writeLog });
  const collectionLog = new CollectionLog(log.for('collector'));
  const collections = new Collections(
    new CollectorWorker(collectorConfig(flags)),
    { interval: flags['collector.interval'], timeout: flags['collector.timeout'] },
    (status) => {
      collectionLog.record(status);
    },
  );
  const exposition = new Exposition({ build, processMetrics: !flags['web.disableExporterMetrics'] });
  const addresses = (flags['web.listenAddress'] ?? [`:${DEFAULT_PORT}`]).map(parseListenAddress);
  const app = createApp({
    status: () => collections.status,
    refresh: () => collections.refresh(),
    exposition: (format, encoding) => exposition.body(collections.status, format, encoding),
    telemetryPath: flags['web.telemetryPath'],
    maxRequests: flags['web.maxRequests'],
    collectorIntervalMs: flags['collector.interval'],
    build,
    log: log.for('web'),
  });
  logStart(log, flags);
  try {
    const first = collections.start();
    await Promise.race([first, passed(HEAD_START, lifetime.stop)]);
    const servers = await startServers(addresses, app, log.for('web'));
    for (const address of servers.addresses) log.info('Listening on', { address, tls: false });
    await aborted(lifetime.stop);
    log.info('Stopping');
    await Promise.all([servers.close(GRACE), collections.stop()]);
  } finally {
    await collections.stop();
  }
  log.info('Stopped');
}

function logStart(log: Log, flags: ServeFlags): void {
  const { version, revision, branch, nodeVersion } = buildInfo();
  log.info('Starting sysvsem-exporter', { version, branch, revision });
  log.info('Build context', { node: nodeVersion, platform: `${process.platform}/${process.arch}` });
  log.info('Collecting', {
    collectors: COLLECTORS.join(','),
    from: flags['collector.source'],
    interval: formatDuration(flags['collector.interval']),
    timeout: formatDuration(flags['collector.timeout']),
  });
  if (process.geteuid?.() === 0) {
    log.warn('Running as root, which reading the sets does not need', { see: 'docs/privileges.md' });
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else
      signal.addEventListener(
        'abort',
        () => {
          resolve();
        },
        { once: true },
      );
  });
}

/** Resolves after some milliseconds, or as soon as the signal aborts. */
function passed(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}
