import { connect } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Exporter } from '../support/exporter.ts';

/** All that comes back for these bytes, once the exporter has closed the connection. */
async function sendBytes(exporter: Exporter, bytes: string): Promise<string> {
  const [host = '', port] = exporter.address.split(':');
  const socket = connect(Number(port), host);
  onTestFinished(() => {
    socket.destroy();
  });
  let received = '';
  let closed = false;
  socket.on('data', (chunk) => (received += chunk.toString('latin1')));
  socket.on('error', () => (closed = true));
  socket.on('close', () => (closed = true));
  // Not ended: a client that has ended may be let go without an answer.
  socket.write(Buffer.from(bytes, 'latin1'));
  await expect.poll(() => closed, { timeout: 5_000 }).toBe(true);
  return received;
}

/** A request that asks to be the last one of its connection. */
function requestOf(line: string, ...headers: readonly string[]): string {
  return [line, 'Host: localhost', 'Connection: close', ...headers, '', ''].join('\r\n');
}

/** Nothing of the machine or of the program's insides. */
function expectGivesNothingAway(answer: string): void {
  expect(answer).not.toMatch(/root:|node_modules|\bat \S+ \(|\/src\/|\/dist\/|"dependencies"/);
}

const flags = ['--collector.source=procfs'];

const PATHS = [
  '/../../../../etc/passwd',
  '/..%2f..%2f..%2fetc%2fpasswd',
  '/%2e%2e/%2e%2e/etc/passwd',
  '/..\\..\\etc\\passwd',
  '//etc/passwd',
  '/metrics/../../etc/passwd',
  '/metrics/',
  '//metrics',
  '/METRICS',
  '/metrics%00',
  '/metrics;a=b',
  '/-/../metrics',
  '/%c0%ae%c0%ae/etc/passwd',
  '/%',
  '/%zz',
  '/runbooks/../package.json',
  '/runbooks/..%2f..%2fpackage.json',
  '/runbooks/%2e%2e%2f%2e%2e%2fREADME',
  '/api/v1/../../metrics',
  '/__proto__',
  '/constructor',
  `/${'a'.repeat(8_000)}`,
];

describe('a hostile request', () => {
  it('for another path than there is finds nothing', async () => {
    const exporter = await Exporter.start(onTestFinished, { flags });
    for (const path of PATHS) {
      const answer = await sendBytes(exporter, requestOf(`GET ${path} HTTP/1.1`));
      expect(answer, path).toMatch(/^HTTP\/1\.1 40[04] /);
      expectGivesNothingAway(answer);
    }
    await exporter.stop();
  });

  it('that is no HTTP, or not well-formed, is refused', async () => {
    const exporter = await Exporter.start(onTestFinished, { flags });
    const malformed = {
      noise: '\x00\xff\xfe noise\r\n\r\n',
      'a TLS handshake': '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
      'an HTTP/2 preface': 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
      'no host': 'GET / HTTP/1.1\r\n\r\n',
      'two lengths': 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\n',
      'a length and chunks':
        'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      'a bad chunk': 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
      'a line folded': 'GET / HTTP/1.1\r\nHost: a\r\n X: folded\r\n\r\n',
      'a space before a colon': 'GET / HTTP/1.1\r\nHost : a\r\n\r\n',
      'a NUL': 'GET / HTTP/1.1\r\nHost: a\r\nX: \0\r\n\r\n',
      'an unknown version': 'GET / HTTP/9.9\r\nHost: a\r\n\r\n',
      'an unknown method': 'BREW / HTTP/1.1\r\nHost: a\r\n\r\n',
      'a header too long': `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`,
      'a path too long': `GET /${'x'.repeat(20_000)} HTTP/1.1\r\nHost: a\r\n\r\n`,
      'a tunnel': 'CONNECT localhost:22 HTTP/1.1\r\nHost: a\r\n\r\n',
    };
    for (const [what, bytes] of Object.entries(malformed)) {
      const answer = await sendBytes(exporter, bytes);
      expect(answer, what).toMatch(/^$|^HTTP\/1\.1 4\d\d /);
      expectGivesNothingAway(answer);
    }
    await exporter.stop();
    expect(exporter.program.stderr).not.toMatch(/level=(WARN|ERROR).*source=web/);
  });

  it('for another host, in absolute form, gets what is here', async () => {
    const exporter = await Exporter.start(onTestFinished, { flags });
    const answer = await sendBytes(exporter, requestOf('GET http://elsewhere.invalid/etc/passwd HTTP/1.1'));
    expect(answer).toMatch(/^HTTP\/1\.1 404 /);
    await exporter.stop();
  });

  it('with a method that a route does not know is told which it does', async () => {
    const exporter = await Exporter.start(onTestFinished, { flags });
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE', 'PROPFIND']) {
      for (const path of ['/', '/metrics', '/-/healthy', '/-/ready', '/api/v1/status', '/api/v1/sets']) {
        const answer = await exporter.ask(path, { method });
        expect({ method, path, status: answer.status }).toEqual({ method, path, status: 405 });
        expect(answer.headers.allow).toBe('GET, HEAD');
        expectGivesNothingAway(answer.text);
      }
    }
    await exporter.stop();
  });

  it('that expects or upgrades to what there is not gets no more than HTTP', async () => {
    const exporter = await Exporter.start(onTestFinished, { flags });
    const upgrade = requestOf('GET /-/healthy HTTP/1.1', 'Upgrade: websocket').replace(
      'Connection: close',
      'Connection: close, Upgrade',
    );
    expect(await sendBytes(exporter, upgrade)).toMatch(/^HTTP\/1\.1 200 [^]*Healthy/);
    const expecting = requestOf('GET /-/healthy HTTP/1.1', 'Expect: the-impossible');
    expect(await sendBytes(exporter, expecting)).toMatch(/^HTTP\/1\.1 417 /);
    await exporter.stop();
  });
});
