import { hashSync } from '@node-rs/bcrypt';
import { Agent } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { send } from '../listen.ts';
import { basic, LiveServer, type Reply } from './live-server.ts';

const HASH = hashSync('correct horse', 4);
const ALICE = `basic_auth_users:\n  alice: ${HASH}\n`;
const GOOD = basic('alice', 'correct horse');

/** Asks again and again on one connection. */
function onOneConnection(server: LiveServer): (headers: Record<string, string>) => Promise<Reply> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  onTestFinished(() => {
    agent.destroy();
  });
  return (headers) => server.askPlainly({ agent, headers });
}

describe('basic_auth_users', () => {
  it('asks nobody for anything where it is empty', async () => {
    const server = await LiveServer.start('basic_auth_users: {}\n');
    expect(await server.askPlainly()).toMatchObject({ status: 200 });
    expect(server.config.asksForLogin()).toBe(false);
  });

  it('lets in who knows the password, on every path, and nobody else', async () => {
    const server = await LiveServer.start(ALICE);
    expect(server.config.asksForLogin()).toBe(true);
    for (const path of [
      '/metrics',
      '/',
      '/nothing/here',
      '/-/healthy',
      '/api/v1/status',
      '/%2e%2e/',
      '//',
      '/?a=b',
    ]) {
      for (const method of ['GET', 'HEAD', 'POST', 'OPTIONS']) {
        const refused = await server.askPlainly({ path, method });
        expect(refused.status, `${method} ${path}`).toBe(401);
        expect(refused.headers['www-authenticate']).toBe('Basic');
      }
    }
    expect(await server.askPlainly({ headers: GOOD })).toMatchObject({ status: 200, body: 'metrics' });
    expect(await server.askPlainly({ headers: GOOD, path: '/nothing' })).toMatchObject({ status: 404 });
  });

  it.each([
    ['a wrong password', basic('alice', 'wrong')],
    ['no password', basic('alice', '')],
    ['the hash for a password', basic('alice', HASH)],
    ['a user whom nobody knows', basic('bob', 'correct horse')],
    ['a user in capitals', basic('ALICE', 'correct horse')],
    ["a name of every object's", basic('__proto__', 'correct horse')],
    ['a password that goes on after a zero byte', basic('alice', 'correct horse\0')],
    ['another scheme', { Authorization: 'Bearer YWxpY2U6Y29ycmVjdCBob3JzZQ==' }],
    ['nothing after the scheme', { Authorization: 'Basic' }],
    ['no colon', { Authorization: `Basic ${Buffer.from('alice').toString('base64')}` }],
    ['no base64', { Authorization: 'Basic alice:correct horse' }],
    ['base64 without its end', { Authorization: GOOD.Authorization.replace(/=+$/, '') }],
    [
      'base64 with rubbish in it',
      { Authorization: `${GOOD.Authorization.slice(0, 9)}!${GOOD.Authorization.slice(9)}` },
    ],
    ['two spaces', { Authorization: GOOD.Authorization.replace(' ', '  ') }],
    ['15 kilobytes of password', basic('alice', 'x'.repeat(10_000))],
  ])('refuses %s', async (_, headers) => {
    const server = await LiveServer.start(ALICE);
    const reply = await server.askPlainly({ headers });
    expect(reply.status).toBe(401);
    expect(reply.body).not.toContain('alice');
  });

  it.each(['$2a$', '$2b$', '$2y$'])('takes hashes of the kind %s', async (prefix) => {
    const server = await LiveServer.start(ALICE.replace('$2b$', prefix));
    expect(await server.askPlainly({ headers: GOOD })).toMatchObject({ status: 200 });
    expect(await server.askPlainly({ headers: basic('alice', 'wrong') })).toMatchObject({ status: 401 });
  });

  it('takes the scheme in any case, passwords with colons, and names that YAML could take for something else', async () => {
    const hash = hashSync('a:b:ä', 4);
    const server = await LiveServer.start(
      `basic_auth_users:\n  yes: ${hash}\n  "007": ${hash}\n  __proto__: ${hash}\n`,
    );
    for (const user of ['yes', '007', '__proto__']) {
      expect(await server.askPlainly({ headers: basic(user, 'a:b:ä') }), user).toMatchObject({ status: 200 });
    }
    const { Authorization } = basic('yes', 'a:b:ä');
    const headers = { Authorization: Authorization.replace('Basic', 'bASIC') };
    expect(await server.askPlainly({ headers })).toMatchObject({ status: 200 });
  });

  it('keeps a login needed where the only user is called __proto__', async () => {
    const server = await LiveServer.start(`basic_auth_users:\n  __proto__: ${HASH}\n`);
    expect(await server.askPlainly()).toMatchObject({ status: 401 });
  });
});

