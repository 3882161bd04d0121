import { constants } from 'node:crypto';
import { createSecureContext, type TlsOptions } from 'node:tls';
import { messageOf } from '../../errors.ts';
import { opensslCiphers } from './cipher-suites.ts';
import type { TlsMaterial } from './tls-material.ts';
import { webConfigError } from './web-config-error.ts';
import type { TlsSettings } from './web-config.ts';

/** A client that has not finished the handshake after this long is cut off, in milliseconds. */
const HANDSHAKE_TIMEOUT = 10_000;

/**
 * What Node's TLS server needs for these settings. What the client's certificate must be beyond that is judged by
 * {@link clientRefusal}. Throws a UsageError where OpenSSL refuses them; `file` is the web-config.yml, for messages.
 */
export function tlsOptions(settings: TlsSettings, material: TlsMaterial, file: string): TlsOptions {
  const oldVersions = settings.minVersion === 'TLSv1' || settings.minVersion === 'TLSv1.1';
  const options = {
    cert: material.certificate,
    key: material.key,
    // An empty list, because Node's own authorities would stand in for none.
    ca: material.clientCa === '' ? [] : [material.clientCa],
    // As Go: what the file names as an authority is one, root or not.
    allowPartialTrustChain: true,
    minVersion: settings.minVersion,
    maxVersion: settings.maxVersion,
    ciphers: opensslCiphers(settings.cipherSuites, oldVersions),
    ecdhCurve: settings.curves.length > 0 ? settings.curves.join(':') : 'auto',
    honorCipherOrder: settings.preferServerCipherSuites,
    // A resumed session would skip the proof that the file asks for at this handshake; Go renegotiates with nobody.
    secureOptions: constants.SSL_OP_NO_TICKET | constants.SSL_OP_NO_RENEGOTIATION,
    ALPNProtocols: ['http/1.1'],
    handshakeTimeout: HANDSHAKE_TIMEOUT,
    requestCert: settings.clientAuth !== 'NoClientCert',
    rejectUnauthorized: settings.clientAuth === 'RequireAndVerifyClientCert',
  };
  try {
    createSecureContext(options);
  } catch (error) {
    throw webConfigError(
      file,
      'tls_server_config',
      `is refused by OpenSSL (${messageOf(error)}); mend it`,
      error,
    );
  }
  return options;
}
