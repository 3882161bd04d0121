// Passes descriptors to a command as systemd does: node pass-sockets.mjs WHAT... -- COMMAND...
// WHAT: the path of a Unix socket, `tcp` for a free port of 127.0.0.1, or `null` for /dev/null, which is no socket.
// The addresses go to stdout, one a line.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync, renameSync } from 'node:fs';
import { createServer } from 'node:net';
import process from 'node:process';

const end = process.argv.indexOf('--');
const command = process.argv.slice(end + 1);
const passed = [];
for (const what of process.argv.slice(2, end)) passed.push(await open(what));

async function open(what) {
  if (what === 'null') return { fd: openSync('/dev/null'), letGo: () => undefined };
  const server = createServer().listen(what === 'tcp' ? { host: '127.0.0.1', port: 0 } : { path: what });
  await once(server, 'listening');
  const address = server.address();
  process.stdout.write(`${typeof address === 'string' ? `unix:${address}` : `127.0.0.1:${address.port}`}\n`);
  return { fd: server._handle.fd, letGo: () => letGo(server, address) };
}

/** Only the command may take connections; but to close a Unix socket, Node removes what stands at its path. */
function letGo(server, path) {
  if (typeof path === 'string') renameSync(path, `${path}.kept`);
  server.close();
  if (typeof path === 'string') renameSync(`${path}.kept`, path);
}

// LISTEN_PID must be the command's own: only a shell that becomes the command knows it in time.
const wrapped = ['--pdeathsig', 'KILL', 'sh', '-c', 'LISTEN_PID=$$ exec "$@"', 'sh', ...command];
const child = spawn('setpriv', wrapped, {
  env: {
    ...process.env,
    LISTEN_FDS: passed.length,
    LISTEN_FDNAMES: passed.map(() => 'test.socket').join(':'),
  },
  stdio: ['ignore', 'inherit', 'inherit', ...passed.map(({ fd }) => fd)],
});
for (const { letGo } of passed) letGo();
process.on('SIGTERM', () => child.kill('SIGTERM'));
const [code] = await once(child, 'exit');
process.exit(code ?? 1);
