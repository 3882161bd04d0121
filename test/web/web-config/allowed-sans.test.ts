import { X509Certificate } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { alternativeNames } from '../../../src/web/web-config/client-certificate.ts';
import { makeAuthority, makeIdentity, type Identity } from './certificates.ts';
import { keptAlive, LiveServer } from './live-server.ts';

const TLS = 'tls_server_config:\n  cert_file: server.crt\n  key_file: server.key\n';
const REFUSED = /ECONNRESET|socket hang up|disconnected|alert|EPIPE/i;

let files: Record<string, string>;
let clients: Record<'good' | 'ofOtherCa' | 'nameless' | 'selfSigned', Identity>;

beforeAll(async () => {
  const ca = await makeAuthority('ca');
  const server = await makeIdentity({ name: 'server' });
  files = { 'server.crt': server.cert, 'server.key': server.key, 'ca.crt': ca.cert };
  clients = {
    good: await makeIdentity({
      issuer: ca,
      alternativeNames: [
        { type: 'dns', value: 'one.example' },
        { type: 'ip', value: '192.0.2.7' },
        { type: 'ip', value: '2001:db8::7' },
        { type: 'email', value: 'one@example.org' },
        { type: 'url', value: 'spiffe://example.org/one' },
      ],
    }),
    ofOtherCa: await makeIdentity({
      issuer: await makeAuthority('other ca'),
      alternativeNames: [{ type: 'dns', value: 'one.example' }],
    }),
    nameless: await makeIdentity({ issuer: ca }),
    selfSigned: await makeIdentity({ name: 'self' }),
  };
});

async function start(more: string): Promise<LiveServer> {
  return await LiveServer.start(`${TLS}${more}`, files);
}

describe('client_allowed_sans', () => {
  const VERIFY = '  client_auth_type: RequireAndVerifyClientCert\n  client_ca_file: ca.crt\n';

  it.each(['one.example', '192.0.2.7', '2001:db8::7', 'one@example.org', 'spiffe://example.org/one'])(
    'lets in a client one of whose names is %s',
    async (name) => {
      const live = await start(`${VERIFY}  client_allowed_sans: [nobody.example, "${name}"]\n`);
      expect(await live.ask(clients.good)).toMatchObject({ status: 200 });
      await expect(live.ask(clients.nameless)).rejects.toThrow(REFUSED);
    },
  );

  it.each(['ONE.example', 'example', '2001:0db8:0:0:0:0:0:7', 'CN=someone'])(
    'is no match by %s: names are compared as they are',
    async (name) => {
      const live = await start(`${VERIFY}  client_allowed_sans: ["${name}"]\n`);
      await expect(live.ask(clients.good)).rejects.toThrow(REFUSED);
    },
  );

  it('lets nobody in where it is empty', async () => {
    const live = await start(`${VERIFY}  client_allowed_sans: []\n`);
    await expect(live.ask(clients.good)).rejects.toThrow(REFUSED);
  });

  it('does not make an untrusted certificate trusted', async () => {
    const live = await start(`${VERIFY}  client_allowed_sans: [one.example]\n`);
    await expect(live.ask(clients.ofOtherCa)).rejects.toThrow(REFUSED);
  });

  it('asks no more of the certificate with RequireAnyClientCert', async () => {
    const live = await start(
      '  client_auth_type: RequireAnyClientCert\n  client_allowed_sans: [one.example]\n',
    );
    expect(await live.ask(clients.ofOtherCa)).toMatchObject({ status: 200 });
    await expect(live.ask(clients.selfSigned)).rejects.toThrow(REFUSED);
  });

  it('ends the connection of a client whose name is taken from the list', async () => {
    const live = await start(`${VERIFY}  client_allowed_sans: [one.example]\n`);
    const agent = keptAlive(clients.good);
    expect(await live.ask({ agent })).toMatchObject({ status: 200 });
    live.write(`${TLS}${VERIFY}  client_allowed_sans: [two.example]\n`);
    await expect(live.ask({ agent })).rejects.toThrow(REFUSED);
  });
});

describe("a certificate's alternative names", () => {
  it('are read whole, whatever is written into them', async () => {
    const hostile = 'a, DNS:admin.example';
    const { cert } = await makeIdentity({
      alternativeNames: [
        { type: 'dns', value: hostile },
        { type: 'url', value: 'https://x/?a="b", DNS:root.example' },
        { type: 'ip', value: '::ffff:c000:209' },
        { type: 'ip', value: '::1' },
        { type: 'email', value: 'a@example.org' },
      ],
    });
    expect(alternativeNames(new X509Certificate(cert))).toEqual([
      hostile,
      'https://x/?a="b", DNS:root.example',
      '192.0.2.9',
      '::1',
      'a@example.org',
    ]);
  });

  it('are none where the certificate has none', async () => {
    const { cert } = await makeIdentity();
    expect(alternativeNames(new X509Certificate(cert))).toEqual([]);
  });
});
