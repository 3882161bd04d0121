import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { Exporter } from '../support/exporter.ts';
import { faultProgram } from '../support/fault-program.ts';
import { expectKernelTruth, kernelTruth, ownersOf } from '../support/kernel-truth.ts';
import { Namespace } from '../support/namespace.ts';
import { needs } from '../support/needs.ts';
import { pathOf } from '../support/requirements.ts';
import { createSets } from '../support/sets.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const { describe, it } = needs('namespaces', 'nsenter', 'setpriv', 'ipcs');

const USERS = [{ name: 'a-user-with-a-name-that-ipcs-cuts', uid: 4242 }];

async function populated(): Promise<Namespace> {
  const namespace = await Namespace.create(onTestFinished, { limits: '250 32000 32 128', users: USERS });
  await createSets(namespace, { uid: 0 }, { uid: 4242, semaphores: 3, count: 2 }, { uid: 54_321 });
  return namespace;
}

/** A procfs that lacks all but what these files hold. */
function fakeProcfs(files: Readonly<Record<string, string>>): string {
  const folder = temporaryFolder(onTestFinished);
  symlinkSync('/proc/self', join(folder, 'self'));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return folder;
}

describe('where only one of the two listings can be read', () => {
  it('without /proc/sysvipc/sem, ipcs alone still counts every set, and the log says what is missing', async () => {
    const namespace = await populated();
    const exporter = await Exporter.start(onTestFinished, {
      namespace,
      flags: [`--path.procfs=${fakeProcfs({})}`],
    });
    const metrics = await exporter.scrape();
    const { sets } = await kernelTruth(namespace);
    expect(metrics.value('sysvsem_up'), exporter.program.stderr).toBe(1);
    expect(metrics.value('sysvsem_sets')).toBe(sets.length);
    expect(metrics.value('sysvsem_semaphores')).toBe(sets.reduce((sum, { nsems }) => sum + nsems, 0));
    expect(ownersOf(metrics)).toEqual(
      expect.arrayContaining([
        { owner: 'root', uid: 0, sets: 1, semaphores: 1 },
        { owner: '54321', uid: 54_321, sets: 1, semaphores: 1 },
      ]),
    );
    expect(metrics.value('sysvsem_owner_name_truncated')).toBe(1);
    expect(exporter.program.stderr).toContain('sysvipc/sem');
  });

  it('without /proc/sysvipc/sem, an ipcs that may not see every set is never believed', async () => {
    const namespace = await populated();
    const exporter = await Exporter.start(onTestFinished, {
      namespace,
      flags: [`--path.procfs=${fakeProcfs({})}`, `--collector.ipcs-path=${faultProgram('heading-only')}`],
    });
    const metrics = await exporter.scrape();
    expect(metrics.value('sysvsem_up'), exporter.program.stderr).toBe(0);
    expect(metrics.value('sysvsem_sets')).toBeUndefined();
  });

  it('without ipcs and getent in the PATH, procfs alone tells everything but the names', async () => {
    const namespace = await populated();
    const exporter = await Exporter.start(onTestFinished, {
      namespace,
      flags: ['--collector.source=procfs'],
      env: { PATH: '/nonexistent' },
    });
    const metrics = await exporter.scrape();
    const { owners, ...truth } = await kernelTruth(namespace);
    expectKernelTruth(metrics, {
      ...truth,
      owners: owners.map((owner) => ({ ...owner, owner: String(owner.uid) })),
    });
  });

  it('without getent in the PATH, ipcs and procfs together name those whom ipcs does not cut', async () => {
    const namespace = await populated();
    const exporter = await Exporter.start(onTestFinished, {
      namespace,
      flags: [`--collector.ipcs-path=${pathOf('ipcs') ?? ''}`],
      env: { PATH: '/nonexistent' },
    });
    const metrics = await exporter.scrape();
    expect(metrics.value('sysvsem_up')).toBe(1);
    expect(ownersOf(metrics)).toMatchObject([
      { owner: 'root', uid: 0, sets: 1 },
      { uid: 4242, sets: 2, semaphores: 6 },
      { owner: '54321', uid: 54_321, sets: 1 },
    ]);
    expect(metrics.value('sysvsem_owner_name_truncated')).toBe(1);
  });
});

describe('a procfs that says nothing is never taken for 0 sets', () => {
  const masked: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    'an empty sysvipc/sem': { 'sysvipc/sem': '' },
    'a sysvipc/sem of blank lines': { 'sysvipc/sem': '\n\n' },
    'a sysvipc/sem without a heading': { 'sysvipc/sem': '0 0 600 1 0 0 0 0 0 1\n' },
    'a sysvipc/sem that is a folder': { 'sysvipc/sem/file': '' },
    'no sysvipc/sem': {},
  };
  for (const [what, files] of Object.entries(masked)) {
    it(what, async () => {
      const namespace = await populated();
      const exporter = await Exporter.start(onTestFinished, {
        namespace,
        flags: ['--collector.source=procfs', `--path.procfs=${fakeProcfs(files)}`],
      });
      const metrics = await exporter.scrape();
      expect(metrics.value('sysvsem_up'), exporter.program.stderr).toBe(0);
      expect(metrics.value('sysvsem_sets')).toBeUndefined();
      expect(metrics.all('sysvsem_owner_sets')).toEqual([]);
      const failures = metrics.all('sysvsem_collection_failures_total').filter(({ value }) => value > 0);
      expect(failures.map(({ labels }) => labels['reason'])).toEqual([
        expect.stringMatching(/^(procfs|parse)$/),
      ]);
    });
  }

  it('a masked sysvipc/sem, over which ipcs spins for ever, is a failure in time and leaves no ipcs', async () => {
    const namespace = await populated();
    const mask = await namespace.run(['mount', '--bind', '/dev/null', '/proc/sysvipc/sem']);
    expect(mask.code, mask.stderr).toBe(0);
    const exporter = await Exporter.start(onTestFinished, {
      namespace,
      flags: ['--collector.interval=1h', '--collector.timeout=1s'],
    });
    const metrics = await exporter.scrape();
    expect(metrics.value('sysvsem_up'), exporter.program.stderr).toBe(0);
    expect(metrics.value('sysvsem_sets')).toBeUndefined();
    await expect.poll(() => namespace.processes()).toEqual([exporter.program.pid]);
  });

  it('limits that cannot be read are absent and say so, while the sets are told', async () => {
    const namespace = await populated();
    const mask = await namespace.run(['mount', '--bind', '/dev/null', '/proc/sys/kernel/sem']);
    expect(mask.code, mask.stderr).toBe(0);
    const exporter = await Exporter.start(onTestFinished, { namespace });
    const metrics = await exporter.scrape();
    expect(metrics.value('sysvsem_up'), exporter.program.stderr).toBe(1);
    expect(metrics.value('sysvsem_sets')).toBe(4);
    const limit = metrics.value('sysvsem_sets_limit');
    const success = metrics.value('sysvsem_scrape_collector_success', { collector: 'limits' });
    // Either semctl(IPC_INFO) knows them, or nobody does; never a made-up number.
    expect({ limit, success }).toEqual(
      limit === undefined ? { limit, success: 0 } : { limit: 128, success: 1 },
    );
  });
});
