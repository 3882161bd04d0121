import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/errors.ts';
import { formatListenAddress, parseListenAddress } from '../../src/web/listen-address.ts';

describe('parseListenAddress', () => {
  it.each([
    ['127.0.0.1:10188', { kind: 'tcp', host: '127.0.0.1', port: 10_188 }],
    ['localhost:80', { kind: 'tcp', host: 'localhost', port: 80 }],
    ['db-1.example.org:1', { kind: 'tcp', host: 'db-1.example.org', port: 1 }],
    [':10188', { kind: 'tcp', host: null, port: 10_188 }],
    [':0', { kind: 'tcp', host: null, port: 0 }],
    ['[::]:65535', { kind: 'tcp', host: '::', port: 65_535 }],
    ['[::1]:10188', { kind: 'tcp', host: '::1', port: 10_188 }],
    ['unix:/run/sysvsem.sock', { kind: 'unix', path: '/run/sysvsem.sock' }],
    ['unix:/run/with:colon', { kind: 'unix', path: '/run/with:colon' }],
  ])('reads %s', (text, address) => {
    expect(parseListenAddress(text)).toEqual(address);
  });

  it.each([
    ['', 'has no port'],
    ['10188', 'has no port'],
    ['localhost', 'has no port'],
    ['[::1]', 'has no port'],
    ['localhost:', 'a port that is no number'],
    ['localhost:http', 'a port that is no number'],
    ['localhost:65536', 'a port that is no number'],
    ['localhost:-1', 'a port that is no number'],
    ['localhost:1e3', 'a port that is no number'],
    ['::1:80', 'needs brackets'],
    ['::', 'a port that is no number'],
    ['[localhost]:80', 'no IPv6 address between'],
    ['[]:80', 'no IPv6 address between'],
    ['256.1.1.1:80', 'no valid IPv4'],
    ['127.1:80', 'no valid IPv4'],
    ['*:80', 'no valid host name'],
    ['my host:80', 'no valid host name'],
    ['vsock://:10188', 'has no vsock'],
    ['http://localhost:80', 'is a URL'],
    ['unix:', 'absolute path'],
    ['unix:sysvsem.sock', 'absolute path'],
    ['unix:@abstract', 'absolute path'],
    ['unix:/run/', 'not the path of a file'],
    ['unix:/run/a\0b', 'not the path of a file'],
    [`unix:/${'é'.repeat(54)}`, 'at most 107 bytes'],
  ])('refuses %j in one sentence that names the flag and the address', (text, why) => {
    const reading = () => parseListenAddress(text);
    expect(reading).toThrow(UsageError);
    expect(reading).toThrow(why);
    expect(reading).toThrow(`--web.listen-address: ${JSON.stringify(text)}`);
  });

  it('accepts a path of exactly as many bytes as the kernel takes', () => {
    const path = `/${'a'.repeat(106)}`;
    expect(parseListenAddress(`unix:${path}`)).toEqual({ kind: 'unix', path });
  });

  it('reads back every address that is written as in a flag', () => {
    const host = fc.oneof(fc.ipV4(), fc.ipV6(), fc.domain(), fc.constant(null));
    fc.assert(
      fc.property(host, fc.integer({ min: 0, max: 65_535 }), (name, port) => {
        const address = { kind: 'tcp', host: name, port } as const;
        expect(parseListenAddress(formatListenAddress(address))).toEqual(address);
      }),
    );
  });

  it('answers any text with an address or a UsageError', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[[\]:.0-9a-z*/@]{0,20}$/)), (text) => {
        try {
          const address = parseListenAddress(text);
          expect(parseListenAddress(formatListenAddress(address))).toEqual(address);
        } catch (error) {
          expect(error).toBeInstanceOf(UsageError);
        }
      }),
    );
  });
});
