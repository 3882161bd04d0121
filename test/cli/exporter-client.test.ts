import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { createServer as createSocketServer, type AddressInfo, type Server } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { parseExporterUrl } from '../../src/cli/exporter-address.ts';
import { ExporterClient } from '../../src/cli/exporter-client.ts';
import { HttpError } from '../../src/web/http-errors.ts';
import { createApp } from '../../src/web/app.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { inventedContext } from '../web/example.ts';
import { makeAuthority, makeIdentity } from '../web/web-config/certificates.ts';

interface Login {
  readonly ca?: string;
  readonly authorization?: string;
}

/** A server on a free port, or at a path, until the test ends; its port. */
async function listening(server: Server, path?: string): Promise<number> {
  if (path === undefined) server.listen(0, '127.0.0.1');
  else server.listen(path);
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return path === undefined ? (server.address() as AddressInfo).port : 0;
}

async function answering(answer: RequestListener): Promise<string> {
  return `http://127.0.0.1:${await listening(createServer(answer))}`;
}

function get(url: string, { ca, authorization }: Login = {}, stop = new AbortController().signal) {
  const client = new ExporterClient({ address: parseExporterUrl(url), ca, authorization }, stop);
  onTestFinished(() => {
    client.close();
  });
  return client.get('/api/v1/status', z.looseObject({ up: z.boolean() }));
}

const refused = (message: RegExp) => ({ code: 'refused', message: expect.stringMatching(message) as string });

