import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { send } from '../listen.ts';
import { makeIdentity, type Identity } from './certificates.ts';
import { keptAlive, LiveServer } from './live-server.ts';

const TLS = 'tls_server_config:\n  cert_file: server.crt\n  key_file: server.key\n';

let ecdsa: Identity;
let rsa: Identity;
let next: Identity;
beforeAll(async () => {
  ecdsa = await makeIdentity({ name: 'first' });
  next = await makeIdentity({ name: 'second' });
  rsa = await makeIdentity({ name: 'rsa', rsa: true });
});

async function start(more = '', identity = ecdsa, rest = ''): Promise<LiveServer> {
  return await LiveServer.start(`${TLS}${more}${rest}`, {
    'server.crt': identity.cert,
    'server.key': identity.key,
  });
}

function indented(pem: string): string {
  return pem.trim().replaceAll(/^/gm, '    ');
}

describe('TLS by web-config.yml', () => {
  it('is off without certificates', async () => {
    const server = await LiveServer.start('http_server_config: {}\n');
    expect(server.config.tls).toBe(false);
    expect(await server.askPlainly()).toMatchObject({ status: 200, body: 'metrics' });
  });

  it('is on with a certificate and its key', async () => {
    const server = await start();
    expect(server.config.tls).toBe(true);
    expect(await server.ask()).toMatchObject({ status: 200, protocol: 'TLSv1.3', subject: 'CN=first' });
    await expect(server.askPlainly()).rejects.toThrow();
  });

  it('takes certificate and key from the file itself', async () => {
    const inline = `tls_server_config:\n  cert: |\n${indented(ecdsa.cert)}\n  key: |\n${indented(ecdsa.key)}\n`;
    const server = await LiveServer.start(inline);
    expect(await server.ask()).toMatchObject({ status: 200, subject: 'CN=first' });
  });

  it('answers 50 clients that connect at once, and some of them name the server', async () => {
    const server = await start();
    const replies = await Promise.all(
      Array.from({ length: 50 }, (_, n) => server.ask(n % 2 === 0 ? {} : { servername: 'exporter.example' })),
    );
    expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([200]));
  });

  it('does the handshake with a client whose hello comes byte by byte', async () => {
    const server = await start();
    const relay = createServer((client) => {
      const upstream = connect({ port: server.port, host: '127.0.0.1', noDelay: true });
      client.on('data', (chunk) => {
        for (const byte of chunk) upstream.write(Buffer.of(byte));
      });
      client.on('close', () => upstream.destroy());
      upstream.pipe(client);
    }).listen(0, '127.0.0.1');
    onTestFinished(() => {
      relay.close();
    });
    await once(relay, 'listening');
    const { port } = relay.address() as AddressInfo;
    expect(await server.ask({ port })).toMatchObject({ status: 200, subject: 'CN=first' });
  });

  it('ends a connection that says no hello within ten seconds', async () => {
    const server = await start();
    const client = send(server.port, '');
    await expect.poll(client.closed, { timeout: 15_000 }).toBe(true);
    expect(client.received()).toBe('');
  }, 20_000);

  it('lets a client that breaks off at once harm nobody', async () => {
    const server = await start();
    for (let n = 0; n < 20; n++)
      connect(server.port, '127.0.0.1', function (this: Socket) {
        this.resetAndDestroy();
      });
    expect(await server.ask()).toMatchObject({ status: 200 });
  });

  it('keeps a connection for the next request', async () => {
    const server = await start();
    const agent = keptAlive();
    await server.ask({ agent });
    const [socket] = Object.values(agent.freeSockets).flat();
    await server.ask({ agent });
    expect(Object.values(agent.freeSockets).flat()).toEqual([socket]);
  });

  it('speaks HTTP/1.1 with a client that would rather speak HTTP/2, and says that http2 has no effect', async () => {
    const server = await start('', ecdsa, 'http_server_config:\n  http2: true\n');
    expect(await server.ask({ ALPNProtocols: ['h2', 'http/1.1'] })).toMatchObject({ status: 200 });
    await expect(server.ask({ ALPNProtocols: ['h2'] })).rejects.toThrow();
    expect(server.logged('warn')).toEqual([expect.stringContaining('http2 has no effect')]);
  });

  it.each(['TLSv1.2', 'TLSv1.3'] as const)(
    'resumes no session of %s, so that each handshake is a proof of its own',
    async (maxVersion) => {
      const server = await start();
      let session: Buffer | undefined;
      for (let turn = 0; turn < 2; turn++) {
        const options = { port: server.port, host: '127.0.0.1', rejectUnauthorized: false, maxVersion };
        const client = connectTls({ ...options, ...(session && { session }) });
        client.on('session', (given: Buffer) => (session = given));
        client.write('GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
        await once(client, 'secureConnect');
        expect(client.isSessionReused()).toBe(false);
        client.resume();
        await once(client, 'close');
      }
      expect(session).toBeDefined();
    },
  );
});

