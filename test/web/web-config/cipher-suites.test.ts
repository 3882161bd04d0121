import { createSecureContext, getCiphers } from 'node:tls';
import { expect, it } from 'vitest';
import { CIPHER_SUITES, opensslCiphers } from '../../../src/web/web-config/cipher-suites.ts';

it.each(CIPHER_SUITES)('%s is a cipher suite that this OpenSSL knows', (suite) => {
  const names = opensslCiphers([suite], false).split(':');
  const known = getCiphers();
  for (const name of names) expect(known).toContain(name.toLowerCase());
  expect(names).toHaveLength(/^TLS_(AES|CHACHA20)/.test(suite) ? 3 : 4);
});

it('without a list only suites with forward secrecy are offered', () => {
  const names = opensslCiphers([], false).split(':');
  expect(names).toHaveLength(13);
  for (const name of names) expect(name).toMatch(/^(TLS_|ECDHE-)/);
});

it('the security level sinks only where old versions are asked for and a suite of theirs is left', () => {
  expect(opensslCiphers([], false)).not.toContain('SECLEVEL');
  expect(opensslCiphers([], true)).toContain(':@SECLEVEL=0');
  const newest = opensslCiphers(['TLS_AES_128_GCM_SHA256'], true);
  expect(newest).not.toContain('SECLEVEL');
  expect(() => createSecureContext({ ciphers: newest })).not.toThrow();
});
