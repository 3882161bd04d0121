import { hashSync } from '@node-rs/bcrypt';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { send } from '../listen.ts';
import { makeIdentity } from './certificates.ts';
import { basic, keptAlive, LiveServer } from './live-server.ts';

it('a server with TLS that stops ends unused connections at once, and others with the answer under way', async () => {
  const { cert, key } = await makeIdentity();
  const tls = 'tls_server_config:\n  cert_file: server.crt\n  key_file: server.key\n';
  // The check of a password of this cost is still running when the server stops.
  const users = `basic_auth_users:\n  alice: ${hashSync('right', 13)}\n`;
  const server = await LiveServer.start(`${tls}${users}`, { 'server.crt': cert, 'server.key': key });
  const [idle, busy] = [keptAlive(), keptAlive()];
  for (const agent of [idle, busy]) expect(await server.ask({ agent })).toMatchObject({ status: 401 });
  const silent = send(server.port, '');
  const [unused] = Object.values(idle.freeSockets).flat();
  const unusedClosed = unused && once(unused, 'close');
  const answer = server.ask({ headers: basic('alice', 'right'), agent: busy });
  // The exporter has met this one after that one, and has answered it.
  expect(await server.ask()).toMatchObject({ status: 401 });

  const closed = server.close(10_000);
  await unusedClosed;
  expect(await answer).toMatchObject({ status: 200, headers: { connection: 'close' } });
  silent.socket.destroy();
  await closed;
}, 20_000);
