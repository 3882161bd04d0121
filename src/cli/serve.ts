import { hostname } from 'node:os';

import { CollectionLog } from '../collector/collection-log.ts';
import { CollectorWorker } from '../collector/collector-worker.ts';
import { Collections } from '../collector/collections.ts';
import { COLLECTORS } from '../collector/snapshot.ts';
import { formatDuration } from '../duration.ts';
import { messageOf } from '../errors.ts';
import { createLog, type Log } from '../log.ts';
import { Exposition } from '../metrics/exposition.ts';
import { buildInfo } from '../version.ts';
import { createApp } from '../web/app.ts';
import type { WebContext } from '../web/context.ts';
import { parseListenAddress, type ListenAddress } from '../web/listen-address.ts';
import { Runbooks } from '../web/runbooks/runbooks.ts';
import { startServers } from '../web/server.ts';
import { takePassedSockets } from '../web/systemd-sockets.ts';
import type { LiveWebConfig } from '../web/web-config/live-web-config.ts';
import { refuseOpenAddresses } from './cleanup-flags.ts';
import { collectorConfig, DEFAULT_PORT, type ServeFlags } from './flags.ts';
import { aborted, passed, type Lifetime } from './lifetime.ts';
import type { CleanupParts, OpenCleanup } from './open-cleanup.ts';
import { orphanConfig } from './orphan-flags.ts';

/** How long responses that are being sent at a stop may take, in milliseconds. */
const GRACE = 8000;
/** How long a collection that scrapes wait for may go on at a stop, in milliseconds. */
const FINISH = 3000;
/** How long a cleanup may take to finish the sets at hand at a stop, in milliseconds. */
const FINISH_CLEANUP = 6000;
/** How long the first collection may keep the server from listening, so that a first scrape finds numbers, in milliseconds. */
const HEAD_START = 1000;

/**
 * Collects and serves until `lifetime.stop` aborts. Throws a UsageError, before anything is served, where a flag, a
 * file or an address cannot be used.
 */
export async function serve(
  flags: ServeFlags,
  writeLog: (line: string) => void,
  lifetime: Lifetime,
): Promise<void> {
  const log = createLog({ level: flags['log.level'], format: flags['log.format'], write: writeLog });
  const worker = new CollectorWorker(collectorConfig(flags, await orphanConfig(flags, true)));
  const webConfig = await webConfigOf(flags, log);
  const addresses = listenAddresses(flags);
  const collections = collectionsOf(flags, worker, log);
  const cleanup = await cleanupOf(flags, { worker, collections, webConfig, log, stop: lifetime.stop });
  const app = createApp(webContext(flags, collections, webConfig, cleanup, log));
  lifetime.reload.addEventListener('reload', () => {
    void webConfig?.reload();
    void cleanup?.tokens.reload();
    void reloadProfiles(flags, worker, log);
  });
  logStart(log, flags);
  try {
    const first = collections.start();
    await Promise.race([first, passed(HEAD_START, lifetime.stop)]);
    const servers = await startServers(addresses, app, log.for('web'), webConfig?.createServer);
    const tls = webConfig?.tls ?? false;
    try {
      refuseOpenAddresses(flags, servers.addresses, tls);
    } catch (error) {
      await servers.close(0);
      throw error;
    }
    for (const address of servers.addresses) log.info('Listening on', { address, tls });
    await aborted(lifetime.stop);
    log.info('Stopping');
    const closed = servers.close(GRACE);
    const answered = Promise.race([closed, passed(FINISH)]);
    await Promise.race([Promise.all([cleanup?.cleanup.idle(), answered]), passed(FINISH_CLEANUP)]);
    await collections.stop();
    await closed;
  } finally {
    await collections.stop();
  }
  log.info('Stopped');
}

function collectionsOf(flags: ServeFlags, worker: CollectorWorker, log: Log): Collections {
  const collectionLog = new CollectionLog(log.for('collector'));
  const times = { interval: flags['collector.interval'], timeout: flags['collector.timeout'] };
  return new Collections(worker, times, (status) => {
    collectionLog.record(status);
  });
}

function webContext(
  flags: ServeFlags,
  collections: Collections,
  webConfig: LiveWebConfig | null,
  cleanup: OpenCleanup | null,
  log: Log,
): WebContext {
  const build = buildInfo();
  const exposition = new Exposition({ build, processMetrics: !flags['web.disableExporterMetrics'] });
  return {
    status: () => collections.status,
    refresh: () => collections.refresh(),
    exposition: (format, encoding) =>
      exposition.body(collections.status, format, encoding, cleanup?.cleanup.status ?? null),
    telemetryPath: flags['web.telemetryPath'],
    maxRequests: flags['web.maxRequests'],
    collectorIntervalMs: flags['collector.interval'],
    orphansEnabled: flags['collector.orphans'],
    cleanupHandlers: cleanup?.handlers ?? null,
    host: hostname(),
    startedAt: Date.now() / 1000 - process.uptime(),
    runbooks: new Runbooks(),
    guards: webConfig === null ? [] : [webConfig.middleware],
    build,
    log: log.for('web'),
  };
}

/** What serves cleanups; null where they are not enabled, and then none of it is loaded. */
async function cleanupOf(flags: ServeFlags, parts: CleanupParts): Promise<OpenCleanup | null> {
  if (!flags['cleanup.enabled']) return null;
  const { openCleanup } = await import('./open-cleanup.ts');
  return openCleanup(flags, parts);
}

/** A profiles file that cannot be used keeps the profiles that were read before. */
async function reloadProfiles(flags: ServeFlags, worker: CollectorWorker, log: Log): Promise<void> {
  try {
    const orphans = await orphanConfig(flags, true);
    if (orphans === null || flags['orphans.profilesFile'] === undefined) return;
    worker.useProfiles(orphans.profiles);
    log.info('Profiles read', { profiles: orphans.profiles.map(({ name }) => name).join(',') });
  } catch (error) {
    log.error('Profiles not read again; those from before stay', { err: messageOf(error) });
  }
}

/** The web config file at work; null where none is named, and then its parsers are not loaded. */
async function webConfigOf(flags: ServeFlags, log: Log): Promise<LiveWebConfig | null> {
  const file = flags['web.config.file'];
  if (file === undefined) return null;
  const { openWebConfig } = await import('../web/web-config/live-web-config.ts');
  return openWebConfig(file, log.for('web'));
}

/** Where to listen. As with other exporters, sockets that systemd passes make the addresses void. */
function listenAddresses(flags: ServeFlags): readonly ListenAddress[] {
  if (flags['web.systemdSocket']) return takePassedSockets();
  return (flags['web.listenAddress'] ?? [`:${DEFAULT_PORT}`]).map(parseListenAddress);
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
  if (flags['web.systemdSocket']) log.info('Listening on the sockets that systemd passes, not on addresses');
  if (process.geteuid?.() === 0) {
    log.warn('Running as root; a user with three capabilities is enough', { see: 'docs/privileges.md' });
  }
}
