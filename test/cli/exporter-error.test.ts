import { describe, expect, it } from 'vitest';
import { parseExporterUrl } from '../../src/cli/exporter-address.ts';
import { connectionError } from '../../src/cli/exporter-error.ts';

function errorOf(url: string, code: string) {
  const access = { address: parseExporterUrl(url), ca: undefined, authorization: undefined };
  return connectionError(access, Object.assign(new Error(`connect ${code}`), { code }));
}

describe('the error of a connection', () => {
  it.each(['ECONNREFUSED', 'ENOENT', 'ETIMEDOUT', 'EHOSTUNREACH', 'EAI_AGAIN'])(
    '%s is nobody there',
    (code) => {
      expect(errorOf('http://127.0.0.1', code).code).toBe('no_answer');
    },
  );

  it.each([
    'EACCES',
    'EPERM',
    'ECONNRESET',
    'EPIPE',
    'EPROTO',
    'CERT_HAS_EXPIRED',
    'EMFILE',
    'HPE_INVALID_VERSION',
  ])('%s is somebody, whom no look at the kernel may stand in for', (code) => {
    for (const url of ['https://127.0.0.1', 'unix:/run/socket']) {
      expect(errorOf(url, code).code).toBe('refused');
    }
  });

  it('says who may use a Unix socket', () => {
    expect(errorOf('unix:/run/socket', 'EACCES').message).toBe(
      "what listens at unix:/run/socket may not be asked by this user (EACCES): run the command as root or in the socket's group",
    );
  });

  it('says where to look when a handshake is refused', () => {
    expect(errorOf('https://127.0.0.1', 'ECONNRESET').message).toBe(
      'what listens at https://127.0.0.1 ended the TLS connection (ECONNRESET): its log says why',
    );
  });
});
