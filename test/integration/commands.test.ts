import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { Exposition } from '../support/exposition.ts';
import { NO_EXPORTER, runExporter } from '../support/exporter.ts';
import { faultProgram } from '../support/fault-program.ts';
import { expectKernelTruth, kernelTruth } from '../support/kernel-truth.ts';
import { Namespace } from '../support/namespace.ts';
import { needs } from '../support/needs.ts';
import { run } from '../support/program.ts';
import { createSets } from '../support/sets.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const { describe, it } = needs('namespaces', 'nsenter', 'setpriv', 'ipcs');

const USERS = [{ name: 'a-user-with-a-name-that-ipcs-cuts', uid: 4242 }];

async function populated(): Promise<Namespace> {
  const namespace = await Namespace.create(onTestFinished, { limits: '250 32000 32 32000', users: USERS });
  await createSets(
    namespace,
    { uid: 0 },
    { uid: 4242, key: 0x1234, semaphores: 3, mode: 0o640, count: 1 },
    { uid: 54_321, count: 2 },
  );
  return namespace;
}

describe('list where no exporter answers', () => {
  it('prints a table with one row a set', async () => {
    const namespace = await populated();
    const { code, stdout } = await runExporter(onTestFinished, ['list', NO_EXPORTER], { namespace });
    expect(code).toBe(0);
    const [heading = '', ...rows] = stdout.trimEnd().split('\n');
    for (const column of ['semid', 'key', 'owner', 'perms', 'semaphores', 'changed', 'state', 'why']) {
      expect(heading.toLowerCase()).toContain(column);
    }
    const { sets } = await kernelTruth(namespace);
    expect(rows.filter((row) => /^\s*\d+\s+0x/.test(row))).toHaveLength(sets.length);
    expect(stdout).toMatch(/0x00001234 +a-user-with-a-name-that-ipcs-cuts +640 +3 /);
    expect(stdout).toMatch(/ 54321 /);
  });

  it('--json prints what the kernel says, and --owner and --state choose from it', async () => {
    const namespace = await populated();
    const { sets } = await kernelTruth(namespace);
    const semids = async (...flags: string[]) => {
      const { code, stdout, stderr } = await runExporter(
        onTestFinished,
        ['list', '--json', NO_EXPORTER, ...flags],
        {
          namespace,
        },
      );
      expect(code, stderr).toBe(0);
      return (JSON.parse(stdout) as { semid: number }[]).map(({ semid }) => semid);
    };
    const of = (...uids: number[]) => sets.filter(({ uid }) => uids.includes(uid)).map(({ semid }) => semid);
    expect(await semids()).toEqual(sets.map(({ semid }) => semid));
    expect(await semids('--owner', 'a-user-with-a-name-that-ipcs-cuts')).toEqual(of(4242));
    expect(await semids('--owner', '54321', '--owner=root')).toEqual(of(0, 54_321));
    expect(await semids('--owner', 'nobody-owns-these')).toEqual([]);
    expect(await semids('--state', 'held')).toEqual([]);
  });

  it('is whole when a slow reader takes 31 000 sets through a pipe', async () => {
    const namespace = await Namespace.create(onTestFinished, { limits: '250 64000 32 32000' });
    await createSets(namespace, { uid: 33, count: 31_000 });
    const { stdout } = await runExporter(
      onTestFinished,
      ['list', '--json', NO_EXPORTER, '--collector.source=procfs'],
      {
        namespace,
      },
    );
    expect(JSON.parse(stdout)).toHaveLength(31_000);
  });

  it('says in one sentence why it cannot, and does not print an empty table', async () => {
    const { code, stdout, stderr } = await runExporter(onTestFinished, [
      'list',
      NO_EXPORTER,
      '--collector.ipcs-path=/nonexistent/ipcs',
    ]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^sysvsem-exporter: .*\/nonexistent\/ipcs.*\n$/);
  });

  it('refuses a state that there is none of', async () => {
    const { code, stderr } = await runExporter(onTestFinished, ['list', '--state=leaked']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^sysvsem-exporter: --state leaked .*\n$/);
  });
});

