import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { connect, type AddressInfo } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { describe, expect, it, onTestFinished } from 'vitest';
import { answerClientErrors } from '../../src/web/client-error.ts';
import { CONNECTION_LIMITS, Connections, type ConnectionLimits } from '../../src/web/connections.ts';
import { SERVER_OPTIONS } from '../../src/web/http-server.ts';
import { requestText, send } from './listen.ts';
import { makeIdentity } from './web-config/certificates.ts';

/** The port of a server with these bounds, one that listens to `handler` unless it is a server already. */
async function listen(handler: RequestListener | Server, limits: Partial<ConnectionLimits>): Promise<number> {
  const server = typeof handler === 'function' ? createServer(SERVER_OPTIONS, handler) : handler;
  const connections = new Connections(server, { ...CONNECTION_LIMITS, ...limits });
  answerClientErrors(server, connections);
  onTestFinished(() => {
    server.close();
    connections.destroy();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

const hello: RequestListener = (_req, res) => {
  res.end('hello');
};

describe('a house that is full', () => {
  it('lets a newcomer in, and the one go that has asked nothing for longest', async () => {
    const port = await listen(hello, { connections: 3 });
    const clients = [];
    for (let count = 0; count < 3; count++) {
      const client = send(port, requestText('/'));
      await expect.poll(client.received).toContain('hello');
      clients.push(client);
    }
    const [first, second, third] = clients;
    first?.socket.write(requestText('/'));
    await expect.poll(() => first?.received().match(/hello/g)?.length).toBe(2);
    const newcomer = send(port, requestText('/'));
    await expect.poll(newcomer.received).toContain('hello');
    await expect.poll(() => second?.closed()).toBe(true);
    expect([first, third, newcomer].map((client) => client?.closed())).toEqual([false, false, false]);
  });

  it('lets half a request go, but nobody who is being answered', async () => {
    const waiting: (() => void)[] = [];
    const port = await listen(
      (_req, res) => {
        waiting.push(() => res.end('done'));
      },
      { connections: 2 },
    );
    const answered = send(port, requestText('/'));
    await expect.poll(() => waiting.length).toBe(1);
    const half = send(port, 'GET / HTTP/1.1\r\nHo');
    await once(half.socket, 'connect');
    const newcomer = send(port, requestText('/'));
    await expect.poll(() => waiting.length).toBe(2);
    await expect.poll(half.closed).toBe(true);
    for (const finish of waiting) finish();
    await expect.poll(answered.received).toContain('done');
    await expect.poll(newcomer.received).toContain('done');
  });

  it('lets a handshake go that does not go on, and not those who are agreed', async () => {
    const server = createHttpsServer({ ...SERVER_OPTIONS, ...(await makeIdentity()) }, hello);
    const port = await listen(server, { connections: 3 });
    const agreed = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false });
    let closed = false;
    agreed.on('close', () => (closed = true));
    onTestFinished(() => {
      agreed.destroy();
    });
    await once(agreed, 'secureConnect');
    const silent = [send(port, ''), send(port, '')];
    for (const { socket } of silent) await once(socket, 'connect');
    const newcomer = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false });
    onTestFinished(() => {
      newcomer.destroy();
    });
    await once(newcomer, 'secureConnect');
    await expect.poll(() => silent.map((client) => client.closed())).toEqual([true, false]);
    expect(closed).toBe(false);
  });

  it('closes those who come when everybody is being answered and the burst is used up', async () => {
    let asked = 0;
    const port = await listen(() => asked++, { connections: 1, burst: 1 });
    const answered = [send(port, requestText('/'))];
    await expect.poll(() => asked).toBe(1);
    answered.push(send(port, requestText('/')));
    await expect.poll(() => asked).toBe(2);
    const rejected = send(port, requestText('/'));
    await expect.poll(rejected.closed).toBe(true);
    expect(answered.map(({ closed }) => closed())).toEqual([false, false]);
  });
});

const IMPATIENT = { requestTimeout: 300, headersTimeout: 300, connectionsCheckingInterval: 50 };

describe('an answer', () => {
  it('that nobody takes is given up in time', async () => {
    let closed = false;
    const port = await listen(
      (_req, res) => {
        res.once('close', () => (closed = true));
        // More than the kernel keeps for a reader who does not read.
        res.end(Buffer.alloc(64 * 1024 * 1024));
      },
      { sendTimeout: 200 },
    );
    const client = connect(port, '127.0.0.1').pause();
    onTestFinished(() => {
      client.destroy();
    });
    client.write(requestText('/'));
    await expect.poll(() => closed, { timeout: 5_000 }).toBe(true);
  });

  it('may be long in coming: only the taking has a limit', async () => {
    let finish = (): void => undefined;
    const port = await listen(
      (_req, res) => {
        finish = () => res.end('done');
      },
      { sendTimeout: 50 },
    );
    const client = send(port, requestText('/'));
    const startedAt = performance.now();
    await expect.poll(() => performance.now() - startedAt).toBeGreaterThan(150);
    expect(client.closed()).toBe(false);
    finish();
    await expect.poll(client.received).toContain('done');
  });

  it.each([
    ['half a header', 'GET / HTTP/1.1\r\nHost: '],
    ['half a body', 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nslow'],
  ])('that is under way is never mixed with one to %s that comes behind', async (_, half) => {
    let asked = 0;
    const port = await listen(
      createServer({ ...SERVER_OPTIONS, ...IMPATIENT }, () => asked++),
      {},
    );
    const client = send(port, requestText('/') + half);
    await expect.poll(client.closed, { timeout: 5_000 }).toBe(true);
    expect(asked).toBeGreaterThan(0);
    expect(client.received()).toBe('');
  });

  it('to a request whose body never ends is the only one on its connection', async () => {
    const port = await listen(createServer({ ...SERVER_OPTIONS, ...IMPATIENT }, hello), {});
    const client = send(port, 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nslow');
    await expect.poll(client.received).toContain('hello');
    await expect.poll(client.closed, { timeout: 5_000 }).toBe(true);
    expect(client.received().match(/HTTP\/1\.1/g)).toHaveLength(1);
  });
});
