import 'reflect-metadata';
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
  type JsonGeneralNames,
} from '@peculiar/x509';
import { KeyObject, webcrypto } from 'node:crypto';

const ECDSA = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const RSA = {
  name: 'RSASSA-PKCS1-v1_5',
  hash: 'SHA-256',
  modulusLength: 2048,
  publicExponent: Uint8Array.of(1, 0, 1),
};
const DAY = 86_400_000;

/** A certificate with its key, both PEM. */
export interface Identity {
  readonly cert: string;
  readonly key: string;
}

/** What a certificate should be; its own signature and a year's life unless told otherwise. */
export interface CertificateWish {
  readonly name?: string;
  readonly issuer?: Authority;
  readonly alternativeNames?: JsonGeneralNames;
  readonly expired?: boolean;
  readonly usage?: 'server' | 'client';
  readonly rsa?: boolean;
}

/** A certificate authority that signs what it is asked to. */
export interface Authority extends Identity {
  readonly subject: string;
  readonly keys: webcrypto.CryptoKeyPair;
}

/** Makes a certificate authority, signed by itself or by `issuer`. */
export async function makeAuthority(name: string, issuer?: Authority): Promise<Authority> {
  return await make({ name, ...(issuer && { issuer }) }, true);
}

/** Makes a certificate for a server or a client. */
export async function makeIdentity(wish: CertificateWish = {}): Promise<Identity> {
  return await make(wish, false);
}

async function make(wish: CertificateWish, authority: boolean): Promise<Authority> {
  const algorithm = wish.rsa === true ? RSA : ECDSA;
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const subject = `CN=${wish.name ?? 'someone'}`;
  const extensions = [
    new BasicConstraintsExtension(authority),
    ...(wish.alternativeNames ? [new SubjectAlternativeNameExtension(wish.alternativeNames)] : []),
    ...(wish.usage ? [new ExtendedKeyUsageExtension([ExtendedKeyUsage[`${wish.usage}Auth`]])] : []),
  ];
  const now = Date.now();
  const certificate = await X509CertificateGenerator.create(
    {
      subject,
      issuer: wish.issuer?.subject ?? subject,
      notBefore: new Date(now - 2 * DAY),
      notAfter: new Date(now + (wish.expired === true ? -DAY : 365 * DAY)),
      signingAlgorithm: wish.issuer ? ECDSA : algorithm,
      signingKey: wish.issuer?.keys.privateKey ?? keys.privateKey,
      publicKey: keys.publicKey,
      extensions,
    },
    webcrypto,
  );
  return {
    cert: certificate.toString('pem'),
    key: KeyObject.from(keys.privateKey).export({ type: 'pkcs8', format: 'pem' }).toString(),
    subject,
    keys,
  };
}
