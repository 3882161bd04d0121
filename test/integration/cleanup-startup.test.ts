import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Exporter, runExporter } from '../support/exporter.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

function tokenFile(content = 'a-token-of-sixteen\n', mode = 0o600): string {
  const path = join(temporaryFolder(onTestFinished), 'tokens');
  writeFileSync(path, content);
  chmodSync(path, mode);
  return path;
}

const LOCAL = '--web.listen-address=127.0.0.1:0';

describe('with --cleanup.enabled the exporter does not start', () => {
  it.each([
    ['without a token file', ['--cleanup.allow-owner=www-data'], '--cleanup.token-file'],
    ['without an owner', ['--cleanup.token-file=TOKENS'], '--cleanup.allow-owner'],
    ['for root', ['--cleanup.token-file=TOKENS', '--cleanup.allow-owner=root'], '--cleanup.allow-owner'],
    [
      'for uid 0',
      ['--cleanup.token-file=TOKENS', '--cleanup.allow-owner=33', '--cleanup.allow-owner=0'],
      'root',
    ],
    ['for uid 000', ['--cleanup.token-file=TOKENS', '--cleanup.allow-owner=000'], 'root'],
    [
      'for a user nobody knows',
      ['--cleanup.token-file=TOKENS', '--cleanup.allow-owner=nobody-knows'],
      'no user',
    ],
    ['for a user that is a flag', ['--cleanup.token-file=TOKENS', '--cleanup.allow-owner=--help'], 'no user'],
    [
      'without proofs',
      ['--cleanup.token-file=TOKENS', '--cleanup.allow-owner=33', '--no-collector.orphans'],
      '--no-collector.orphans',
    ],
    [
      'with an audit file that cannot be written',
      ['--cleanup.token-file=TOKENS', '--cleanup.allow-owner=33', '--cleanup.audit-file=/proc/audit'],
      '--cleanup.audit-file',
    ],
    [
      'with no sets',
      ['--cleanup.token-file=TOKENS', '--cleanup.allow-owner=33', '--cleanup.max-sets=0'],
      '--cleanup.max-sets',
    ],
  ])('%s', async (_, flags, named) => {
    const tokens = tokenFile();
    const { code, stderr } = await runExporter(onTestFinished, [
      LOCAL,
      '--cleanup.enabled',
      ...flags.map((flag) => flag.replace('TOKENS', tokens)),
    ]);
    expect(code, stderr).toBe(1);
    expect(stderr.trimEnd().split('\n').at(-1)).toContain(named);
  });

  it.each([
    ['that others may read', 'a-token-of-sixteen', 0o644],
    ['with a short token', 'short', 0o600],
    ['that is empty', '', 0o600],
  ])('with a token file %s', async (_, content, mode) => {
    const { code, stderr } = await runExporter(onTestFinished, [
      LOCAL,
      '--cleanup.enabled',
      '--cleanup.allow-owner=33',
      `--cleanup.token-file=${tokenFile(content, mode)}`,
    ]);
    expect(code).toBe(1);
    expect(stderr).toContain('--cleanup.token-file');
  });

  it.each([':0', '0.0.0.0:0', '[::]:0'])('on %s without TLS, unless that is accepted', async (address) => {
    const flags = [
      `--web.listen-address=${address}`,
      '--cleanup.enabled',
      '--cleanup.allow-owner=33',
      `--cleanup.token-file=${tokenFile()}`,
    ];
    const { code, stderr } = await runExporter(onTestFinished, flags);
    expect(code).toBe(1);
    expect(stderr).toContain('--cleanup.insecure-http');
    await Exporter.start(onTestFinished, { flags: [...flags, '--cleanup.insecure-http'] });
  });
});

describe('with --cleanup.enabled the exporter starts', () => {
  it.each(['127.0.0.1:0', '127.1.2.3:0', '[::1]:0', 'localhost:0', 'UNIX'])('on %s', async (address) => {
    const where = address === 'UNIX' ? `unix:${join(temporaryFolder(onTestFinished), 'socket')}` : address;
    const exporter = await Exporter.start(onTestFinished, {
      flags: [
        `--web.listen-address=${where}`,
        '--cleanup.enabled',
        '--cleanup.allow-owner=33',
        `--cleanup.token-file=${tokenFile()}`,
      ],
    });
    const metrics = await exporter.scrape();
    expect(metrics.value('sysvsem_cleanup_enabled')).toBe(1);
    expect(metrics.value('sysvsem_cleanup_removed_sets_total', { owner: 'www-data' })).toBe(0);
    expect((await exporter.ask('/api/v1/cleanup', { method: 'POST' })).status).toBe(401);
  });
});
