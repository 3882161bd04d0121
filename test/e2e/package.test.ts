import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Exposition } from '../support/exposition.ts';
import { run } from '../support/program.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const ROOT = join(import.meta.dirname, '..', '..');

describe('the npm package', () => {
  it('installs into an empty folder and runs', { timeout: 180_000 }, async () => {
    const folder = temporaryFolder(onTestFinished);
    // The build is there already, and other tests run it.
    const pack = ['npm', 'pack', '--json', '--ignore-scripts', '--pack-destination', folder];
    const packed = await run(onTestFinished, pack, { cwd: ROOT });
    expect(packed.code, packed.stderr).toBe(0);
    const [tarball] = JSON.parse(packed.stdout) as { filename: string; files: { path: string }[] }[];
    const paths = tarball?.files.map(({ path }) => path) ?? [];
    const needed = ['dist/main.js', 'package.json', 'LICENSE', 'README.md', 'CHANGELOG.md'];
    expect(needed.filter((path) => !paths.includes(path))).toEqual([]);
    expect(paths.filter((path) => /^(src|test|bench|scripts|node_modules|coverage|\.)/.test(path))).toEqual(
      [],
    );

    writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
    const install = ['npm', 'install', '--prefer-offline', '--no-audit', '--no-fund', '--engine-strict'];
    const installed = await run(onTestFinished, [...install, join(folder, tarball?.filename ?? '')], {
      cwd: folder,
    });
    expect(installed.code, installed.stderr).toBe(0);

    const program = join(folder, 'node_modules', '.bin', 'sysvsem-exporter');
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
    const told = await run(onTestFinished, [program, '--version'], { cwd: '/' });
    expect(told).toMatchObject({ code: 0, stderr: '' });
    expect(told.stdout).toContain(`sysvsem-exporter, version ${version} `);

    const metrics = await run(onTestFinished, [program, 'metrics', '--collector.source=procfs'], {
      cwd: '/',
    });
    expect(metrics.code, metrics.stderr).toBe(0);
    expect(Exposition.parse(metrics.stdout).value('sysvsem_up')).toBe(1);
  });
});
