import { Option, type Command } from 'commander';

import type { CollectorConfig } from '../collector/messages.ts';
import type { OrphanConfig } from '../orphans/orphan-watch.ts';
import { LOG_FORMATS, LOG_LEVELS, type LogFormat, type LogLevel } from '../log.ts';
import { addCleanupFlags, type CleanupFlags } from './cleanup-flags.ts';
import {
  countValue,
  durationDefault,
  durationValue,
  positiveDurationValue,
  repeatedValue,
} from './option-values.ts';
import { addOrphanFlags, type OrphanFlags } from './orphan-flags.ts';

/** The port that `serve` listens on unless told otherwise; not yet in Prometheus' list of default ports. */
export const DEFAULT_PORT = 10188;

/** Flags that say how the machine is read, of every command that reads it. */
export interface CollectorFlags {
  readonly 'collector.timeout': number;
  readonly 'collector.source': CollectorConfig['source'];
  readonly 'collector.ipcsPath': string;
  readonly 'path.procfs': string;
}

/** `--collector.per-set`, of the commands that publish metrics. */
export interface PerSetFlag {
  readonly 'collector.perSet': boolean;
}

/** Flags of `serve`. */
export interface ServeFlags extends CollectorFlags, PerSetFlag, OrphanFlags, CleanupFlags {
  /** Undefined where it was not given: then `:10188`. */
  readonly 'web.listenAddress'?: readonly string[];
  readonly 'web.systemdSocket': boolean;
  readonly 'web.config.file'?: string;
  readonly 'web.telemetryPath': string;
  readonly 'web.maxRequests': number;
  readonly 'web.disableExporterMetrics': boolean;
  readonly 'collector.interval': number;
  readonly 'log.level': LogLevel;
  readonly 'log.format': LogFormat;
}

/** Adds the flags of {@link CollectorFlags}. */
export function addCollectorFlags(command: Command): Command {
  return command
    .optionsGroup('Reading the machine:')
    .addOption(
      new Option(
        '--collector.timeout <duration>',
        'a collection that takes longer has failed; its child is killed',
      )
        .argParser(positiveDurationValue)
        .default(...durationDefault('10s')),
    )
    .addOption(
      new Option(
        '--collector.source <source>',
        'ipcs: run "ipcs -s" and complete it from /proc/sysvipc/sem; procfs: read only that file, no child process',
      )
        .choices(['ipcs', 'procfs'])
        .default('ipcs'),
    )
    .option('--collector.ipcs-path <program>', 'the ipcs program: a path, or a name in PATH', 'ipcs')
    .option('--path.procfs <folder>', 'where procfs is mounted', '/proc');
}

/** Adds the flag of {@link PerSetFlag}. */
export function addPerSetFlag(command: Command): Command {
  return command
    .optionsGroup('Reading the machine:')
    .option('--collector.per-set', 'add sysvsem_set_info: one series a set, so mind its cardinality', false);
}

/** Adds the flags of {@link ServeFlags}. */
export function addServeFlags(command: Command): Command {
  command
    .optionsGroup('HTTP:')
    .addOption(
      new Option(
        '--web.listen-address <address>',
        `host:port, [::]:port, :port or unix:/path (mode 0660); may be given more than once (default: :${DEFAULT_PORT})`,
      ).argParser(repeatedValue),
    )
    .option(
      '--web.systemd-socket',
      'listen on the sockets that systemd passes, and on no --web.listen-address',
      false,
    )
    .option(
      '--web.config.file <file>',
      'TLS, basic auth, headers and rate limit: a web-config.yml as other exporters read it',
    )
    .option('--web.telemetry-path <path>', 'path of the metrics', '/metrics')
    .addOption(
      new Option('--web.max-requests <number>', 'concurrent scrapes, more get 503; 0 for no limit')
        .argParser(countValue)
        .default(40),
    )
    .option('--web.disable-exporter-metrics', 'leave out process_* and nodejs_*', false)
    .optionsGroup('Reading the machine:')
    .addOption(
      new Option('--collector.interval <duration>', 'period of the collection; 0 collects on every scrape')
        .argParser(durationValue)
        .default(...durationDefault('15s')),
    );
  return addLogFlags(addCleanupFlags(addOrphanFlags(addPerSetFlag(addCollectorFlags(command)))));
}

/** What the worker thread is told of these flags. */
export function collectorConfig(
  flags: CollectorFlags & Partial<PerSetFlag>,
  orphans: OrphanConfig | null,
): CollectorConfig {
  return {
    source: flags['collector.source'],
    ipcsPath: flags['collector.ipcsPath'],
    procfs: flags['path.procfs'],
    perSet: flags['collector.perSet'] ?? false,
    orphans,
  };
}

function addLogFlags(command: Command): Command {
  return command
    .optionsGroup('Log (to standard error):')
    .addOption(
      new Option('--log.level <level>', 'least severe level').choices([...LOG_LEVELS]).default('info'),
    )
    .addOption(new Option('--log.format <format>', 'format').choices([...LOG_FORMATS]).default('logfmt'));
}
