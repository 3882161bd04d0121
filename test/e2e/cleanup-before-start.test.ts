import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, vi } from 'vitest';
import { settingsOf } from '../deploy/unit-file.ts';
import { Apache } from '../support/apache.ts';
import { APACHE_SETS } from '../support/apache-config.ts';
import { Cleaner, TOKEN } from '../support/cleanup.ts';
import { MAIN } from '../support/exporter.ts';
import { Namespace } from '../support/namespace.ts';
import { needs } from '../support/needs.ts';
import { run, type Exit } from '../support/program.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const { describe, it } = needs('apache2', 'namespaces', 'nsenter', 'setpriv');

const CRASHES = 3;
const SETS = CRASHES * APACHE_SETS.event;
const PATIENCE = { timeout: 60_000, interval: 200 };

/** Runs what the drop-in has systemd run before a start, with another token file and another address. */
async function beforeStart(address: string): Promise<Exit> {
  const folder = temporaryFolder(onTestFinished);
  const program = join(folder, 'sysvsem-exporter');
  writeFileSync(program, `#!/bin/sh\nexec ${process.execPath} ${MAIN} "$@"\n`);
  chmodSync(program, 0o755);
  const token = join(folder, 'cleanup-tokens');
  writeFileSync(token, `${TOKEN}\n`, { mode: 0o600 });
  const [line = ''] = settingsOf('apache2-clear-orphans.conf').get('ExecStartPre') ?? [];
  expect(line).toContain('/etc/sysvsem-exporter/cleanup-tokens');
  const words = line.replace(/^-/, '').replace('/etc/sysvsem-exporter/cleanup-tokens', token).split(/ +/);
  return run(onTestFinished, [
    ...['env', `PATH=${folder}:${process.env['PATH'] ?? ''}`],
    ...[...words, `--exporter.url=http://${address}`],
  ]);
}

describe('the drop-in that clears orphans before each start of Apache', () => {
  it('lets an Apache start that a full table of its own orphans has kept down', async () => {
    const namespace = await Namespace.create(onTestFinished, { limits: `250 32000 32 ${SETS}` });
    const cleaner = await Cleaner.start(onTestFinished, namespace);
    const apache = await Apache.prepare(onTestFinished, namespace, { model: 'event', tls: true });
    for (let crash = 1; crash <= CRASHES; crash++) {
      await apache.start();
      const began = await cleaner.exporter.nextCollection();
      await vi.waitFor(async () => {
        await apache.takeMutexes();
        expect((await cleaner.exporter.scrape()).value('sysvsem_collections_total')).toBeGreaterThan(
          (began.value('sysvsem_collections_total') ?? 0) + 3,
        );
      }, PATIENCE);
      await apache.crash();
    }
    expect(await namespace.kernelSets()).toHaveLength(SETS);
    await expect(apache.start()).rejects.toThrow();
    expect(apache.log).toContain('No space left on device');

    await cleaner.exporter.until(
      (metrics) =>
        (metrics.value('sysvsem_owner_sets', { uid: '33', state: 'orphaned' }) ?? 0) >= APACHE_SETS.event,
      PATIENCE.timeout,
    );
    const { code, stdout, stderr } = await beforeStart(cleaner.exporter.address);
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(new RegExp(`Removed \\d+ sets: free sets 0 → \\d+ of ${SETS}\\.`));
    await apache.start();
    await apache.takeMutexes();
  });

  it('ends in time, with no more than a sentence, where no exporter answers', async () => {
    const { code, stderr, durationMs } = await beforeStart('127.0.0.1:1');
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/^sysvsem-exporter: no exporter answers .*\n$/),
    ]);
    expect(durationMs).toBeLessThan(10_000);
  });
});
