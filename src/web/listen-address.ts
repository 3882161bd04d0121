import { isIP, isIPv4, isIPv6 } from 'node:net';
import { isAbsolute } from 'node:path';
import { UsageError } from '../errors.ts';

/** Where to listen. */
export type ListenAddress =
  | {
      readonly kind: 'tcp';
      /** Name or IP address; null for every address of the machine, IPv6 and IPv4. */
      readonly host: string | null;
      /** 0 to 65535; 0 lets the kernel choose. */
      readonly port: number;
    }
  | { readonly kind: 'unix'; readonly path: string }
  | {
      /** Passed by the service manager (systemd-sockets.ts), which has bound it and keeps it. */
      readonly kind: 'passed';
      readonly fd: number;
      /** What its unit calls it, empty where it has no name; not always one of a kind. */
      readonly name: string;
    };

/** Most bytes of a Unix socket's path: sun_path less its closing NUL (unix(7)). */
const MAX_PATH_BYTES = 107;

const HOST_NAME = /^(?=.{1,253}$)[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?(?:\.[A-Za-z0-9_-]+)*\.?$/;

/**
 * Reads a `--web.listen-address`: `host:port`, `[ipv6]:port`, `:port` or `unix:/path`. Throws a UsageError that
 * quotes the address.
 */
export function parseListenAddress(text: string): ListenAddress {
  const refuse = (why: string): never => {
    throw new UsageError(`--web.listen-address: ${JSON.stringify(text)} ${why}.`);
  };
  if (text.startsWith('unix:')) return { kind: 'unix', path: checkPath(text.slice('unix:'.length), refuse) };
  if (text.startsWith('vsock:'))
    refuse('cannot be used, because Node has no vsock; use host:port or unix:/path');
  if (text.includes('://')) refuse('is a URL; leave the scheme out and give host:port or unix:/path');

  const [, host, digits] = /^(.*):([^:\]]*)$/s.exec(text) ?? [];
  if (host === undefined || digits === undefined) {
    return refuse('has no port; give host:port, [ipv6]:port, :port or unix:/path');
  }
  const port = /^\d{1,5}$/.test(digits) ? Number(digits) : Number.NaN;
  if (!(port <= 65_535)) refuse('has a port that is no number from 0 to 65535');
  return { kind: 'tcp', host: checkHost(host, refuse), port };
}

/** An address as one writes it in a flag; a passed socket's descriptor and name. */
export function formatListenAddress(address: ListenAddress): string {
  if (address.kind === 'unix') return `unix:${address.path}`;
  if (address.kind === 'passed') return `fd ${address.fd}${address.name === '' ? '' : ` (${address.name})`}`;
  const host = address.host ?? '';
  return `${isIPv6(host) ? `[${host}]` : host}:${address.port}`;
}

function checkPath(path: string, refuse: (why: string) => never): string {
  if (!isAbsolute(path)) refuse('needs an absolute path, as in unix:/run/sysvsem-exporter.sock');
  if (path.includes('\0') || path.endsWith('/')) refuse('is not the path of a file');
  if (Buffer.byteLength(path) > MAX_PATH_BYTES) {
    refuse(`is too long for a Unix socket; its path may have at most ${MAX_PATH_BYTES} bytes`);
  }
  return path;
}

function checkHost(host: string, refuse: (why: string) => never): string | null {
  if (host === '') return null;
  const [, bracketed] = /^\[(.*)\]$/s.exec(host) ?? [];
  if (bracketed !== undefined) {
    if (!isIPv6(bracketed)) refuse('has no IPv6 address between its brackets');
    return bracketed;
  }
  if (isIP(host) === 6) refuse('needs brackets around its IPv6 address, as in [::1]:10188');
  // The resolver would read 127.1 or 1.2.3.400 in its own way; nobody means that.
  if (/^[\d.]+$/.test(host) && !isIPv4(host)) refuse('has no valid IPv4 address');
  if (!HOST_NAME.test(host)) refuse('has no valid host name');
  return host;
}
