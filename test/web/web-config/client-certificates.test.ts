import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { connect } from 'node:tls';
import { beforeAll, describe, expect, it } from 'vitest';
import type { ClientAuthType } from '../../../src/web/web-config/web-config.ts';
import { makeAuthority, makeIdentity, type Authority, type Identity } from './certificates.ts';
import { keptAlive, LiveServer } from './live-server.ts';

const TLS = 'tls_server_config:\n  cert_file: server.crt\n  key_file: server.key\n';
const REFUSED = /ECONNRESET|socket hang up|disconnected|alert|EPIPE/i;

let ca: Authority;
let otherCa: Authority;
let server: Identity;
/** What clients show, by what is the matter with it. */
let clients: Record<
  'good' | 'ofOtherCa' | 'expired' | 'selfSigned' | 'forServers' | 'none',
  Partial<Identity>
>;

beforeAll(async () => {
  ca = await makeAuthority('ca');
  otherCa = await makeAuthority('other ca');
  server = await makeIdentity({ name: 'server', issuer: ca });
  clients = {
    good: await makeIdentity({
      issuer: ca,
      usage: 'client',
    }),
    ofOtherCa: await makeIdentity({ issuer: otherCa }),
    expired: await makeIdentity({ issuer: ca, expired: true }),
    selfSigned: await makeIdentity({ name: 'self' }),
    forServers: await makeIdentity({ issuer: ca, usage: 'server' }),
    none: {},
  };
});

async function start(more: string): Promise<LiveServer> {
  return await LiveServer.start(`${TLS}${more}`, {
    'server.crt': server.cert,
    'server.key': server.key,
    'ca.crt': ca.cert,
    'both.crt': `${ca.cert}\n${otherCa.cert}`,
    'other.crt': otherCa.cert,
  });
}

describe.each(['TLSv1.2', 'TLSv1.3'] as const)('who comes in by %s', (maxVersion) => {
  const EVERYBODY = ['good', 'ofOtherCa', 'expired', 'selfSigned', 'forServers', 'none'] as const;
  it.each<[ClientAuthType | 'RequireClientCert', readonly (typeof EVERYBODY)[number][]]>([
    ['NoClientCert', EVERYBODY],
    ['RequestClientCert', EVERYBODY],
    ['RequireAnyClientCert', ['good', 'ofOtherCa', 'expired', 'selfSigned', 'forServers']],
    ['RequireClientCert', ['good', 'ofOtherCa', 'expired', 'selfSigned', 'forServers']],
    ['VerifyClientCertIfGiven', ['good', 'none']],
    ['RequireAndVerifyClientCert', ['good']],
  ])('with client_auth_type %s: %s', async (type, admitted) => {
    const withCa = type === 'NoClientCert' ? '' : '  client_ca_file: ca.crt\n';
    const live = await start(`  client_auth_type: ${type}\n${withCa}`);
    for (const client of EVERYBODY) {
      const asked = live.ask({ ...clients[client], maxVersion });
      if (admitted.includes(client)) await expect(asked, client).resolves.toMatchObject({ status: 200 });
      else await expect(asked, client).rejects.toThrow(REFUSED);
    }
  });
});

