import { chmodSync, chownSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { MAIN, runExporter } from '../support/exporter.ts';
import { needs } from '../support/needs.ts';
import { run } from '../support/program.ts';
import type { Exit } from '../support/program.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** Exit status 1, nothing on stdout, and one sentence on stderr that holds these words. */
function expectOneSentence({ code, stdout, stderr }: Exit, ...words: readonly string[]): void {
  expect({ code, stdout }, stderr).toEqual({ code: 1, stdout: '' });
  // Log lines that came before it are no part of the sentence; a stack trace or a second sentence would be.
  const lines = stderr.split('\n').filter((line) => line !== '' && !line.startsWith('time='));
  expect(lines, stderr).toHaveLength(1);
  for (const word of words) expect(lines[0]).toContain(word);
  expect(stderr).not.toMatch(/\n\s+at /);
}

describe('a start that cannot succeed ends with status 1 and one sentence', () => {
  const wrong: [string, readonly string[]][] = [
    ['an unknown flag', ['--colector.interval=1s']],
    ['an unknown command', ['scrape']],
    ['a bad duration', ['--collector.interval=soon']],
    ['a negative duration', ['--collector.timeout=-1s']],
    ['a timeout of 0', ['--collector.timeout=0']],
    ['a bad source', ['--collector.source=lsipc']],
    ['a bad number', ['--web.max-requests=many']],
    ['a bad log level', ['--log.level=loud']],
    ['a bad log format', ['--log.format=xml']],
    ['a telemetry path without a slash', ['--web.telemetry-path=metrics']],
    ['an address without a port', ['--web.listen-address=localhost']],
    ['a port out of range', ['--web.listen-address=127.0.0.1:65536']],
    ['a vsock address', ['--web.listen-address=vsock://:10188']],
    ['an empty Unix socket path', ['--web.listen-address=unix:']],
  ];
  for (const [what, args] of wrong) {
    it(what, async () => {
      const named = args[0]?.split('=')[0] ?? '';
      expectOneSentence(await runExporter(onTestFinished, args), named);
    });
  }

  it('a port in use', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    onTestFinished(
      () =>
        new Promise<void>((resolve) =>
          other.close(() => {
            resolve();
          }),
        ),
    );
    await new Promise((resolve) => other.once('listening', resolve));
    const address = `127.0.0.1:${(other.address() as AddressInfo).port}`;
    expectOneSentence(await runExporter(onTestFinished, [`--web.listen-address=${address}`]), address);
  });

  it('an address that this machine does not have', async () => {
    const address = '192.0.2.1:10188';
    expectOneSentence(await runExporter(onTestFinished, [`--web.listen-address=${address}`]), address);
  });

  it('a host name that does not exist', async () => {
    const address = 'no-such-host.invalid:10188';
    expectOneSentence(await runExporter(onTestFinished, [`--web.listen-address=${address}`]), address);
  });

  it('a Unix socket in a folder that does not exist', async () => {
    const path = join(temporaryFolder(onTestFinished), 'missing', 'socket');
    expectOneSentence(await runExporter(onTestFinished, [`--web.listen-address=unix:${path}`]), path);
  });

  it('a Unix socket path where something else is, which stays as it was', async () => {
    const path = join(temporaryFolder(onTestFinished), 'file');
    writeFileSync(path, 'precious');
    expectOneSentence(await runExporter(onTestFinished, [`--web.listen-address=unix:${path}`]), path);
    expect((await run(onTestFinished, ['cat', path])).stdout).toBe('precious');
  });

  it('one good address and one bad: nothing is left listening', async () => {
    const path = join(temporaryFolder(onTestFinished), 'socket');
    const flags = [`--web.listen-address=unix:${path}`, '--web.listen-address=192.0.2.1:10188'];
    expectOneSentence(await runExporter(onTestFinished, flags), '192.0.2.1:10188');
  });

  needs('namespaces', 'setpriv').it('a Unix socket where it may not write', async () => {
    const folder = join(temporaryFolder(onTestFinished), 'of-somebody-else');
    mkdirSync(folder);
    chmodSync(folder, 0o755);
    chownSync(folder, 4242, 4242);
    const path = join(folder, 'socket');
    // Root without a single capability is an ordinary user who may read the program.
    const powerless = ['setpriv', '--bounding-set=-all', '--inh-caps=-all', process.execPath, MAIN];
    expectOneSentence(await run(onTestFinished, [...powerless, `--web.listen-address=unix:${path}`]), path);
  });
});

describe('help and version', () => {
  it('--version tells the version, revision and branch on stdout', async () => {
    const { code, stdout, stderr } = await runExporter(onTestFinished, ['--version']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^sysvsem-exporter, version \S+ \(branch: \S*, revision: \S*\)\n( {2}\S.*\n)+$/);
  });

  it('--help tells of every command and every flag of serve', async () => {
    const { code, stdout, stderr } = await runExporter(onTestFinished, ['--help']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const told = [
      'serve',
      'list',
      'metrics',
      '--web.listen-address',
      '--collector.interval',
      '--log.level',
      '10188',
    ];
    for (const word of told) expect(stdout).toContain(word);
  });

  for (const command of ['serve', 'list', 'metrics']) {
    it(`${command} --help tells of its own flags`, async () => {
      const { code, stdout, stderr } = await runExporter(onTestFinished, [command, '--help']);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toContain('--collector.source');
    });
  }
});
