import { isIPv4 } from 'node:net';
import { hostname, networkInterfaces } from 'node:os';
import { isAbsolute } from 'node:path';

import { UsageError } from '../errors.ts';

/** Where a running exporter is asked. */
export interface ExporterAddress {
  /** As it was given. */
  readonly text: string;
  readonly tls: boolean;
  /** What a request needs to get there. */
  readonly target:
    { readonly socketPath: string } | { readonly hostname: string; readonly port: string | number };
  /** What precedes each path: empty, or the prefix of a proxy without its last slash. */
  readonly prefix: string;
  /** Whether it is this machine, whose kernel can be read instead. */
  readonly here: boolean;
}

/** Reads an `--exporter.url`: `http://…`, `https://…` or `unix:/path`. Throws a UsageError that says what is wrong with it. */
export function parseExporterUrl(text: string): ExporterAddress {
  const refuse = (why: string): never => {
    throw new UsageError(`--exporter.url ${text} ${why}`);
  };
  if (text.startsWith('unix:')) {
    const socketPath = text.slice('unix:'.length);
    if (!isAbsolute(socketPath))
      refuse('needs an absolute path, as in unix:/run/sysvsem-exporter/exporter.sock');
    return { text, tls: false, target: { socketPath }, prefix: '', here: true };
  }
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !['http:', 'https:'].includes(url.protocol)) {
    return refuse('is no address of an exporter: use http://host:port, https://host:port or unix:/path');
  }
  if (url.username !== '' || url.password !== '') {
    throw new UsageError(
      '--exporter.url holds a login that others could read: use --user and --password-file instead',
    );
  }
  if (url.search !== '' || url.hash !== '') refuse('has a query: leave out all from "?" or "#" on');
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const tls = url.protocol === 'https:';
  return {
    text,
    tls,
    target: { hostname: host, port: url.port === '' ? (tls ? 443 : 80) : url.port },
    prefix: url.pathname.replace(/\/+$/, ''),
    here: isThisMachine(host),
  };
}

function isThisMachine(host: string): boolean {
  if (host === 'localhost' || host === hostname().toLowerCase()) return true;
  if (isIPv4(host) && host.startsWith('127.')) return true;
  const own = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return host === '::1' || own.some(({ address }) => address === host);
}