describe('whoever should be out is out at the next request, also on a connection that is kept', () => {
  it('when the user is removed', async () => {
    const server = await LiveServer.start(`${ALICE}  bob: ${HASH}\n`);
    const ask = onOneConnection(server);
    expect(await ask(GOOD)).toMatchObject({ status: 200 });
    server.write(`basic_auth_users:\n  bob: ${HASH}\n`);
    expect(await ask(GOOD)).toMatchObject({ status: 401 });
    expect(await ask(basic('bob', 'correct horse'))).toMatchObject({ status: 200 });
  });

  it('when the password is changed', async () => {
    const server = await LiveServer.start(ALICE);
    const ask = onOneConnection(server);
    expect(await ask(GOOD)).toMatchObject({ status: 200 });
    server.write(`basic_auth_users:\n  alice: ${hashSync('battery staple', 4)}\n`);
    expect(await ask(GOOD)).toMatchObject({ status: 401 });
    expect(await ask(basic('alice', 'battery staple'))).toMatchObject({ status: 200 });
    server.write(ALICE);
    expect(await ask(GOOD)).toMatchObject({ status: 200 });
  });

  it('when a login is asked for from now on', async () => {
    const server = await LiveServer.start('http_server_config: {}\n');
    const ask = onOneConnection(server);
    expect(await ask({})).toMatchObject({ status: 200 });
    server.write(ALICE);
    expect(await ask({})).toMatchObject({ status: 401 });
  });

  it.each([
    ['broken', 'basic_auth_users: ['],
    ['empty, as while it is being written', ''],
    ['half written', ALICE.slice(0, -10)],
  ])('and while the file is %s every request is answered 500, which is logged once', async (_, content) => {
    const server = await LiveServer.start(ALICE);
    const ask = onOneConnection(server);
    await ask(GOOD);
    server.write(content);
    for (const headers of [GOOD, {}, basic('alice', 'wrong')]) {
      const reply = await ask(headers);
      expect(reply.status).toBe(500);
      expect(reply.body).not.toContain(server.folder);
    }
    expect(server.logged('error')).toEqual([expect.stringContaining(`${server.folder}/web.yml`)]);
    server.write(ALICE);
    expect(await ask(GOOD)).toMatchObject({ status: 200 });
    expect(await ask({})).toMatchObject({ status: 401 });
    expect(server.logged('info').at(-1)).toContain('is mended');
  });

  it('reads the file again on SIGHUP and tells what it found', async () => {
    const server = await LiveServer.start(ALICE);
    await server.config.reload();
    expect(server.logged('info')).toHaveLength(2);
    server.write('basic_auth_users: [');
    await expect(server.config.reload()).resolves.toBeUndefined();
    expect(server.logged('error')).toHaveLength(1);
  });
});

describe('the cost of bcrypt', () => {
  it('keeps nobody waiting whose password was checked before', async () => {
    const server = await LiveServer.start(ALICE);
    await server.askPlainly({ headers: GOOD });
    // About a second of one core.
    server.write(`${ALICE}  slow: ${hashSync('x', 14)}\n`);
    let slowDone = false;
    const slow = server.askPlainly({ headers: basic('slow', 'wrong') }).then((reply) => {
      slowDone = true;
      return reply;
    });
    expect(await server.askPlainly({ headers: GOOD })).toMatchObject({ status: 200 });
    expect(slowDone).toBe(false);
    expect(await slow).toMatchObject({ status: 401 });
  }, 20_000);

  it('is never paid for a hash that would take a core for hours: its user stays out, and the log says so', async () => {
    const server = await LiveServer.start(`${ALICE}  bob: ${HASH.replace('$04$', '$31$')}\n`);
    expect(server.logged('warn')).toEqual([expect.stringContaining('"bob" can never log in')]);
    expect(await server.askPlainly({ headers: basic('bob', 'correct horse') })).toMatchObject({
      status: 401,
    });
    expect(await server.askPlainly({ headers: GOOD })).toMatchObject({ status: 200 });
  });
});

it('answers a wrong password that is pipelined behind a right one as it deserves', async () => {
  const server = await LiveServer.start(ALICE);
  const request = ({ Authorization }: typeof GOOD): string =>
    `GET /metrics HTTP/1.1\r\nHost: x\r\nAuthorization: ${Authorization}\r\n\r\n`;
  const client = send(server.port, [GOOD, basic('alice', 'wrong'), GOOD].map(request).join(''));
  await expect
    .poll(() => [...client.received().matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status))
    .toEqual(['200', '401', '200']);
});