describe('versions, suites and curves', () => {
  it('refuses TLS 1.0 and 1.1 unless told otherwise', async () => {
    const server = await start('', rsa);
    for (const version of ['TLSv1', 'TLSv1.1'] as const) {
      const old = { minVersion: version, maxVersion: version, ciphers: 'DEFAULT@SECLEVEL=0' };
      await expect(server.ask(old)).rejects.toThrow(
        /alert protocol version|wrong version|unsupported protocol/,
      );
    }
    expect(await server.ask({ maxVersion: 'TLSv1.2' })).toMatchObject({ protocol: 'TLSv1.2' });
  });

  it.each([
    ['TLS10', 'TLSv1'],
    ['TLS11', 'TLSv1.1'],
  ] as const)('takes %s where min_version admits it', async (name, version) => {
    const server = await start(`  min_version: ${name}\n`, rsa);
    const old = { minVersion: version, maxVersion: version, ciphers: 'DEFAULT@SECLEVEL=0' };
    expect(await server.ask(old)).toMatchObject({ status: 200, protocol: version });
    expect(await server.ask()).toMatchObject({ protocol: 'TLSv1.3' });
  });

  it('offers nothing above max_version and nothing below min_version', async () => {
    expect(await (await start('  max_version: TLS12\n')).ask()).toMatchObject({ protocol: 'TLSv1.2' });
    const newest = await start('  min_version: TLS13\n');
    await expect(newest.ask({ maxVersion: 'TLSv1.2' })).rejects.toThrow();
  });

  it('lets nobody in with a min_version above max_version, and says so', async () => {
    const server = await start('  min_version: TLS13\n  max_version: TLS12\n');
    await expect(server.ask()).rejects.toThrow();
    expect(server.logged('warn').join()).toContain('min_version is above max_version');
  });

  const SUITES =
    '  cipher_suites: [TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256]\n';
  const BOTH = {
    maxVersion: 'TLSv1.2',
    ciphers: 'ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384',
  } as const;

  it('takes only the suites of the list, in its order', async () => {
    const server = await start(SUITES);
    expect(await server.ask(BOTH)).toMatchObject({ cipher: 'ECDHE-ECDSA-AES256-GCM-SHA384' });
    const other = { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-CHACHA20-POLY1305' } as const;
    await expect(server.ask(other)).rejects.toThrow();
  });

  it("takes the client's order where prefer_server_cipher_suites is false", async () => {
    const server = await start(`${SUITES}  prefer_server_cipher_suites: false\n`);
    expect(await server.ask(BOTH)).toMatchObject({ cipher: 'ECDHE-ECDSA-AES128-GCM-SHA256' });
  });

  it('offers every suite of TLS 1.3 whatever the list says', async () => {
    const server = await start(SUITES);
    const one = { minVersion: 'TLSv1.3', ciphers: 'TLS_CHACHA20_POLY1305_SHA256' } as const;
    expect(await server.ask(one)).toMatchObject({ cipher: 'TLS_CHACHA20_POLY1305_SHA256' });
  });

  it('speaks only TLS 1.3 where the list names none but its suites', async () => {
    const server = await start('  min_version: TLS13\n  cipher_suites: [TLS_AES_128_GCM_SHA256]\n');
    expect(await server.ask()).toMatchObject({ protocol: 'TLSv1.3' });
    await expect(server.ask({ maxVersion: 'TLSv1.2' })).rejects.toThrow();
  });

  it('takes only the curves of curve_preferences', async () => {
    const server = await start('  curve_preferences: [CurveP384]\n');
    expect(await server.ask({ maxVersion: 'TLSv1.2' })).toMatchObject({ curve: 'secp384r1' });
    await expect(server.ask({ ecdhCurve: 'X25519' })).rejects.toThrow();
  });
});

describe('each handshake goes by what the files say at that moment', () => {
  it('shows a rotated certificate to the next client, and keeps those who are in', async () => {
    const server = await start();
    const agent = keptAlive();
    expect(await server.ask({ agent })).toMatchObject({ subject: 'CN=first' });
    const kept = Object.values(agent.freeSockets).flat();
    server.write(next.key, 'server.key');
    server.write(next.cert, 'server.crt');
    expect(await server.ask()).toMatchObject({ status: 200, subject: 'CN=second' });
    expect(await server.ask({ agent })).toMatchObject({ status: 200 });
    expect(Object.values(agent.freeSockets).flat()).toEqual(kept);
  });

  it('follows another version, suite or certificate in the file', async () => {
    const server = await start();
    expect(await server.ask({ maxVersion: 'TLSv1.2' })).toMatchObject({ status: 200 });
    server.write(`${TLS}  min_version: TLS13\n`);
    await expect(server.ask({ maxVersion: 'TLSv1.2' })).rejects.toThrow();
    server.write(TLS);
    expect(await server.ask({ maxVersion: 'TLSv1.2' })).toMatchObject({ status: 200 });
  });

  it.each([
    ['web-config.yml is broken', 'web.yml', 'tls_server_config: ['],
    ['web-config.yml is empty', 'web.yml', ''],
    ['web-config.yml asks for no TLS any more', 'web.yml', 'http_server_config: {}\n'],
    ['the key is not that of the certificate', 'server.key', 'next'],
    ['the certificate is half written', 'server.crt', '-----BEGIN CERTIFICATE-----\nMIIB'],
  ])(
    'refuses every handshake while %s, logs it once, and takes them again once mended',
    async (_, name, content) => {
      const server = await start();
      server.write(content === 'next' ? next.key : content, name);
      await expect(server.ask()).rejects.toThrow();
      await expect(server.ask()).rejects.toThrow();
      expect(server.logged('error')).toEqual([
        expect.stringMatching(/nobody is let in until it is mended.*\.$/),
      ]);
      server.write({ 'web.yml': TLS, 'server.key': ecdsa.key, 'server.crt': ecdsa.cert }[name] ?? '', name);
      expect(await server.ask()).toMatchObject({ status: 200 });
      await vi.waitFor(() => {
        expect(server.logged('info').join()).toContain('is mended');
      });
      expect(server.logged('error')).toHaveLength(1);
    },
  );
});
