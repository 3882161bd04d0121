import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';

import type { Command } from 'commander';

import { messageOf, UsageError } from '../errors.ts';
import { parseExporterUrl, type ExporterAddress } from './exporter-address.ts';
import { DEFAULT_PORT } from './flags.ts';

/** Flags that say where the running exporter is, of every command that talks to it. */
export interface ExporterFlags {
  readonly 'exporter.url': string;
  readonly caFile?: string;
  readonly user?: string;
  readonly passwordFile?: string;
}

/** How a running exporter is reached. */
export interface ExporterAccess {
  readonly address: ExporterAddress;
  /** Authorities that its certificate is verified against, PEM; undefined for those that Node brings. */
  readonly ca: string | undefined;
  /** Header field of the login; undefined without one. */
  readonly authorization: string | undefined;
}

/** Adds the flags of {@link ExporterFlags}. */
export function addExporterFlags(command: Command): Command {
  return command
    .optionsGroup('The running exporter:')
    .option(
      '--exporter.url <url>',
      'where it listens: http://host:port, https://host:port or unix:/path',
      `http://127.0.0.1:${DEFAULT_PORT}`,
    )
    .option('--ca-file <file>', 'authorities that vouch for its certificate, in PEM')
    .option('--user <name>', 'user of its basic auth, with --password-file')
    .option('--password-file <file>', 'file that holds the password of --user');
}

/** How these flags say that the exporter is reached. Throws a UsageError where one of them cannot be used. */
export function exporterAccess(flags: ExporterFlags): ExporterAccess {
  const address = parseExporterUrl(flags['exporter.url']);
  if (flags.caFile !== undefined && !address.tls) {
    throw new UsageError(
      `--ca-file has no use with ${address.text}: give --exporter.url an https:// address`,
    );
  }
  return { address, ca: authoritiesOf(flags), authorization: authorizationOf(flags) };
}

function authoritiesOf({ caFile }: ExporterFlags): string | undefined {
  if (caFile === undefined) return undefined;
  const pem = readFlagFile('--ca-file', caFile);
  try {
    // Node would take a file without a certificate for a list of no authorities, and blame the exporter's.
    new X509Certificate(pem);
  } catch (cause) {
    throw new UsageError(
      `--ca-file ${caFile} holds no certificate in PEM: name the authority's certificate file`,
      { cause },
    );
  }
  return pem;
}

function authorizationOf({ user, passwordFile }: ExporterFlags): string | undefined {
  if (user === undefined && passwordFile === undefined) return undefined;
  if (user === undefined || passwordFile === undefined) {
    throw new UsageError('--user and --password-file go together: give both or neither');
  }
  if (user.includes(':')) throw new UsageError(`--user ${user} has a colon, which basic auth cannot send`);
  // As Prometheus reads its password_file: the newline that an editor leaves is no part of it.
  const password = readFlagFile('--password-file', passwordFile).trim();
  if (password === '')
    throw new UsageError(`--password-file ${passwordFile} is empty: write the password to it`);
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}

/** Content of a file that a flag names. Throws a UsageError that names both. */
export function readFlagFile(flag: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new UsageError(
      `${flag} ${path} cannot be read (${messageOf(cause)}): name a file that this user may read`,
      { cause },
    );
  }
}
