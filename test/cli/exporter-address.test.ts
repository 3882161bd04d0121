import { hostname } from 'node:os';
import { describe, expect, it } from 'vitest';
import { parseExporterUrl } from '../../src/cli/exporter-address.ts';

describe('parseExporterUrl', () => {
  it('reads addresses of TCP, with TLS and below a prefix', () => {
    expect(parseExporterUrl('http://127.0.0.1:10188')).toEqual({
      text: 'http://127.0.0.1:10188',
      tls: false,
      target: { hostname: '127.0.0.1', port: '10188' },
      prefix: '',
      here: true,
    });
    expect(parseExporterUrl('https://[::1]:9/semaphores/')).toMatchObject({
      tls: true,
      target: { hostname: '::1', port: '9' },
      prefix: '/semaphores',
    });
    expect(parseExporterUrl('https://web1.example')).toMatchObject({ target: { port: 443 } });
    expect(parseExporterUrl('http://web1.example/')).toMatchObject({ target: { port: 80 }, prefix: '' });
  });

  it('reads the path of a Unix socket as it stands', () => {
    expect(parseExporterUrl('unix:/run/a b?#.sock')).toMatchObject({
      tls: false,
      target: { socketPath: '/run/a b?#.sock' },
      here: true,
    });
  });

  it.each([
    ['http://localhost', true],
    ['http://127.9.9.9:1', true],
    ['http://[::1]', true],
    [`http://${hostname()}:10188`, true],
    ['http://192.0.2.1', false],
    ['http://[2001:db8::1]', false],
    ['http://127.0.0.1.example', false],
    ['http://web1.example', false],
  ])('knows whether %s is this machine: %s', (url, here) => {
    expect(parseExporterUrl(url).here).toBe(here);
  });

  it.each([
    ['', 'is no address of an exporter'],
    ['127.0.0.1:10188', 'is no address of an exporter'],
    ['localhost:10188', 'is no address of an exporter'],
    ['ftp://127.0.0.1', 'is no address of an exporter'],
    ['http://127.0.0.1:99999', 'is no address of an exporter'],
    ['unix:', 'needs an absolute path'],
    ['unix:exporter.sock', 'needs an absolute path'],
    ['http://127.0.0.1/?owner=root', 'has a query'],
    ['http://127.0.0.1/#sets', 'has a query'],
  ])('refuses %s', (url, why) => {
    expect(() => parseExporterUrl(url)).toThrow(`--exporter.url ${url} ${why}`);
  });

  it('refuses a password, and does not repeat it', () => {
    expect(() => parseExporterUrl('http://alice:hunter2@127.0.0.1')).toThrow(
      /^(?!.*hunter2).*--password-file/,
    );
  });
});
