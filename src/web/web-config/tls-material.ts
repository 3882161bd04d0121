import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { messageOf } from '../../errors.ts';
import { webConfigError } from './web-config-error.ts';
import type { PemSource, TlsSettings } from './web-config.ts';

/** What the TLS settings point at, as it stands at one moment: PEM texts. */
export interface TlsMaterial {
  readonly certificate: string;
  readonly key: string;
  /** Certificate authorities that clients are verified against; empty where none is, then no client is verified. */
  readonly clientCa: string;
}

/** Where distributions keep the system's certificate authorities, as Go looks for them (crypto/x509/root_linux.go). */
const SYSTEM_CA_FILES = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/pki/tls/cacert.pem',
  '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem',
  '/etc/ssl/cert.pem',
];

/**
 * Reads certificate, key and client CA. `file` is the web-config.yml, for messages. Throws a UsageError where one
 * cannot be read, or certificate and key are none or do not belong together.
 */
export async function readTlsMaterial(settings: TlsSettings, file: string): Promise<TlsMaterial> {
  const [certificate, key, clientCa] = await Promise.all([
    readPem(settings.certificate, file),
    readPem(settings.key, file),
    readClientCa(settings, file),
  ]);
  checkPair(settings, { certificate, key }, file);
  return { certificate, key, clientCa };
}

/** The certificate authorities that clients are verified against; empty where clients are not verified. */
export async function readClientCa(settings: TlsSettings, file: string): Promise<string> {
  if (settings.clientCa !== null) return await readPem(settings.clientCa, file);
  return settings.clientAuth.includes('Verify') ? await readSystemCa() : '';
}

async function readPem(source: PemSource, file: string): Promise<string> {
  if (source.path === undefined) return source.text ?? '';
  try {
    return await readFile(source.path, 'latin1');
  } catch (error) {
    const fault = `names ${source.path}, which cannot be read (${messageOf(error)}); mend the path or its permissions`;
    throw webConfigError(file, source.setting, fault, error);
  }
}

async function readSystemCa(): Promise<string> {
  for (const path of SYSTEM_CA_FILES) {
    try {
      return await readFile(path, 'latin1');
    } catch {
      // Another distribution's place.
    }
  }
  return '';
}

function checkPair(settings: TlsSettings, pem: { certificate: string; key: string }, file: string): void {
  const attempt = <T>(source: PemSource, fault: string, make: () => T): T => {
    try {
      return make();
    } catch (error) {
      throw webConfigError(file, source.setting, fault, error);
    }
  };
  const certificate = attempt(
    settings.certificate,
    'holds no certificate; give one in PEM, followed by those that lead to its authority',
    () => new X509Certificate(pem.certificate),
  );
  const key = attempt(settings.key, 'holds no private key without a passphrase; give one in PEM', () =>
    createPrivateKey(pem.key),
  );
  if (!certificate.checkPrivateKey(key)) {
    throw webConfigError(
      file,
      settings.key.setting,
      'is not the key of the certificate; give the two that belong together',
    );
  }
}
