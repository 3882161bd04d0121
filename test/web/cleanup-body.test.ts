import { createServer } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { SERVER_OPTIONS, type ServerFactory } from '../../src/web/http-server.ts';
import { cleanupServer, TOKEN } from './cleanup-server.ts';
import { send, type BareClient } from './listen.ts';

/** As the real one, only that nobody has the time to wait for its 30 s here. */
const impatient: ServerFactory = (handler) =>
  createServer(
    { ...SERVER_OPTIONS, requestTimeout: 500, headersTimeout: 500, connectionsCheckingInterval: 50 },
    handler,
  );

/** A request whose body is still to come. */
function begin(url: string, length: string): BareClient {
  return send(
    Number(new URL(url).port),
    ['POST /api/v1/cleanup HTTP/1.1', 'Host: a', `Authorization: Bearer ${TOKEN}`]
      .concat('Content-Type: application/json', length, '', '')
      .join('\r\n'),
  );
}

/** Sends a piece of a body again and again, each a little later. */
function drip({ socket }: BareClient, piece: string, everyMs: number): void {
  const timer = setInterval(() => socket.write(piece), everyMs);
  onTestFinished(() => {
    clearInterval(timer);
  });
}

describe('the body of a cleanup', () => {
  it.each([
    ['comes drop by drop', 'Content-Length: 1000', ' '],
    ['never ends', 'Transfer-Encoding: chunked', '1\r\n \r\n'],
  ])('that %s is given up with 408, and others are answered meanwhile', async (_, length, piece) => {
    const { ask, url, questions, cleanup } = await cleanupServer({}, { createServer: impatient });
    const slow = Array.from({ length: 20 }, () => begin(url, length));
    for (const client of slow) drip(client, piece, 20);
    expect((await ask('{}')).status).toBe(200);
    expect(slow.some(({ closed }) => closed())).toBe(false);
    await expect.poll(() => slow.every(({ closed }) => closed()), { timeout: 5_000 }).toBe(true);
    for (const { received } of slow) expect(received()).toMatch(/^HTTP\/1\.1 408 /);
    expect((await ask('{}')).status).toBe(200);
    expect(questions).toHaveLength(2);
    expect(cleanup.status.requests).toMatchObject({ planned: 2, refused: 20 });
  });

  it('that never ends, and comes fast, is cut off with 413', async () => {
    const { ask, url, questions } = await cleanupServer();
    const client = begin(url, 'Transfer-Encoding: chunked');
    drip(client, `1000\r\n${' '.repeat(0x1000)}\r\n`, 5);
    await expect.poll(client.received, { timeout: 5_000 }).toMatch(/^HTTP\/1\.1 413 /);
    expect((await ask('{}')).status).toBe(200);
    expect(questions).toHaveLength(1);
  });

  it('that is announced as too large is refused with 413 before any of it has come', async () => {
    const { url, questions } = await cleanupServer();
    const client = begin(url, `Content-Length: ${64 * 1024 + 1}`);
    await expect.poll(client.received, { timeout: 5_000 }).toMatch(/^HTTP\/1\.1 413 /);
    expect(questions).toEqual([]);
  });

  it('that is cut off by its client is no request', async () => {
    const { ask, url, questions, cleanup } = await cleanupServer();
    const client = begin(url, 'Content-Length: 20');
    client.socket.write('{"dryRun":');
    client.socket.end();
    await expect.poll(() => cleanup.status.requests.refused).toBe(1);
    expect((await ask('{}')).status).toBe(200);
    expect(questions).toHaveLength(1);
  });
});
