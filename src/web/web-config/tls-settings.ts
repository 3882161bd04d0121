import { dirname, resolve } from 'node:path';
import { HTTP2_SUITES } from './cipher-suites.ts';
import type { RawTlsSection } from './schema.ts';
import { webConfigError } from './web-config-error.ts';
import { CLIENT_AUTH_TYPES, type PemSource, type TlsSettings } from './web-config.ts';

/**
 * The TLS settings that a section means, null where it asks for no TLS. Throws a UsageError where parts contradict
 * each other or miss.
 */
export function tlsSettings(raw: RawTlsSection, http2: boolean, file: string): TlsSettings | null {
  const refuse = (key: string, fault: string): never => {
    throw webConfigError(file, `tls_server_config${key === '' ? '' : `.${key}`}`, fault);
  };
  const pem = (inline: 'cert' | 'key' | 'client_ca'): PemSource | null => {
    const path = raw[`${inline}_file`];
    // The file wins where both are given.
    if (path !== undefined)
      return { setting: `tls_server_config.${inline}_file`, path: resolve(dirname(file), path) };
    const content = raw[inline];
    return content === undefined ? null : { setting: `tls_server_config.${inline}`, text: content };
  };
  const certificate = pem('cert');
  const key = pem('key');
  const clientCa = pem('client_ca');
  if (certificate === null && key === null && clientCa === null && raw.client_auth_type === undefined)
    return null;
  if (certificate === null)
    return refuse('', "has neither cert_file nor cert; name the server's certificate");
  if (key === null)
    return refuse('', "has neither key_file nor key; name the private key of the server's certificate");

  // The older name of the same thing.
  const named = raw.client_auth_type === 'RequireClientCert' ? 'RequireAnyClientCert' : raw.client_auth_type;
  const clientAuth = CLIENT_AUTH_TYPES.find((type) => type === (named ?? 'NoClientCert'));
  if (clientAuth === undefined) {
    return refuse('client_auth_type', `is none of ${CLIENT_AUTH_TYPES.join(', ')}; use one of them`);
  }
  if (clientCa !== null && clientAuth === 'NoClientCert') {
    refuse(
      'client_auth_type',
      'asks clients for no certificate, but a client CA is given; use RequireAndVerifyClientCert',
    );
  }
  const clientAllowedSans = raw.client_allowed_sans ?? null;
  if (clientAllowedSans !== null && !clientAuth.startsWith('Require')) {
    refuse(
      'client_allowed_sans',
      'needs client_auth_type RequireAndVerifyClientCert or RequireAnyClientCert; set one of them',
    );
  }
  const minVersion = raw.min_version ?? 'TLSv1.2';
  const cipherSuites = raw.cipher_suites ?? [];
  // HTTP/2 is not served here, but the other exporters of the host would not start with this file.
  if (
    http2 &&
    minVersion !== 'TLSv1.3' &&
    cipherSuites.length > 0 &&
    !HTTP2_SUITES.some((s) => cipherSuites.includes(s))
  ) {
    refuse(
      'cipher_suites',
      `lacks what HTTP/2 needs; add ${HTTP2_SUITES.join(' or ')}, or set http_server_config.http2 to false`,
    );
  }
  return {
    certificate,
    key,
    clientCa,
    clientAuth,
    clientAllowedSans,
    minVersion,
    maxVersion: raw.max_version ?? 'TLSv1.3',
    cipherSuites,
    preferServerCipherSuites: raw.prefer_server_cipher_suites ?? true,
    curves: raw.curve_preferences ?? [],
  };
}
