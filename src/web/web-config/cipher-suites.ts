/** Cipher suites of TLS 1.0 to 1.2 that web-config.yml may name: Go's name → OpenSSL's. */
const CONFIGURABLE: Readonly<Record<string, string>> = {
  TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256: 'ECDHE-ECDSA-AES128-GCM-SHA256',
  TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256: 'ECDHE-RSA-AES128-GCM-SHA256',
  TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384: 'ECDHE-ECDSA-AES256-GCM-SHA384',
  TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384: 'ECDHE-RSA-AES256-GCM-SHA384',
  TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256: 'ECDHE-ECDSA-CHACHA20-POLY1305',
  TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256: 'ECDHE-RSA-CHACHA20-POLY1305',
  TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA: 'ECDHE-ECDSA-AES128-SHA',
  TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA: 'ECDHE-RSA-AES128-SHA',
  TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA: 'ECDHE-ECDSA-AES256-SHA',
  TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA: 'ECDHE-RSA-AES256-SHA',
  TLS_RSA_WITH_AES_128_GCM_SHA256: 'AES128-GCM-SHA256',
  TLS_RSA_WITH_AES_256_GCM_SHA384: 'AES256-GCM-SHA384',
  TLS_RSA_WITH_AES_128_CBC_SHA: 'AES128-SHA',
  TLS_RSA_WITH_AES_256_CBC_SHA: 'AES256-SHA',
};

/** Cipher suites of TLS 1.3: the file may name them, but like Go offers all of them whatever it names. */
const ALWAYS = ['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256'];

/** The names that `cipher_suites` may hold. */
export const CIPHER_SUITES: readonly string[] = [...Object.keys(CONFIGURABLE), ...ALWAYS];

/** The suites HTTP/2 demands of TLS 1.2 (RFC 9113, 9.2.2), in one of its two forms. */
export const HTTP2_SUITES: readonly string[] = [
  'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256',
  'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256',
];

/**
 * Node's `ciphers` for these suites of {@link CIPHER_SUITES}, in their order; for none, those with forward secrecy.
 * `oldVersions` admits TLS 1.0 and 1.1, whose signatures OpenSSL 3 refuses above security level 0.
 */
export function opensslCiphers(suites: readonly string[], oldVersions: boolean): string {
  const named =
    suites.length > 0 ? suites : Object.keys(CONFIGURABLE).filter((name) => name.includes('_ECDHE_'));
  const old = named.flatMap((name) => CONFIGURABLE[name] ?? []);
  const level = oldVersions && old.length > 0 ? ['@SECLEVEL=0'] : [];
  return [...ALWAYS, ...old, ...level].join(':');
}