describe('metrics', () => {
  it('prints one exposition of what the kernel says', async () => {
    const namespace = await populated();
    const { code, stdout, stderr } = await runExporter(onTestFinished, ['metrics', '--collector.per-set'], {
      namespace,
    });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expectKernelTruth(Exposition.parse(stdout), await kernelTruth(namespace));
  });

  it('ends with status 1, and says sysvsem_up 0, where the collection failed', async () => {
    const { code, stdout, stderr } = await runExporter(onTestFinished, [
      'metrics',
      `--collector.ipcs-path=${faultProgram('garbage')}`,
    ]);
    expect(code).toBe(1);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    const metrics = Exposition.parse(stdout);
    expect(metrics.value('sysvsem_up')).toBe(0);
    expect(metrics.value('sysvsem_sets')).toBeUndefined();
  });

  it('--output replaces a file in one step, for everyone to read, and leaves nothing beside it', async () => {
    const namespace = await populated();
    const folder = temporaryFolder(onTestFinished);
    const file = join(folder, 'sysvsem.prom');
    writeFileSync(file, 'old\n', { mode: 0o600 });
    const inode = statSync(file).ino;
    const { code, stdout, stderr } = await runExporter(onTestFinished, ['metrics', '--output', file], {
      namespace,
    });
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: '', stderr: '' });
    expectKernelTruth(Exposition.parse(readFileSync(file, 'utf8')), await kernelTruth(namespace));
    expect(statSync(file).mode & 0o7777).toBe(0o644);
    expect(statSync(file).ino).not.toBe(inode);
    expect(readdirSync(folder)).toEqual(['sysvsem.prom']);
  });

  it('--output where it may not write is one sentence, and the old file stays', async () => {
    const folder = join(temporaryFolder(onTestFinished), 'read-only');
    mkdirSync(folder);
    const file = join(folder, 'sysvsem.prom');
    writeFileSync(file, 'old\n');
    const namespace = await populated();
    // A read-only mount stops root too.
    const seal = await namespace.run([
      'sh',
      '-c',
      'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0"',
      folder,
    ]);
    expect(seal.code, seal.stderr).toBe(0);
    const { code, stdout, stderr } = await runExporter(onTestFinished, ['metrics', '--output', file], {
      namespace,
    });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^sysvsem-exporter: .*sysvsem\.prom.*\n$/);
    expect(readFileSync(file, 'utf8')).toBe('old\n');
    expect(readdirSync(folder)).toEqual(['sysvsem.prom']);
  });

  it('--output on a full disk keeps the old file', async () => {
    const folder = join(temporaryFolder(onTestFinished), 'full');
    mkdirSync(folder);
    const namespace = await populated();
    const fill =
      'mount -t tmpfs -o size=8k none "$0" && echo old > "$0/sysvsem.prom" && ! cat /dev/zero > "$0/filler"';
    expect((await namespace.run(['sh', '-c', fill, folder])).code).toBe(0);
    const file = join(folder, 'sysvsem.prom');
    const { code, stderr } = await runExporter(onTestFinished, ['metrics', '--output', file], { namespace });
    expect(code, stderr).toBe(1);
    expect(stderr).toMatch(/^sysvsem-exporter: .*ENOSPC.*\n$/);
    expect((await namespace.run(['cat', file])).stdout).toBe('old\n');
    expect((await namespace.run(['ls', '-A', folder])).stdout).toBe('filler\nsysvsem.prom\n');
  });

  it('--output in a folder that does not exist is one sentence', async () => {
    const file = join(temporaryFolder(onTestFinished), 'missing', 'sysvsem.prom');
    const { code, stderr } = await runExporter(onTestFinished, [
      'metrics',
      '--output',
      file,
      '--collector.source=procfs',
    ]);
    expect(code).toBe(1);
    expect(stderr).toContain(file);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  });
});

needs('promtool').describe('promtool check metrics', () => {
  it('has no remark on the metrics of this machine', async () => {
    const { stdout } = await runExporter(onTestFinished, [
      'metrics',
      '--collector.source=procfs',
      '--collector.per-set',
    ]);
    expect(await run(onTestFinished, ['promtool', 'check', 'metrics'], { input: stdout })).toMatchObject({
      code: 0,
      stdout: '',
      stderr: '',
    });
  });
});
