import { readdirSync, readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import autocannon from 'autocannon';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Exporter } from '../support/exporter.ts';

const MEBIBYTE = 1024 * 1024;
/** What V8 may take for itself when it has much to do; a leak of anything is more. */
const HEADROOM = 96 * MEBIBYTE;

/** Slow enough for a busy machine, and far quicker than any timeout. */
const PROMPT_MS = 3_000;

/** What the exporter holds of the machine. */
interface Holdings {
  readonly descriptors: number;
  readonly memory: number;
}

function holdings({ program: { pid } }: Exporter): Holdings {
  const resident = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return { descriptors: readdirSync(`/proc/${pid}/fd`).length, memory: Number(resident) * 1024 };
}

/** An exporter that has served before, and what it holds then. */
async function start(): Promise<{ exporter: Exporter; before: Holdings }> {
  const exporter = await Exporter.start(onTestFinished, {
    flags: ['--collector.source=procfs', '--collector.interval=500ms'],
  });
  await flood(exporter, '/metrics', { connections: 10, amount: 500 });
  await exporter.nextCollection();
  return { exporter, before: holdings(exporter) };
}

/** Others are answered as if nothing were, and collections go on. */
async function expectServesOthers(exporter: Exporter): Promise<void> {
  const healthy = await exporter.ask('/-/healthy');
  expect(healthy.status).toBe(200);
  expect(healthy.durationMs).toBeLessThan(PROMPT_MS);
  expect((await exporter.nextCollection()).value('sysvsem_up')).toBe(1);
}

async function expectNothingLeaked(exporter: Exporter, before: Holdings): Promise<void> {
  await expect
    .poll(() => holdings(exporter).descriptors, { timeout: 10_000 })
    .toBeLessThanOrEqual(before.descriptors);
  expect(holdings(exporter).memory - before.memory).toBeLessThan(HEADROOM);
  await expectServesOthers(exporter);
  await exporter.stop();
}

/** A bare connection, and what came back on it. */
interface Client {
  readonly socket: Socket;
  readonly received: () => string;
  readonly isClosed: () => boolean;
}

function open(exporter: Exporter, text: string | Buffer = ''): Client {
  const [host = '', port] = exporter.address.split(':');
  const socket = connect(Number(port), host);
  let received = '';
  let closed = false;
  socket.on('data', (chunk) => (received += chunk.toString('latin1')));
  socket.on('error', () => (closed = true));
  socket.on('close', () => (closed = true));
  socket.write(text);
  onTestFinished(() => {
    socket.destroy();
  });
  return { socket, received: () => received, isClosed: () => closed };
}

async function openMany(exporter: Exporter, count: number, text = ''): Promise<Client[]> {
  const clients = Array.from({ length: count }, () => open(exporter, text));
  await expect
    .poll(() => clients.filter(({ socket }) => socket.connecting), { timeout: 10_000 })
    .toHaveLength(0);
  return clients;
}

function leave(clients: readonly Client[]): void {
  for (const { socket } of clients) socket.destroy();
}

/** Many requests on a few connections, each as soon as the one before is answered. */
async function flood(
  exporter: Exporter,
  path: string,
  options: { connections: number; amount: number },
): Promise<autocannon.Result> {
  return autocannon({ url: `http://${exporter.address}${path}`, ...options });
}