describe('the client CA', () => {
  const VERIFY = '  client_auth_type: RequireAndVerifyClientCert\n';

  it('may stand in the file itself', async () => {
    const live = await start(`${VERIFY}  client_ca: |\n${ca.cert.trim().replaceAll(/^/gm, '    ')}\n`);
    expect(await live.ask(clients.good)).toMatchObject({ status: 200 });
    await expect(live.ask(clients.ofOtherCa)).rejects.toThrow(REFUSED);
  });

  it('may be several', async () => {
    const live = await start(`${VERIFY}  client_ca_file: both.crt\n`);
    expect(await live.ask(clients.good)).toMatchObject({ status: 200 });
    expect(await live.ask(clients.ofOtherCa)).toMatchObject({ status: 200 });
    await expect(live.ask(clients.selfSigned)).rejects.toThrow(REFUSED);
  });

  it('may be below the root, as Go allows it, and vouches for what it signed alone', async () => {
    const below = await makeAuthority('below', ca);
    const ofBelow = await makeIdentity({ issuer: below });
    const live = await start(`${VERIFY}  client_ca_file: ca.crt\n`);
    live.write(below.cert, 'ca.crt');
    expect(await live.ask(ofBelow)).toMatchObject({ status: 200 });
    await expect(live.ask(clients.good)).rejects.toThrow(REFUSED);
  });

  it('may be the one certificate of a client', async () => {
    const live = await start(`${VERIFY}  client_ca_file: ca.crt\n`);
    live.write(clients.selfSigned.cert ?? '', 'ca.crt');
    expect(await live.ask(clients.selfSigned)).toMatchObject({ status: 200 });
    await expect(live.ask(clients.good)).rejects.toThrow(REFUSED);
  });

  it('is reached by the certificates that the client sends along', async () => {
    const below = await makeAuthority('below', ca);
    const { cert, key } = await makeIdentity({ issuer: below });
    const live = await start(`${VERIFY}  client_ca_file: ca.crt\n`);
    await expect(live.ask({ cert, key })).rejects.toThrow(REFUSED);
    expect(await live.ask({ cert: `${cert}\n${below.cert}`, key })).toMatchObject({ status: 200 });
  });

  it('that holds no certificate lets nobody in', async () => {
    const live = await start(`${VERIFY}  client_ca_file: server.key\n`);
    for (const client of Object.values(clients)) await expect(live.ask(client)).rejects.toThrow(REFUSED);
  });

  it.runIf(existsSync('/etc/ssl/certs/ca-certificates.crt'))(
    "is the system's where none is named, and those did not sign our clients",
    async () => {
      const live = await start(VERIFY);
      for (const client of Object.values(clients)) await expect(live.ask(client)).rejects.toThrow(REFUSED);
    },
  );

  it('is read again at each handshake, and whoever it no longer vouches for is out at once', async () => {
    const live = await start(`${VERIFY}  client_ca_file: ca.crt\n`);
    const agent = keptAlive(clients.good);
    expect(await live.ask({ agent })).toMatchObject({ status: 200 });
    live.write(otherCa.cert, 'ca.crt');
    await expect(live.ask({ agent })).rejects.toThrow(REFUSED);
    await expect(live.ask(clients.good)).rejects.toThrow(REFUSED);
    expect(await live.ask(clients.ofOtherCa)).toMatchObject({ status: 200 });
  });

  it('that cannot be read any more is a broken file to those who are in, and lets nobody else in', async () => {
    const live = await start(`${VERIFY}  client_ca_file: ca.crt\n`);
    const agent = keptAlive(clients.good);
    await live.ask({ agent });
    live.write(`${TLS}${VERIFY}  client_ca_file: nowhere.crt\n`);
    expect(await live.ask({ agent })).toMatchObject({ status: 500 });
    expect(live.logged('error')).toEqual([expect.stringContaining('nowhere.crt')]);
    await expect(live.ask(clients.good)).rejects.toThrow(REFUSED);
    live.write(`${TLS}${VERIFY}  client_ca_file: ca.crt\n`);
    expect(await live.ask({ agent })).toMatchObject({ status: 200 });
  });

  it('that is asked for from now on ends the connections of those who proved nothing', async () => {
    const live = await start('');
    const agent = keptAlive(clients.good);
    await live.ask({ agent });
    live.write(`${TLS}${VERIFY}  client_ca_file: ca.crt\n`);
    await expect(live.ask({ agent })).rejects.toThrow(REFUSED);
    expect(await live.ask({ agent })).toMatchObject({ status: 200 });
  });
});

it('proves a client afresh that offers the session of an earlier handshake', async () => {
  const live = await start('  client_auth_type: RequireAndVerifyClientCert\n  client_ca_file: ca.crt\n');
  for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
    const options = { port: live.port, host: '127.0.0.1', rejectUnauthorized: false, maxVersion };
    const first = connect({ ...options, ...clients.good });
    first.write('GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n');
    const [[session]] = (await Promise.all([once(first, 'session'), once(first, 'data')])) as [
      [Buffer],
      unknown,
    ];
    first.destroy();
    expect(await live.ask({ ...clients.good, session, maxVersion })).toMatchObject({ status: 200 });
    await expect(live.ask({ session, maxVersion })).rejects.toThrow(REFUSED);
  }
});
