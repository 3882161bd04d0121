import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { exporterAccess, type ExporterFlags } from '../../src/cli/exporter-flags.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { makeAuthority } from '../web/web-config/certificates.ts';

const HTTPS = 'https://127.0.0.1:10188';

function access(flags: Partial<ExporterFlags>) {
  return exporterAccess({ 'exporter.url': 'http://127.0.0.1:10188', ...flags });
}

function file(content: string): string {
  const path = join(temporaryFolder(onTestFinished), 'file');
  writeFileSync(path, content);
  return path;
}

describe('exporterAccess', () => {
  it('is without a login and without authorities by default', () => {
    expect(access({})).toMatchObject({ ca: undefined, authorization: undefined });
  });

  it('sends a login with the password as its file has it, less the newline that an editor leaves', () => {
    const login = { user: 'prometheus', passwordFile: file('gehe!m wört\n') };
    expect(access(login).authorization).toBe(
      `Basic ${Buffer.from('prometheus:gehe!m wört').toString('base64')}`,
    );
  });

  it('reads the authorities', async () => {
    const { cert } = await makeAuthority('ca');
    expect(access({ 'exporter.url': HTTPS, caFile: file(cert) }).ca).toBe(cert);
  });

  it('refuses what cannot be meant, in a sentence that names the flag', () => {
    expect(() => access({ user: 'prometheus' })).toThrow('--user and --password-file go together');
    expect(() => access({ passwordFile: file('x') })).toThrow('--user and --password-file go together');
    expect(() => access({ user: 'a:b', passwordFile: file('x') })).toThrow('--user a:b has a colon');
    expect(() => access({ user: 'a', passwordFile: file('\n') })).toThrow(/^--password-file \S+ is empty/);
    expect(() => access({ user: 'a', passwordFile: '/nonexistent' })).toThrow(
      '--password-file /nonexistent cannot be read',
    );
    expect(() => access({ caFile: '/nonexistent' })).toThrow('--ca-file has no use with http:');
    expect(() => access({ 'exporter.url': HTTPS, caFile: file('no PEM') })).toThrow(
      /^--ca-file \S+ holds no certificate/,
    );
  });
});
