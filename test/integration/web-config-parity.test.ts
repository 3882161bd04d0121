import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { request as plainRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { join } from 'node:path';
import type { ConnectionOptions } from 'node:tls';
import { beforeAll, expect, onTestFinished } from 'vitest';
import { needs } from '../support/needs.ts';
import { RunningProgram } from '../support/program.ts';
import { makeAuthority, makeIdentity } from '../web/web-config/certificates.ts';
import { basic, LiveServer } from '../web/web-config/live-server.ts';

type Client = ConnectionOptions & RequestOptions;

const TLS = 'tls_server_config:\n  cert_file: server.crt\n  key_file: server.key\n';
const VERIFY = `${TLS}  client_auth_type: RequireAndVerifyClientCert\n  client_ca_file: `;
const HASH = '04$HceE23ycdV8Ce2T9E92aMuDEDJnRpt3n8jFzIC6gBRxFHDhV0i2Ca';
const GOOD = basic('alice', 'hunter2').Authorization;
const AUTHORIZATIONS = [
  GOOD,
  GOOD.toLowerCase(),
  GOOD.replace('Basic', 'BASIC'),
  GOOD.replace(' ', '  '),
  GOOD.replace(/=+$/, ''),
  `${GOOD}AAAA`,
  GOOD.replace('Y', '!'),
  GOOD.replace('Basic', 'Bearer'),
  'Basic',
  'Basic ',
  basic('alice', 'wrong').Authorization,
  basic('alice', `hunter2${'x'.repeat(100)}`).Authorization,
  basic('bob', 'hunter2').Authorization,
  basic('', 'hunter2').Authorization,
  `Basic ${Buffer.from('alice').toString('base64')}`,
];

let files: Record<string, string>;
let clients: Record<string, Client>;
beforeAll(async () => {
  const ca = await makeAuthority('ca');
  const below = await makeAuthority('below', ca);
  const server = await makeIdentity({ name: 'server', rsa: true });
  const self = await makeIdentity({ name: 'self' });
  files = {
    'server.crt': server.cert,
    'server.key': server.key,
    'ca.crt': ca.cert,
    'below.crt': below.cert,
    'self.crt': self.cert,
  };
  clients = {
    none: {},
    good: await makeIdentity({ issuer: ca, usage: 'client' }),
    ofBelow: await makeIdentity({ issuer: below }),
    ofOtherCa: await makeIdentity({ issuer: await makeAuthority('other') }),
    ofNamesake: await makeIdentity({ issuer: await makeAuthority('ca') }),
    expired: await makeIdentity({ issuer: ca, expired: true }),
    forServers: await makeIdentity({ issuer: ca, usage: 'server' }),
    self,
    tls10: { minVersion: 'TLSv1', maxVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' },
    tls11: { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' },
    tls12: { maxVersion: 'TLSv1.2' },
    tls13: { minVersion: 'TLSv1.3' },
    cbc: { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-RSA-AES128-SHA' },
    gcm: { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-RSA-AES128-GCM-SHA256' },
    diffieHellman: { maxVersion: 'TLSv1.2', ciphers: 'DHE-RSA-AES128-GCM-SHA256' },
    p521: { ecdhCurve: 'P-521' },
    x25519: { ecdhCurve: 'X25519' },
  };
});

const exporters = needs('prometheus-node-exporter');

exporters.describe('node_exporter and this exporter let in the same clients', () => {
  const { it } = exporters;
  const configs = {
    'without client_auth_type': TLS,
    ...Object.fromEntries(
      [
        'RequestClientCert',
        'RequireAnyClientCert',
        'VerifyClientCertIfGiven',
        'RequireAndVerifyClientCert',
      ].map((type) => [type, `${TLS}  client_auth_type: ${type}\n  client_ca_file: ca.crt\n`]),
    ),
    'with a client CA below its root': `${VERIFY}below.crt\n`,
    'with one client for a client CA': `${VERIFY}self.crt\n`,
    'with a client CA that holds no certificate': `${VERIFY}server.key\n`,
    "with the system's client CA": `${TLS}  client_auth_type: RequireAndVerifyClientCert\n`,
    'from TLS 1.0': `${TLS}  min_version: TLS10\n`,
    'from TLS 1.1 to 1.2': `${TLS}  min_version: TLS11\n  max_version: TLS12\n`,
    'with TLS 1.3 only': `${TLS}  min_version: TLS13\n`,
    'with versions the wrong way round': `${TLS}  min_version: TLS13\n  max_version: TLS12\n`,
    'with suites that HTTP/2 cannot use': `${TLS}  cipher_suites: [TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA]\nhttp_server_config:\n  http2: false\n`,
    'with one suite': `${TLS}  cipher_suites: [TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256]\n`,
    'with one curve': `${TLS}  curve_preferences: [CurveP521]\n`,
  };
  for (const [name, yaml] of Object.entries(configs)) {
    it(
      name,
      async () => {
        expect(await outcomes(yaml, clients, askTls)).toEqual(
          await outcomesOfNodeExporter(yaml, clients, askTls),
        );
      },
      30_000,
    );
  }
});

exporters.it(
  'suites without forward secrecy are taken where the file names them, here as there, but by default only there',
  async () => {
    const client = { old: { maxVersion: 'TLSv1.2', ciphers: 'AES128-GCM-SHA256' } as const };
    const named = `${TLS}  cipher_suites: [TLS_RSA_WITH_AES_128_GCM_SHA256, TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256]\n`;
    expect(await outcomesOfNodeExporter(named, client, askTls)).toEqual({ old: 200 });
    expect(await outcomes(named, client, askTls)).toEqual({ old: 200 });
    // Go has left them out of its own list since 1.22; Debian's is older.
    expect(await outcomes(TLS, client, askTls)).toEqual({ old: 'refused' });
  },
  30_000,
);

exporters.describe('node_exporter and this exporter take the same logins', () => {
  const { it } = exporters;
  for (const prefix of ['$2a$', '$2b$', '$2y$', '$2x$', '$2$', '$1a$']) {
    it(`against a hash that begins with ${prefix}`, async () => {
      const yaml = `basic_auth_users:\n  alice: ${prefix}${HASH}\n`;
      const logins = Object.fromEntries(
        AUTHORIZATIONS.map((value) => [value, { headers: { Authorization: value } }]),
      );
      expect(await outcomes(yaml, logins, askPlainly)).toEqual(
        await outcomesOfNodeExporter(yaml, logins, askPlainly),
      );
    }, 30_000);
  }
});

type Ask = (port: number, client: Client) => Promise<number>;

/** What becomes of each client here: the status, or `refused`. */
async function outcomes(
  yaml: string,
  asking: Record<string, Client>,
  ask: Ask,
): Promise<Record<string, unknown>> {
  return await outcomesAt((await LiveServer.start(yaml, files)).port, asking, ask);
}

async function outcomesOfNodeExporter(
  yaml: string,
  asking: Record<string, Client>,
  ask: Ask,
): Promise<Record<string, unknown>> {
  const { folder } = await LiveServer.start(yaml, files);
  const flags = ['--web.listen-address=127.0.0.1:0', '--collector.disable-defaults'];
  const file = `--web.config.file=${join(folder, 'web.yml')}`;
  writeFileSync(join(folder, 'web.yml'), yaml);
  const program = await RunningProgram.start(onTestFinished, ['prometheus-node-exporter', ...flags, file]);
  const address = await program.listeningAddress();
  return await outcomesAt(Number(new URL(`http://${address}`).port), asking, ask);
}

async function outcomesAt(
  port: number,
  asking: Record<string, Client>,
  ask: Ask,
): Promise<Record<string, unknown>> {
  const found: Record<string, unknown> = {};
  for (const [name, client] of Object.entries(asking)) {
    found[name] = await ask(port, client).catch(() => 'refused');
  }
  return found;
}

const askTls: Ask = (port, client) =>
  statusOf(
    request({
      host: '127.0.0.1',
      port,
      path: '/metrics',
      agent: false,
      rejectUnauthorized: false,
      ...client,
    }),
  );

const askPlainly: Ask = (port, client) =>
  statusOf(plainRequest({ host: '127.0.0.1', port, path: '/metrics', agent: false, ...client }));

async function statusOf(asked: ReturnType<typeof request>): Promise<number> {
  asked.setTimeout(10_000, () => asked.destroy(new Error('no answer')));
  asked.end();
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  response.resume();
  return response.statusCode ?? 0;
}
