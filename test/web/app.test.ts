import { request } from 'node:http';
import { describe, expect, it } from 'vitest';
import { NOTHING_COLLECTED } from '../../src/collector/status.ts';
import { UsageError } from '../../src/errors.ts';
import { createApp } from '../../src/web/app.ts';
import { inventedContext, inventedStatus, keepingLog } from './example.ts';
import { requestText, send, serve, serveApp } from './listen.ts';

/** The status of a request whose path is sent as it is, not as `fetch` would mend it. */
function statusOf(url: string, path: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request(url, { path, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });
}

describe('the app', () => {
  it('says Healthy and Ready', async () => {
    const url = await serveApp(inventedContext());
    const healthy = await fetch(`${url}/-/healthy`);
    expect([healthy.status, await healthy.text()]).toEqual([200, 'Healthy']);
    const ready = await fetch(`${url}/-/ready`);
    expect([ready.status, await ready.text()]).toEqual([200, 'Ready']);
  });

  it('is not ready before the first collection, and says why', async () => {
    const url = await serveApp(inventedContext({ status: () => NOTHING_COLLECTED }));
    const ready = await fetch(`${url}/-/ready`);
    expect([ready.status, await ready.text()]).toEqual([503, 'No collection has ended yet.']);
    expect((await fetch(`${url}/-/healthy`)).status).toBe(200);
  });

  it('links from its first page to routes that answer', async () => {
    const url = await serveApp(inventedContext({ telemetryPath: '/deep/metrics' }));
    const page = await fetch(`${url}/`);
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    const html = await page.text();
    expect(html).toContain('1.2.3');
    const links = [...html.matchAll(/href="([^"]*)"/g)].map(([, link]) => link ?? '');
    expect(links).toContain('deep/metrics');
    for (const link of links) expect((await fetch(new URL(link, `${url}/`))).status).toBe(200);
  });

  it('tells status and sets as JSON', async () => {
    const url = await serveApp(inventedContext());
    const status = await fetch(`${url}/api/v1/status`);
    expect(status.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(await status.json()).toMatchObject({ up: true, totals: { sets: 2 } });
    const sets = await fetch(`${url}/api/v1/sets?state=orphaned`);
    expect(await sets.json()).toMatchObject({ sets: [{ semid: 131_073, owner: 'root' }], nextCursor: null });
  });

  it('tells status but no sets while there is no collection', async () => {
    const url = await serveApp(inventedContext({ status: () => NOTHING_COLLECTED }));
    const status = await fetch(`${url}/api/v1/status`);
    expect([status.status, await status.json()]).toMatchObject([200, { up: false, totals: null }]);
    const sets = await fetch(`${url}/api/v1/sets`);
    expect([sets.status, await sets.json()]).toEqual([
      503,
      { error: { code: 'not_collected', message: 'No collection has ended yet.' } },
    ]);
  });

  it('collects before it answers from the collection', async () => {
    let status = NOTHING_COLLECTED;
    const refresh = (): Promise<void> => {
      status = inventedStatus({ semid: 7 });
      return Promise.resolve();
    };
    const url = await serveApp(inventedContext({ status: () => status, refresh }));
    expect(await (await fetch(`${url}/api/v1/sets`)).json()).toMatchObject({ sets: [{ semid: 7 }] });
  });

  it.each([
    ['/api/v1/sets?limit=0', 'bad_parameter'],
    ['/api/v1/sets?cursor=nonsense', 'bad_cursor'],
    ['/api/v1/sets?page=1', 'unknown_parameter'],
    ['/api/v1/status?a=b', 'unknown_parameter'],
  ])('refuses %s with code %s', async (path, code) => {
    const response = await fetch(`${await serveApp(inventedContext())}${path}`);
    expect([response.status, await response.json()]).toEqual([
      400,
      { error: { code, message: expect.stringMatching(/\.$/) as string } },
    ]);
  });

  it.each(['/', '/metrics', '/-/healthy', '/-/ready', '/api/v1/status', '/api/v1/sets'])(
    'answers HEAD %s as GET without a body, and other methods with 405',
    async (path) => {
      const url = await serveApp(inventedContext());
      const get = await fetch(`${url}${path}`, { headers: { 'accept-encoding': 'identity' } });
      const head = await fetch(`${url}${path}`, {
        method: 'HEAD',
        headers: { 'accept-encoding': 'identity' },
      });
      expect(head.status).toBe(get.status);
      expect(await head.text()).toBe('');
      for (const name of ['content-type', 'content-length'])
        expect(head.headers.get(name)).toBe(get.headers.get(name));
      for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH']) {
        const refused = await fetch(`${url}${path}`, { method });
        expect([method, refused.status, refused.headers.get('allow')]).toEqual([method, 405, 'GET, HEAD']);
      }
    },
  );

  it('gives nothing of itself away and lets nothing be stored', async () => {
    const url = await serveApp(inventedContext());
    for (const path of ['/', '/metrics', '/api/v1/status', '/missing', '/api/missing']) {
      const { headers } = await fetch(`${url}${path}`);
      expect([headers.get('x-powered-by'), headers.get('etag'), headers.get('cache-control')]).toEqual([
        null,
        null,
        'no-store',
      ]);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
    }
  });

  it('answers an unknown path with 404, in JSON only below /api/', async () => {
    const url = await serveApp(inventedContext());
    const api = await fetch(`${url}/api/v2/none`);
    expect([api.status, await api.json()]).toMatchObject([404, { error: { code: 'not_found' } }]);
    const other = await fetch(`${url}/<script>`);
    expect([other.status, other.headers.get('content-type')]).toEqual([404, 'text/plain; charset=utf-8']);
    expect(await other.text()).toBe('There is nothing here.\n');
    expect((await fetch(`${url}/api/v1/cleanup`, { method: 'POST' })).status).toBe(404);
  });

  it.each([
    '//metrics',
    '/metrics/',
    '/Metrics',
    '/%6detrics',
    '/./metrics',
    '/x/../metrics',
    '/api//v1/status',
  ])('forgives nothing in a path: %s is 404', async (path) => {
    expect(await statusOf(await serveApp(inventedContext()), path)).toBe(404);
  });

  it.each(['/%zz', '/%', '/metrics%zz', '/api/%c0%af', '*'])('is not upset by %s', async (path) => {
    expect([400, 404]).toContain(await statusOf(await serveApp(inventedContext()), path));
  });

  it('takes a query it cannot decode for what it says', async () => {
    const url = await serveApp(inventedContext());
    expect(await statusOf(url, '/api/v1/sets?owner=%zz')).toBe(200);
    expect(await statusOf(url, '/metrics?%zz')).toBe(200);
  });

  it('answers the unforeseen with 500, one log line and nothing that gives it away', async () => {
    const log = keepingLog();
    const exposition = (): Promise<Buffer> => Promise.reject(new Error('secret /etc/token'));
    const url = await serveApp(inventedContext({ log, exposition }));
    const response = await fetch(`${url}/metrics`);
    expect([response.status, await response.text()]).toEqual([
      500,
      'The exporter could not answer; its log says why.\n',
    ]);
    expect(log.records).toHaveLength(1);
    expect(log.records[0]?.fields['err']).toContain('secret /etc/token');
    expect((await fetch(`${url}/-/healthy`)).status).toBe(200);
  });

  it('understands a request that names the whole URL, as proxies send it', async () => {
    const { port } = await serve(createApp(inventedContext()));
    const client = send(port, requestText('http://localhost/-/healthy'));
    await expect.poll(() => client.received()).toMatch(/^HTTP\/1.1 200 OK[^]*Healthy$/);
  });
});

describe('the telemetry path', () => {
  it.each([
    '/',
    '',
    'metrics',
    '/metrics/',
    '//metrics',
    '/a b',
    '/:id',
    '/*all',
    '/{x}',
    '/a?b',
    '/a#b',
    '/../a',
    '/a/.',
  ])('may not be %j', (telemetryPath) => {
    expect(() => createApp(inventedContext({ telemetryPath }))).toThrow(UsageError);
  });

  it.each(['/-/healthy', '/-', '/api', '/api/v1/status', '/runbooks', '/runbooks/x'])(
    'may not take %s from another route',
    (telemetryPath) => {
      expect(() => createApp(inventedContext({ telemetryPath }))).toThrow('keeps for itself');
    },
  );

  it('may be any other, and /metrics is then nothing', async () => {
    const url = await serveApp(inventedContext({ telemetryPath: '/probe/sem.v1' }));
    expect((await fetch(`${url}/probe/sem.v1`)).status).toBe(200);
    expect((await fetch(`${url}/metrics`)).status).toBe(404);
  });
});