describe('connections that do nothing', () => {
  it('500 of them keep nobody waiting, and leave nothing behind', async () => {
    const { exporter, before } = await start();
    const idle = await openMany(exporter, 500);
    await expect.poll(() => holdings(exporter).descriptors).toBeGreaterThan(before.descriptors + 400);
    await expectServesOthers(exporter);
    leave(idle);
    await expectNothingLeaked(exporter, before);
  });

  it('1 000 of them, each of which has asked before and stays, keep nobody out', async () => {
    const { exporter, before } = await start();
    const kept: Client[] = [];
    for (let hundreds = 0; hundreds < 10; hundreds++) {
      const more = await openMany(exporter, 100, 'GET /-/healthy HTTP/1.1\r\nHost: a\r\n\r\n');
      await expect.poll(() => more.every(({ received }) => received().includes('Healthy'))).toBe(true);
      kept.push(...more);
      expect(holdings(exporter).descriptors).toBeLessThan(before.descriptors + 700);
    }
    await expectServesOthers(exporter);
    leave(kept);
    await expectNothingLeaked(exporter, before);
  });

  it('half a header or half a body on 200 each keeps nobody waiting', async () => {
    const { exporter, before } = await start();
    const slow = [
      ...(await openMany(exporter, 200, 'GET /metrics HTTP/1.1\r\nHost: a\r\nX-Slow: ')),
      ...(await openMany(
        exporter,
        200,
        'POST /metrics HTTP/1.1\r\nHost: a\r\nContent-Length: 65536\r\n\r\n',
      )),
    ];
    for (const { socket } of slow) socket.write('a');
    await expectServesOthers(exporter);
    leave(slow);
    await expectNothingLeaked(exporter, before);
  });
});

describe('requests that are too much', () => {
  it('headers of megabytes are cut off with 431', async () => {
    const { exporter, before } = await start();
    const huge = `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(2 * MEBIBYTE)}`;
    for (let round = 0; round < 5; round++) {
      const clients = await openMany(exporter, 10, huge);
      await expect.poll(() => clients.every(({ isClosed }) => isClosed())).toBe(true);
      // The reset that follows may overtake the answer.
      for (const { received } of clients) expect(received()).toMatch(/^$|^HTTP\/1\.1 431 /);
    }
    await expectNothingLeaked(exporter, before);
  });

  it('bodies of megabytes to what takes none are not kept', async () => {
    const { exporter, before } = await start();
    const body = Buffer.alloc(32 * MEBIBYTE);
    const head = `POST /metrics HTTP/1.1\r\nHost: a\r\nContent-Length: ${body.length}\r\n\r\n`;
    const clients = Array.from({ length: 8 }, () => open(exporter, Buffer.concat([Buffer.from(head), body])));
    await expectServesOthers(exporter);
    await expect
      .poll(() => clients.every(({ received }) => received().startsWith('HTTP/1.1 405 ')))
      .toBe(true);
    leave(clients);
    await expectNothingLeaked(exporter, before);
  });

  it('200 scrapes at once are answered or refused, and others answered all the while', async () => {
    const { exporter, before } = await start();
    const flooding = flood(exporter, '/metrics', { connections: 200, amount: 6_000 });
    const slowest = await slowestWhile(exporter, flooding);
    const { statusCodeStats = {}, errors } = await flooding;
    expect(errors).toBe(0);
    expect(Object.keys(statusCodeStats).filter((status) => !['200', '503'].includes(status))).toEqual([]);
    expect(statusCodeStats['200']?.count).toBeGreaterThan(0);
    expect(slowest).toBeLessThan(PROMPT_MS);
    await expectNothingLeaked(exporter, before);
  });

  it('10 000 scrapes in a row are all answered', async () => {
    const { exporter, before } = await start();
    const { statusCodeStats = {}, errors } = await flood(exporter, '/metrics', {
      connections: 10,
      amount: 10_000,
    });
    expect(errors).toBe(0);
    expect(statusCodeStats).toEqual({ '200': { count: 10_000 } });
    await expectNothingLeaked(exporter, before);
  });
});

/** The slowest answer to somebody who asks one request after the other until `flooding` is over. */
async function slowestWhile(exporter: Exporter, flooding: Promise<unknown>): Promise<number> {
  let over = false;
  void flooding.finally(() => (over = true));
  let slowest = 0;
  do {
    const { status, durationMs } = await exporter.ask('/-/healthy');
    expect(status).toBe(200);
    slowest = Math.max(slowest, durationMs);
    // `over` changes while this waits.
  } while (!(over as boolean));
  return slowest;
}
