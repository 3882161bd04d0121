import { request } from 'node:http';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { CONTENT_TYPES } from '../../src/metrics/negotiate.ts';
import { inventedContext } from './example.ts';
import { requestText, send, serve, serveApp } from './listen.ts';
import { createApp } from '../../src/web/app.ts';

const context = inventedContext({
  exposition: (format, encoding) => {
    const body = Buffer.from(`${format}\n`);
    return Promise.resolve(encoding === 'gzip' ? gzipSync(body) : body);
  },
});

interface Scrape {
  readonly status: number | undefined;
  readonly type: string | undefined;
  readonly encoding: string | undefined;
  readonly body: Buffer;
}

/** A scrape with exactly these headers; `fetch` would add its own. */
function scrape(url: string, headers: Readonly<Record<string, string>>): Promise<Scrape> {
  return new Promise((resolve, reject) => {
    request(`${url}/metrics`, { headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        expect(response.headers.vary).toBe('Accept, Accept-Encoding');
        resolve({
          status: response.statusCode,
          type: response.headers['content-type'],
          encoding: response.headers['content-encoding'],
          body: Buffer.concat(chunks),
        });
      });
    })
      .on('error', reject)
      .end();
  });
}

describe('a scrape', () => {
  it.each([
    ['*/*', 'text'],
    ['text/plain;version=0.0.4;q=0.2,application/openmetrics-text;version=1.0.0;q=0.5', 'openmetrics'],
    ['text/plain;version=0.0.4;q=0.7,application/openmetrics-text;version=1.0.0;q=0.5', 'text'],
  ] as const)('that accepts %s is answered with %s and exactly its content type', async (accept, format) => {
    const answer = await scrape(await serveApp(context), { accept });
    expect([answer.status, answer.type, answer.body.toString()]).toEqual([
      200,
      CONTENT_TYPES[format],
      `${format}\n`,
    ]);
  });

  it.each([
    ['gzip', true],
    ['deflate, gzip;q=0.5', true],
    ['*', true],
    ['identity;q=0.5, gzip', true],
    ['gzip;q=0.5, identity', false],
    ['gzip;q=0', false],
    ['gzip;q=0, *', false],
    ['br', false],
    ['identity;q=0, br', false],
    ['', false],
  ])('that accepts the coding %j is compressed: %s', async (accepted, compressed) => {
    const answer = await scrape(await serveApp(context), { 'accept-encoding': accepted });
    expect([answer.status, answer.encoding]).toEqual([200, compressed ? 'gzip' : undefined]);
    expect((compressed ? gunzipSync(answer.body) : answer.body).toString()).toBe('text\n');
  });

  it('that names no coding is not compressed', async () => {
    expect((await scrape(await serveApp(context), {})).encoding).toBeUndefined();
  });
});

describe('the limit of scrapes at once', () => {
  /** An app whose scrapes wait until `release` is called; counts those that wait. */
  function blocked(maxRequests: number): {
    app: ReturnType<typeof createApp>;
    waiting: () => number;
    release: () => void;
  } {
    let waiting = 0;
    let release = (): void => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    const refresh = (): Promise<void> => {
      waiting++;
      return gate;
    };
    return { app: createApp(inventedContext({ maxRequests, refresh })), waiting: () => waiting, release };
  }

  it('refuses the scrape beyond it, lets others in, and gives the slots back', async () => {
    const { app, waiting, release } = blocked(2);
    const { url } = await serve(app);
    const running = [fetch(`${url}/metrics`), fetch(`${url}/metrics`)];
    await expect.poll(waiting).toBe(2);
    const refused = await fetch(`${url}/metrics`);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1']);
    expect(await refused.text()).toMatch(/^Too many requests/);
    expect((await fetch(`${url}/-/healthy`)).status).toBe(200);
    expect((await fetch(`${url}/metrics`, { method: 'POST' })).status).toBe(405);
    release();
    for (const response of await Promise.all(running)) expect(response.status).toBe(200);
    expect((await fetch(`${url}/metrics`)).status).toBe(200);
  });

  it('counts readers of sets apart, so that they keep no scraper out', async () => {
    const { app, waiting, release } = blocked(1);
    const { url } = await serve(app);
    const reading = fetch(`${url}/api/v1/sets`);
    await expect.poll(waiting).toBe(1);
    const refused = await fetch(`${url}/api/v1/sets`);
    expect([refused.status, await refused.json()]).toMatchObject([
      503,
      { error: { code: 'too_many_requests' } },
    ]);
    const scraping = fetch(`${url}/metrics`);
    await expect.poll(waiting).toBe(2);
    release();
    expect([(await reading).status, (await scraping).status]).toEqual([200, 200]);
  });

  it('gets back the slots of a client that hangs up, also those of its pipelined scrapes', async () => {
    const { app, waiting } = blocked(3);
    const { url, port } = await serve(app);
    const client = send(port, requestText('/metrics').repeat(3));
    await expect.poll(waiting).toBe(3);
    expect((await fetch(`${url}/metrics`)).status).toBe(503);
    client.socket.destroy();
    const others = send(port, '');
    await expect
      .poll(() => {
        others.socket.write(requestText('/metrics'));
        return waiting();
      })
      .toBe(6);
  });

  it('does not exist at 0', async () => {
    const { app, waiting, release } = blocked(0);
    const { url } = await serve(app);
    const running = Array.from({ length: 60 }, () => fetch(`${url}/metrics`));
    await expect.poll(waiting).toBe(60);
    release();
    expect((await Promise.all(running)).every(({ status }) => status === 200)).toBe(true);
  });
});
