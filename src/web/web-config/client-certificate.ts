import type { X509Certificate } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import type { TlsSettings } from './web-config.ts';

/** Why a client may not come in although the handshake is done, one sentence for the log; null where it may. */
export function clientRefusal(
  socket: Pick<TLSSocket, 'authorized' | 'authorizationError' | 'getPeerX509Certificate'>,
  settings: Pick<TlsSettings, 'clientAuth' | 'clientAllowedSans'>,
): string | null {
  const { clientAuth, clientAllowedSans } = settings;
  if (clientAuth === 'NoClientCert') return null;
  const certificate = socket.getPeerX509Certificate();
  if (certificate === undefined) {
    return clientAuth.startsWith('Require') ? 'The client showed no certificate.' : null;
  }
  if (clientAuth.includes('Verify') && !socket.authorized) {
    return `The client's certificate is not trusted (${String(socket.authorizationError)}).`;
  }
  if (
    clientAllowedSans !== null &&
    !alternativeNames(certificate).some((name) => clientAllowedSans.includes(name))
  ) {
    return "None of the alternative names of the client's certificate is in client_allowed_sans.";
  }
  return null;
}

// Node writes a value that could be mistaken for more than one as a JSON string (CVE-2021-44532).
const NAME = /(?:^|, )(DNS|email|URI|IP Address|[^:,"]+):("(?:[^"\\]|\\.)*"|[^,]*)/g;

/** DNS names, e-mail addresses, URIs and IP addresses of a certificate, the addresses in Go's notation. */
export function alternativeNames(certificate: Pick<X509Certificate, 'subjectAltName'>): string[] {
  const names: string[] = [];
  for (const [, kind, written = ''] of (certificate.subjectAltName ?? '').matchAll(NAME)) {
    const value = written.startsWith('"') ? String(JSON.parse(written)) : written;
    if (kind === 'IP Address') names.push(canonicalAddress(value));
    else if (kind === 'DNS' || kind === 'email' || kind === 'URI') names.push(value);
  }
  return names;
}

/** An IP address as Go's net.IP prints it: OpenSSL writes IPv6 in full, Go shortens it (RFC 5952). */
function canonicalAddress(address: string): string {
  if (!address.includes(':')) return address;
  const url = `http://[${address}]`;
  if (!URL.canParse(url)) return address;
  const short = new URL(url).hostname.slice(1, -1);
  const mapped = /^::ffff:([0-9a-f]+):([0-9a-f]+)$/.exec(short);
  if (mapped === null) return short;
  const bytes = [mapped[1], mapped[2]]
    .map((part) => parseInt(part ?? '', 16))
    .flatMap((n) => [n >> 8, n & 255]);
  return bytes.join('.');
}
