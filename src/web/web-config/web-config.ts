import type { BcryptHash } from './bcrypt-hash.ts';
import type { RateLimit } from './token-bucket.ts';

/** A web-config.yml that was read and found good; its certificates have not been looked at. */
export interface WebConfig {
  /** Null where the file asks for no TLS. */
  readonly tls: TlsSettings | null;
  /** Undefined where the file does not say. */
  readonly http2: boolean | undefined;
  /** Header fields of every answer, by name. */
  readonly headers: ReadonlyMap<string, string>;
  /** Who may log in, by user name; where nobody is named, nobody needs to. */
  readonly users: ReadonlyMap<string, BcryptHash>;
  /** Null where requests are not limited. */
  readonly rateLimit: RateLimit | null;
}

/** The section `tls_server_config`, complete. */
export interface TlsSettings {
  readonly certificate: PemSource;
  readonly key: PemSource;
  /** Null where the file names none: then the system's certificate authorities are meant. */
  readonly clientCa: PemSource | null;
  readonly clientAuth: ClientAuthType;
  /** Alternative names of which a client's certificate needs one; null where any will do. */
  readonly clientAllowedSans: readonly string[] | null;
  readonly minVersion: TlsVersion;
  readonly maxVersion: TlsVersion;
  /** Names as Go writes them; empty is the default list. */
  readonly cipherSuites: readonly string[];
  readonly preferServerCipherSuites: boolean;
  /** Names as OpenSSL writes them; empty is the default list. */
  readonly curves: readonly string[];
}

/** A PEM text: written into the file, or the path of the file that holds it. */
export interface PemSource {
  /** The key of web-config.yml that names it, for messages. */
  readonly setting: string;
  readonly text?: string;
  readonly path?: string;
}

/** What clients have to show, as Go's tls.ClientAuthType names it. */
export const CLIENT_AUTH_TYPES = [
  'NoClientCert',
  'RequestClientCert',
  'RequireAnyClientCert',
  'VerifyClientCertIfGiven',
  'RequireAndVerifyClientCert',
] as const;

/** One of {@link CLIENT_AUTH_TYPES}. */
export type ClientAuthType = (typeof CLIENT_AUTH_TYPES)[number];

/** TLS versions as the file names them → as Node does. */
export const TLS_VERSIONS = {
  TLS10: 'TLSv1',
  TLS11: 'TLSv1.1',
  TLS12: 'TLSv1.2',
  TLS13: 'TLSv1.3',
} as const;

/** A TLS version as Node names it. */
type TlsVersion = (typeof TLS_VERSIONS)[keyof typeof TLS_VERSIONS];
