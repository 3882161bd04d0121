import { Option, type Command } from 'commander';

import { allowedOwners } from '../cleanup/owners.ts';
import type { CleanupPolicy } from '../cleanup/cleanup.ts';
import { findRemovalPrograms, type RemovalPrograms } from '../cleanup/removal-programs.ts';
import { UsageError } from '../errors.ts';
import type { UserNames } from '../kernel/user-names.ts';
import { isConfidential } from '../web/loopback.ts';
import { countValue, repeatedValue } from './option-values.ts';
import type { OrphanFlags } from './orphan-flags.ts';

/** Flags that say what may be removed, and who may ask for it. */
export interface CleanupFlags {
  readonly 'cleanup.enabled': boolean;
  readonly 'cleanup.tokenFile'?: string;
  readonly 'cleanup.allowOwner'?: readonly string[];
  readonly 'cleanup.allowSuspected': boolean;
  readonly 'cleanup.maxSets': number;
  readonly 'cleanup.auditFile'?: string;
  readonly 'cleanup.insecureHttp': boolean;
}

/** Adds the flags of {@link CleanupFlags}. */
export function addCleanupFlags(command: Command): Command {
  return command
    .optionsGroup('Removing orphans:')
    .option('--cleanup.enabled', 'let POST /api/v1/cleanup remove proven orphans', false)
    .option('--cleanup.token-file <file>', 'bearer tokens, one a line; readable by its owner only')
    .addOption(
      new Option(
        '--cleanup.allow-owner <owner>',
        'owner whose sets may be removed, a name or a uid, never root; may be given more than once',
      ).argParser(repeatedValue),
    )
    .option('--cleanup.allow-suspected', 'let a request ask for suspected sets too', false)
    .addOption(
      new Option('--cleanup.max-sets <number>', 'most sets one request may remove')
        .argParser(countValue)
        .default(1000),
    )
    .option('--cleanup.audit-file <file>', 'JSON lines of who removed what and why, beside the log')
    .option('--cleanup.insecure-http', 'also without TLS on an address that others can reach', false);
}

/** What cleanup needs of its flags, checked. */
export interface CleanupConfig {
  readonly policy: CleanupPolicy;
  readonly tokenFile: string;
  readonly auditFile: string | null;
  readonly programs: RemovalPrograms;
}

/** What these flags say where cleanup is enabled. Rejects with a UsageError for what is missing or unsafe. */
export async function cleanupConfig(
  flags: CleanupFlags & Pick<OrphanFlags, 'collector.orphans'>,
  names: UserNames,
): Promise<CleanupConfig> {
  const { 'cleanup.tokenFile': tokenFile, 'cleanup.allowOwner': owners = [] } = flags;
  if (!flags['collector.orphans'])
    throw new UsageError(
      '--cleanup.enabled needs --collector.orphans: without it nothing is proved; leave --no-collector.orphans out',
    );
  if (tokenFile === undefined)
    throw new UsageError(
      '--cleanup.enabled needs --cleanup.token-file: name a file with a token that openssl rand -hex 32 made',
    );
  if (owners.length === 0)
    throw new UsageError(
      '--cleanup.enabled needs --cleanup.allow-owner: name whose sets may be removed, such as www-data',
    );
  if (flags['cleanup.maxSets'] === 0)
    throw new UsageError(
      '--cleanup.max-sets: 0 would remove nothing; give 1 or more, or leave --cleanup.enabled out',
    );
  return {
    policy: {
      owners: await allowedOwners(owners, names),
      allowSuspected: flags['cleanup.allowSuspected'],
      maxSets: flags['cleanup.maxSets'],
    },
    tokenFile,
    auditFile: flags['cleanup.auditFile'] ?? null,
    programs: findRemovalPrograms(process.env['PATH'] ?? ''),
  };
}

/**
 * Refuses to take tokens where anybody on the way could read them. `addresses` are those that are bound, as one writes
 * them in a flag. Throws a UsageError.
 */
export function refuseOpenAddresses(flags: CleanupFlags, addresses: readonly string[], tls: boolean): void {
  if (!flags['cleanup.enabled'] || flags['cleanup.insecureHttp'] || tls) return;
  const open = addresses.find((address) => !isConfidential(address));
  if (open === undefined) return;
  throw new UsageError(
    `--cleanup.enabled: tokens would cross the network in the clear to ${open}; listen on 127.0.0.1 or unix:/path ` +
      '(--web.listen-address), turn TLS on (--web.config.file), or accept it with --cleanup.insecure-http',
  );
}
