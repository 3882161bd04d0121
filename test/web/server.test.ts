import { createServer, type RequestListener, Agent, request } from 'node:http';
import { once } from 'node:events';
import { connect, type AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import { describe, expect, it, onTestFinished } from 'vitest';
import { UsageError } from '../../src/errors.ts';
import { parseListenAddress } from '../../src/web/listen-address.ts';
import { startServers, type RunningServers } from '../../src/web/server.ts';
import { SERVER_OPTIONS, type ServerFactory } from '../../src/web/http-server.ts';
import { ask } from '../support/http.ts';
import { keepingLog } from './example.ts';
import { requestText, send, serve } from './listen.ts';

const hello: RequestListener = (_req, res) => {
  res.end('hello');
};

async function start(addresses: readonly string[], createServer?: ServerFactory): Promise<RunningServers> {
  const servers = await startServers(addresses.map(parseListenAddress), hello, keepingLog(), createServer);
  onTestFinished(() => servers.close(0));
  return servers;
}

const hasIpv6 = Object.values(networkInterfaces()).some((entries) =>
  entries?.some(({ address }) => address === '::1'),
);

/** A handler that answers when told to, and counts what it was asked. */
function held(): { handler: RequestListener; asked: () => number; answer: () => void } {
  const waiting: (() => void)[] = [];
  let asked = 0;
  return {
    handler: (_req, res) => {
      asked++;
      waiting.push(() => res.end('done'));
    },
    asked: () => asked,
    answer: () => {
      for (const finish of waiting.splice(0)) finish();
    },
  };
}

/** Whether a promise has settled by now. */
function watch(promise: Promise<unknown>): () => boolean {
  let settled = false;
  void promise.finally(() => (settled = true));
  return () => settled;
}

async function isListening(address: string): Promise<boolean> {
  const { hostname, port } = new URL(`http://${address}`);
  return new Promise((resolve) => {
    const probe = connect(Number(port), hostname.replace(/^\[|\]$/g, ''));
    probe.once('connect', () => {
      probe.destroy();
      resolve(true);
    });
    probe.once('error', () => {
      resolve(false);
    });
  });
}

describe('startServers', () => {
  it('listens on every address and tells which ports the kernel chose', async () => {
    const { addresses } = await start(['127.0.0.1:0', '127.0.0.1:0']);
    expect(addresses).toEqual([
      expect.stringMatching(/^127\.0\.0\.1:\d+$/),
      expect.stringMatching(/:[1-9]\d*$/),
    ]);
    for (const address of addresses) expect((await ask(address, '/')).text).toBe('hello');
  });

  it.runIf(hasIpv6)('answers IPv6 and IPv4 where an address has only a port', async () => {
    const { addresses } = await start([':0']);
    const port = /^\[::\]:(\d+)$/.exec(addresses[0] ?? '')?.[1] ?? '';
    expect((await ask(`[::1]:${port}`, '/')).text).toBe('hello');
    expect((await ask(`127.0.0.1:${port}`, '/')).text).toBe('hello');
  });

  it('answers IPv4 alone where the kernel has no IPv6', async () => {
    // A server on a machine without IPv6: the kernel refuses the address, all else is real.
    const withoutIpv6: ServerFactory = (handler) => {
      const server = createServer(handler);
      const listen = server.listen.bind(server) as (options: object) => typeof server;
      server.listen = ((options: { host: string }) => {
        if (options.host !== '::') return listen(options);
        const error = Object.assign(new Error('no IPv6'), { code: 'EAFNOSUPPORT' });
        process.nextTick(() => server.emit('error', error));
        return server;
      }) as typeof server.listen;
      return server;
    };
    const { addresses } = await start([':0'], withoutIpv6);
    expect(addresses[0]).toMatch(/^0\.0\.0\.0:\d+$/);
    expect((await ask(`127.0.0.1:${addresses[0]?.split(':')[1] ?? ''}`, '/')).text).toBe('hello');
  });

  it('listens on none where it cannot listen on all', async () => {
    const taken = (await start(['127.0.0.1:0'])).addresses[0] ?? '';
    const spare = await start(['127.0.0.1:0']);
    const free = spare.addresses[0] ?? '';
    await spare.close(0);
    const starting = start([free, taken]);
    await expect(starting).rejects.toThrow(UsageError);
    await expect(starting).rejects.toThrow(
      `--web.listen-address: cannot listen on ${taken}: another program listens there; stop it, or choose another port.`,
    );
    expect(await isListening(free)).toBe(false);
  });

  it.runIf(hasIpv6)('is not content with IPv4 where the port is in use for IPv6', async () => {
    const other = createServer().listen({ host: '::', ipv6Only: true, port: 0 });
    onTestFinished(() => void other.close());
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    await expect(start([`:${port}`])).rejects.toThrow(
      `cannot listen on :${port}: another program listens there`,
    );
  });

  it.each([
    ['192.0.2.1:0', 'no interface of this machine has that address'],
    ['no-such-host.invalid:0', 'the host name has no address'],
  ])('says of %s that %s', async (address, why) => {
    const starting = start([address]);
    await expect(starting).rejects.toThrow(UsageError);
    await expect(starting).rejects.toThrow(`cannot listen on ${address}: ${why}`);
  });
});

describe('a client that is no good', () => {
  it.each([
    ['garbage', '\x16\x03\x01\r\n\r\n', 400],
    ['a request without a host', 'GET / HTTP/1.1\r\n\r\n', 400],
    ['a header with a NUL', 'GET / HTTP/1.1\r\nHost: a\0b\r\n\r\n', 400],
    ['two lengths', 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n', 400],
    ['a header of 20 KiB', `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(20_480)}\r\n\r\n`, 431],
  ])('is answered and cut off: %s', async (_what, text, status) => {
    const { port, url } = await serve(hello);
    const client = send(port, text);
    await expect.poll(client.closed).toBe(true);
    expect(client.received()).toMatch(new RegExp(`^HTTP/1\\.1 ${status} [^]*\r\nConnection: close\r\n`, 'i'));
    expect(await (await fetch(url)).text()).toBe('hello');
  });

  it('keeps nobody else waiting with headers that never end, and is cut off', async () => {
    const impatient: ServerFactory = (handler) =>
      createServer({ ...SERVER_OPTIONS, headersTimeout: 300, connectionsCheckingInterval: 50 }, handler);
    const [address = ''] = (await start(['127.0.0.1:0'], impatient)).addresses;
    const port = Number(address.split(':')[1]);
    const slow = Array.from({ length: 100 }, () => send(port, 'GET / HTTP/1.1\r\nHost: a\r\nX-'));
    const unused = send(port, '');
    expect((await ask(address, '/')).durationMs).toBeLessThan(300);
    await expect.poll(() => slow.every(({ closed }) => closed()), { timeout: 5_000 }).toBe(true);
    expect(slow.every(({ received }) => received().startsWith('HTTP/1.1 408 '))).toBe(true);
    await expect.poll(unused.closed, { timeout: 5_000 }).toBe(true);
    expect(unused.received()).toBe('');
    expect((await ask(address, '/')).text).toBe('hello');
  });

  it('gets no second answer into the one that is under way', async () => {
    const { port } = await serve((_req, res) => {
      res.writeHead(200, { 'Content-Length': 10 }).write('half ');
    });
    const client = send(port, requestText('/'));
    await expect.poll(client.received).toContain('half');
    client.socket.write('nonsense\r\n\r\n');
    await expect.poll(client.closed).toBe(true);
    expect(client.received().match(/HTTP\/1\.1/g)).toHaveLength(1);
  });
});

describe('an unused connection', () => {
  it('is kept for the next scrape', async () => {
    const { url } = await serve(hello);
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    onTestFinished(() => {
      agent.destroy();
    });
    const scrape = (): Promise<{ localPort: number | undefined; keepAlive: unknown }> =>
      new Promise((resolve, reject) => {
        request(url, { agent }, (response) => {
          const { localPort } = response.socket;
          response.resume().on('end', () => {
            resolve({ localPort, keepAlive: response.headers['keep-alive'] });
          });
        })
          .on('error', reject)
          .end();
      });
    const first = await scrape();
    expect(first.keepAlive).toBe('timeout=310');
    await expect.poll(() => Object.keys(agent.freeSockets)).toHaveLength(1);
    expect((await scrape()).localPort).toBe(first.localPort);
  });
});

describe('close', () => {
  it('ends unused connections at once, used before or not, and half a request too', async () => {
    const { port, close, addresses } = await serve(hello);
    const used = send(port, requestText('/'));
    const unused = send(port, '');
    const half = send(port, 'GET / HTTP/1.1\r\nHo');
    await expect.poll(used.received).toContain('hello');
    // The others' bytes are sent before these are answered, or never.
    await ask(addresses[0] ?? '', '/');
    await close(60_000);
    await expect.poll(() => [used, unused, half].every(({ closed }) => closed())).toBe(true);
    expect(await isListening(addresses[0] ?? '')).toBe(false);
  });

  it('lets an answer that is under way finish, then ends its connection', async () => {
    const { handler, asked, answer } = held();
    const { port, close, addresses } = await serve(handler);
    const client = send(port, requestText('/'));
    await expect.poll(asked).toBe(1);
    const closing = close(60_000);
    const closed = watch(closing);
    expect(await isListening(addresses[0] ?? '')).toBe(false);
    expect(closed()).toBe(false);
    answer();
    await closing;
    await expect.poll(client.closed).toBe(true);
    expect(client.received()).toMatch(/^HTTP\/1\.1 200 OK\r\nConnection: close\r\n[^]*done/);
  });

  it('ends a connection after an answer that had begun before, too', async () => {
    let finish = (): void => undefined;
    const { port, close } = await serve((_req, res) => {
      res.write('begun, ');
      finish = () => res.end('done');
    });
    const client = send(port, requestText('/'));
    await expect.poll(client.received).toContain('begun');
    const closing = close(60_000);
    finish();
    await closing;
    await expect.poll(client.closed).toBe(true);
    expect(client.received()).toMatch(/done\r\n0\r\n\r\n$/);
  });

  it('answers the first of pipelined requests and ends their connection', async () => {
    const { handler, asked, answer } = held();
    const { port, close } = await serve(handler);
    const client = send(port, requestText('/').repeat(3));
    await expect.poll(asked).toBe(3);
    const closing = close(60_000);
    answer();
    await closing;
    await expect.poll(client.closed).toBe(true);
    expect(client.received().match(/done/g)).toHaveLength(1);
  });

  it('ends what is left when the grace is over', async () => {
    const { handler, asked } = held();
    const { port, close } = await serve(handler);
    const client = send(port, requestText('/'));
    await expect.poll(asked).toBe(1);
    const startedAt = performance.now();
    await close(200);
    expect(performance.now() - startedAt).toBeGreaterThan(150);
    await expect.poll(client.closed).toBe(true);
    expect(client.received()).toBe('');
  });

  it('can be hurried by a second call', async () => {
    const { handler, asked } = held();
    const { port, close } = await serve(handler);
    send(port, requestText('/'));
    await expect.poll(asked).toBe(1);
    const slow = close(60_000);
    await close(0);
    await slow;
  });
});
