import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { buildInfo, versionText } from '../src/version.ts';

describe('buildInfo', () => {
  it('tells the version of the package, and of Node', () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    expect(buildInfo()).toMatchObject({ version, nodeVersion: process.version });
  });

  it('calls the revision unknown where the build noted none', () => {
    expect(buildInfo()).toMatchObject({ revision: 'unknown', branch: 'unknown' });
  });
});

describe('versionText', () => {
  it('is laid out as the other exporters of a host do', () => {
    const build = { version: '1.2.3', revision: 'abc', branch: 'main', nodeVersion: 'v20.20.0' };
    expect(versionText(build).split('\n')).toEqual([
      'sysvsem-exporter, version 1.2.3 (branch: main, revision: abc)',
      '  node version:     v20.20.0',
      `  platform:         ${process.platform}/${process.arch}`,
    ]);
  });
});
