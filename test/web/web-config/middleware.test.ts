import { describe, expect, it } from 'vitest';
import { basic, LiveServer } from './live-server.ts';

const USER = 'basic_auth_users:\n  alice: $2b$04$HceE23ycdV8Ce2T9E92aMuDEDJnRpt3n8jFzIC6gBRxFHDhV0i2Ca\n';
const LIMIT = 'rate_limit:\n  interval: 1h\n  burst: 2\n';

describe('http_server_config.headers', () => {
  const YAML = `http_server_config:
  headers:
    Strict-Transport-Security: max-age=63072000
    X-Content-Type-Options: nosniff
    X-Frame-Options: deny
    X-XSS-Protection: 0
    Content-Security-Policy: |
      default-src 'self';
      img-src ä
`;
  const EXPECTED = {
    'strict-transport-security': 'max-age=63072000',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'deny',
    'x-xss-protection': '0',
    'content-security-policy': `default-src 'self'; img-src ${Buffer.from('ä').toString('latin1')}`,
  };

  it('are on every answer, refusals too', async () => {
    const server = await LiveServer.start(YAML + USER);
    const headers = basic('alice', 'hunter2');
    for (const [status, options] of [
      [200, { headers }],
      [404, { headers, path: '/nothing' }],
      [401, {}],
    ] as const) {
      const reply = await server.askPlainly(options);
      expect(reply.status).toBe(status);
      expect(reply.headers).toMatchObject(EXPECTED);
    }
  });

  it('are those of the file at the moment of the request', async () => {
    const server = await LiveServer.start(YAML);
    server.write('http_server_config:\n  headers:\n    X-Frame-Options: sameorigin\n');
    const { headers } = await server.askPlainly();
    expect(headers['x-frame-options']).toBe('sameorigin');
    expect(headers).not.toHaveProperty('strict-transport-security');
  });
});

describe('rate_limit', () => {
  it('lets a burst through and then one request an interval, whatever it asks for', async () => {
    const server = await LiveServer.start(LIMIT);
    const statuses = [];
    for (const path of ['/metrics', '/nothing', '/metrics', '/-/healthy']) {
      statuses.push((await server.askPlainly({ path })).status);
    }
    expect(statuses).toEqual([200, 404, 429, 429]);
  });

  it('comes before the login, so that it bounds wrong passwords too, and before the header fields', async () => {
    const server = await LiveServer.start(
      `${LIMIT}${USER}http_server_config:\n  headers:\n    X-Frame-Options: deny\n`,
    );
    const replies = [];
    for (let n = 0; n < 3; n++)
      replies.push(await server.askPlainly({ headers: basic('alice', `wrong ${n}`) }));
    expect(replies.map(({ status }) => status)).toEqual([401, 401, 429]);
    expect(replies[1]?.headers).toHaveProperty('x-frame-options');
    expect(replies[2]?.headers).not.toHaveProperty('x-frame-options');
  });

  it('comes after the file: while that is broken no token is taken', async () => {
    const server = await LiveServer.start(LIMIT);
    server.write('what: 1\n');
    for (let n = 0; n < 4; n++) expect(await server.askPlainly()).toMatchObject({ status: 500 });
    server.write(LIMIT);
    expect(await server.askPlainly()).toMatchObject({ status: 200 });
  });

  it('is settled at the start', async () => {
    const server = await LiveServer.start(LIMIT);
    server.write('http_server_config: {}\n');
    const statuses = [];
    for (let n = 0; n < 3; n++) statuses.push((await server.askPlainly()).status);
    expect(statuses).toEqual([200, 200, 429]);
  });

  it.each([
    'rate_limit: {interval: 0, burst: 1}',
    'rate_limit: {interval: -1s, burst: 1}',
    'rate_limit: {burst: 1}',
  ])('is no limit by %s', async (yaml) => {
    const server = await LiveServer.start(yaml);
    for (let n = 0; n < 5; n++) expect(await server.askPlainly()).toMatchObject({ status: 200 });
  });

  it('refuses everything without a burst, as the other exporters do, and says so', async () => {
    const server = await LiveServer.start('rate_limit:\n  interval: 1s\n');
    expect(await server.askPlainly()).toMatchObject({ status: 429 });
    expect(server.logged('warn').join()).toContain('rate_limit.burst');
  });
});
