import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished } from 'vitest';
import { Apache } from '../../support/apache.ts';
import { Namespace } from '../../support/namespace.ts';
import { needs } from '../../support/needs.ts';
import { expectAll, OrphanWitness, statesOf } from '../../support/orphan-witness.ts';
import { startAlone } from '../../support/start-alone.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const { it } = needs('apache2', 'namespaces', 'nsenter', 'setpriv', 'unshare', 'ipcs');

const PRELOAD = fileURLToPath(new URL('../../support/programs/die-in-worker.mjs', import.meta.url));

/** A namespace with a state file to be, and a way to watch a new Apache with it and leave its sets behind. */
async function setting() {
  const namespace = await Namespace.create(onTestFinished);
  const folder = join(temporaryFolder(onTestFinished), 'state');
  mkdirSync(folder);
  const file = join(folder, 'ledger.json');
  return { namespace, folder, file, flags: [`--state.file=${file}`] };
}

async function watchedApache(witness: OrphanWitness, namespace: Namespace) {
  const apache = await Apache.prepare(onTestFinished, namespace);
  return { apache, semids: [...(await startAlone(witness, namespace, apache)).keys()] };
}

async function expectSuspected(witness: OrphanWitness, semids: readonly number[]): Promise<void> {
  await witness.until((told) => {
    expectAll(told, 'suspected', semids);
  });
  expect(witness.everOrphaned()).toEqual([]);
}

describe('a state file that cannot be gone on with', () => {
  it('is set aside where it is broken, and what the ledger would have proved is only suspected', async () => {
    const { namespace, folder, file, flags } = await setting();
    const witness = await OrphanWitness.start(onTestFinished, { namespace, flags });
    const { apache, semids } = await watchedApache(witness, namespace);
    await witness.exporter.stop();
    await apache.crash();
    writeFileSync(file, '{"version":1,"ledger":');
    const successor = await OrphanWitness.start(onTestFinished, { namespace, flags });
    await expectSuspected(successor, semids);
    expect(readdirSync(folder).join(' ')).toContain('corrupt');
    expect(successor.exporter.program.stderr).toContain(file);
  });

  it('is set aside where it is of another boot', async () => {
    const { namespace, folder, flags } = await setting();
    const boot = join(temporaryFolder(onTestFinished), 'boot_id');
    writeFileSync(boot, '00000000-0000-4000-8000-000000000000\n');
    const witness = await OrphanWitness.start(onTestFinished, { namespace, flags });
    const { apache, semids } = await watchedApache(witness, namespace);
    await witness.exporter.stop();
    await apache.crash();
    const mount = 'mount --bind "$0" /proc/sys/kernel/random/boot_id && exec "$@"';
    const through = ['unshare', '--mount', 'sh', '-c', mount, boot];
    const successor = await OrphanWitness.start(onTestFinished, { namespace, flags, through });
    await expectSuspected(successor, semids);
    expect(readdirSync(folder).join(' ')).toContain('old');
  });

  it('is set aside where it is of another IPC namespace', async () => {
    const { namespace, folder, flags } = await setting();
    const elsewhere = await Namespace.create(onTestFinished);
    const stranger = await OrphanWitness.start(onTestFinished, { namespace: elsewhere, flags });
    await watchedApache(stranger, elsewhere);
    await stranger.exporter.stop();
    const apache = await Apache.run(onTestFinished, namespace);
    await apache.crash();
    const witness = await OrphanWitness.start(onTestFinished, { namespace, flags });
    await expectSuspected(witness, [...(await witness.observe()).keys()]);
    expect(readdirSync(folder).join(' ')).toContain('old');
  });
});

describe('a state file that cannot be written', () => {
  for (const [what, options] of [
    ['on a full disk', 'size=8k'],
    ['in a read-only folder', 'ro,size=1m'],
  ] as const) {
    it(`does not hurt the collection or a proof ${what}, and is told in the log`, async () => {
      const { namespace, folder, file, flags } = await setting();
      await namespace.run(['mount', '-t', 'tmpfs', '-o', options, 'none', folder]);
      if (!options.startsWith('ro')) await namespace.run(['sh', '-c', 'cat /dev/zero > "$0/filler"', folder]);
      const witness = await OrphanWitness.start(onTestFinished, { namespace, flags });
      const { apache, semids } = await watchedApache(witness, namespace);
      await apache.crash();
      await witness.until((told) => {
        expectAll(told, 'orphaned', semids);
      });
      expect((await witness.exporter.scrape()).value('sysvsem_up')).toBe(1);
      expect(witness.exporter.program.stderr).toContain(file);

      const room = options.startsWith('ro')
        ? ['mount', '-o', 'remount,rw', folder]
        : ['rm', join(folder, 'filler')];
      if (!options.startsWith('ro')) await namespace.run(['mount', '-o', 'remount,size=1m', folder]);
      await namespace.run(room);
      await witness.exporter.stop();
      const { stdout } = await namespace.run(['cat', file]);
      expect(stdout).toContain('"sha256"');
    });
  }
});

describe('the worker that collects', () => {
  it('leaves its ledger to its successor by the state file when it dies', async () => {
    const { namespace, flags } = await setting();
    const fatal = join(temporaryFolder(onTestFinished), 'fatal');
    const witness = await OrphanWitness.start(onTestFinished, {
      namespace,
      flags: [...flags, '--collector.interval=300ms'],
      env: { NODE_OPTIONS: `--import=${PRELOAD}`, FATAL_FILE: fatal },
    });
    const { apache, semids } = await watchedApache(witness, namespace);
    writeFileSync(fatal, '');
    await witness.exporter.until((metrics) => metrics.value('sysvsem_up') === 0);
    await apache.crash();
    rmSync(fatal);
    await witness.exporter.until((metrics) => metrics.value('sysvsem_up') === 1);
    await witness.until((told) => {
      expectAll(told, 'orphaned', semids);
    });
  });
});

describe('--no-collector.orphans', () => {
  it('judges no set', async () => {
    const namespace = await Namespace.create(onTestFinished);
    const witness = await OrphanWitness.start(onTestFinished, {
      namespace,
      flags: ['--no-collector.orphans'],
    });
    const apache = await Apache.run(onTestFinished, namespace);
    expect(new Set(statesOf(await witness.observe()))).toEqual(new Set(['unknown']));
    await apache.crash();
    await witness.settled();
    const told = await witness.stays((sets) => {
      expectAll(sets, 'unknown');
    });
    for (const { evidence } of told.values()) expect(evidence).toContain('--no-collector.orphans');
  });
});