describe('asking a running exporter', () => {
  it('gives what it answers, over TCP, below a prefix and over a Unix socket', async () => {
    const app = createApp(inventedContext());
    expect(await get(await answering(app))).toMatchObject({ up: true, version: '1.2.3' });
    const proxied: RequestListener = (req, res) => {
      req.url = req.url?.replace(/^\/web1/, '') ?? '';
      app(req, res);
    };
    expect(await get(`${await answering(proxied)}/web1/`)).toMatchObject({ up: true });
    const path = join(temporaryFolder(onTestFinished), 'socket');
    await listening(createServer(app), path);
    expect(await get(`unix:${path}`)).toMatchObject({ up: true });
  });

  it('knows when nobody answers', async () => {
    const unused = createSocketServer();
    const port = await listening(unused);
    unused.close();
    await once(unused, 'close');
    const nobody = {
      code: 'no_answer',
      message: expect.stringContaining('no exporter answers at') as string,
    };
    await expect(get(`http://127.0.0.1:${port}`)).rejects.toMatchObject(nobody);
    await expect(get(`http://localhost:${port}`)).rejects.toMatchObject(nobody);
    await expect(get('unix:/nonexistent/socket')).rejects.toMatchObject(nobody);
    await expect(get('http://no-such-host.invalid')).rejects.toMatchObject(nobody);
  });

  it.each([
    [302, 'Found', /no sysvsem-exporter of this kind, it answered 302: correct --exporter\.url/],
    [404, '404 page not found', /it answered 404/],
    [200, '<html>', /it answered something else/],
    [200, '{"version":"3.1"}', /it answered something else/],
  ])('takes what answers %i and %s for something else than an exporter', async (status, body, message) => {
    const url = await answering((req, res) => {
      // Whoever follows this has its login taken along.
      expect(req.url).toBe('/api/v1/status');
      res.writeHead(status, { Location: '/elsewhere' }).end(body);
    });
    await expect(get(url)).rejects.toMatchObject(refused(message));
  });

  it.each([
    [new HttpError('unauthorized'), {}, /asks for a login: give --user and --password-file$/],
    [new HttpError('unauthorized'), { authorization: 'Basic eDp5' }, /refuses the login: correct --user/],
    [new HttpError('rate_limited'), {}, /limits the rate of requests: try again/],
    [new HttpError('broken_web_config'), {}, /answered 500: The exporter could not answer; its log says why/],
    [new HttpError('login_busy'), {}, /answered 503: Too many logins/],
    [
      new HttpError('not_collected', 'a\u001b[31m file is gone'),
      {},
      /has nothing to tell, look at its log: a\\u\{1b\}\[31m file is gone$/,
    ],
  ])('passes on that it answers %s', async (error, login, message) => {
    const guards = [
      () => {
        throw error;
      },
    ];
    await expect(get(await answering(createApp(inventedContext({ guards }))), login)).rejects.toMatchObject(
      refused(message),
    );
  });

  it.each([
    [
      'closes the connection',
      '',
      /closed the connection without an answer: if it speaks TLS, give --exporter\.url/,
    ],
    ['speaks another protocol', 'SSH-2.0-OpenSSH\r\n', /gave no answer that can be read \(Parse Error/],
    [
      'stops in the middle',
      'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{',
      /ended in the middle of its answer/,
    ],
  ])('says that what listens there %s', async (_what, said, message) => {
    const server = createSocketServer((socket) => {
      socket.on('error', () => undefined).once('data', () => socket.end(said));
    });
    const url = `http://127.0.0.1:${await listening(server)}`;
    await expect(get(url)).rejects.toMatchObject(refused(message));
  });

  it('ends when it is stopped', async () => {
    const silent = createSocketServer((socket) => void socket.on('error', () => undefined));
    const url = `http://127.0.0.1:${await listening(silent)}`;
    const stop = new AbortController();
    silent.once('connection', () => {
      stop.abort();
    });
    await expect(get(url, {}, stop.signal)).rejects.toThrow('stopped before the exporter had answered');
  });
});

describe('asking over TLS', () => {
  it('trusts the authority it is given, for the names of the certificate, and nobody else', async () => {
    const authority = await makeAuthority('ca');
    const identity = async (...names: string[]) =>
      makeIdentity({
        issuer: authority,
        alternativeNames: names.map((value) => ({ type: 'dns', value }) as const),
      });
    const serve = async (tls: Awaited<ReturnType<typeof identity>>) =>
      listening(createTlsServer(tls, createApp(inventedContext())));
    const port = await serve(await identity('localhost'));
    const ca = authority.cert;
    expect(await get(`https://localhost:${port}`, { ca })).toMatchObject({ up: true });
    await expect(get(`https://localhost:${port}`)).rejects.toMatchObject(
      refused(/certificate that cannot be trusted \(.*\): name the authority .* --ca-file/),
    );
    await expect(get(`https://127.0.0.1:${port}`, { ca })).rejects.toMatchObject(
      refused(/cannot be trusted \(.*\): give --exporter\.url a host name that the certificate is for/),
    );
    const other = (await makeAuthority('ca')).cert;
    await expect(get(`https://localhost:${port}`, { ca: other })).rejects.toMatchObject(
      refused(/cannot be trusted/),
    );
    const expired = await makeIdentity({
      issuer: authority,
      expired: true,
      alternativeNames: [{ type: 'dns', value: 'localhost' }],
    });
    await expect(get(`https://localhost:${await serve(expired)}`, { ca })).rejects.toMatchObject(
      refused(/cannot be trusted \(certificate has expired\): renew it/),
    );
  });

  it('says that a client certificate is wanted', async () => {
    const authority = await makeAuthority('ca');
    const identity = await makeIdentity({
      issuer: authority,
      alternativeNames: [{ type: 'dns', value: 'localhost' }],
    });
    const server = createTlsServer({ ...identity, ca: authority.cert, requestCert: true });
    await expect(
      get(`https://localhost:${await listening(server)}`, { ca: authority.cert }),
    ).rejects.toMatchObject(refused(/wants a client certificate/));
  });

  it('says that plain HTTP is spoken there', async () => {
    const url = await answering(createApp(inventedContext()));
    await expect(get(url.replace('http', 'https'))).rejects.toMatchObject(
      refused(/does not speak TLS: try --exporter\.url with http:/),
    );
  });
});
