import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { readListing, type ListingSource, type ReadListing } from '../../src/collector/read-listing.ts';
import { CollectionError } from '../../src/errors.ts';
import { loadSemctl, type Semctl } from '../../src/kernel/semctl.ts';
import { changeOwnSets, describeAsRoot, enterPrivateNamespace } from '../kernel/private-namespace.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const HEADING = 'key semid perms nsems uid gid cuid cgid otime ctime';

/** A procfs whose list of sets has these semids; the file is missing where there are none given. */
function procfsWith(semids?: readonly number[]): string {
  const folder = temporaryFolder(onTestFinished);
  mkdirSync(join(folder, 'sysvipc'));
  const rows = (semids ?? []).map((semid) => `0 ${semid} 600 1 0 0 0 0 0 1790000000`);
  if (semids) writeFileSync(join(folder, 'sysvipc/sem'), `${[HEADING, ...rows].join('\n')}\n`);
  return folder;
}

/** An ipcs that prints these semids, and does something before. */
function ipcsWith(semids: readonly number[], before = ''): string {
  const path = join(temporaryFolder(onTestFinished), 'ipcs');
  const rows = semids.map((semid) => `0x00000000 ${semid} root 600 1\n`);
  const text = `\n------ Semaphore Arrays --------\nkey semid owner perms nsems\n${rows.join('')}\n`;
  writeFileSync(path, `#!/bin/sh\n${before}\ncat <<'END'\n${text}END\n`);
  chmodSync(path, 0o755);
  return path;
}

async function semctlHere(): Promise<Semctl> {
  const semctl = await loadSemctl();
  if (semctl === null) throw new Error('there is no semctl(2)');
  return semctl;
}

function read(
  config: Partial<ListingSource['config']>,
  semctl: Semctl | null,
  deadline = 10_000,
): Promise<ReadListing> {
  return readListing({
    config: { source: 'ipcs', ipcsPath: 'ipcs', procfs: '/proc', perSet: false, orphans: null, ...config },
    semctl,
    signal: AbortSignal.timeout(deadline),
    onSpawn: () => undefined,
  });
}

async function failureOf(reading: Promise<ReadListing>): Promise<CollectionError> {
  const error: unknown = await reading.then(
    ({ sets }) => `${sets.length} sets`,
    (reason: unknown) => reason,
  );
  if (!(error instanceof CollectionError)) throw new Error(`no CollectionError but ${String(error)}`);
  return error;
}

describeAsRoot('readListing, in a namespace with three sets', () => {
  let semids: readonly number[];
  let semctl: Semctl;

  beforeAll(async () => {
    enterPrivateNamespace();
    semids = changeOwnSets({ create: [{ count: 3 }] }).flat();
    semctl = await semctlHere();
  });

  it.each(['ipcs', 'procfs'] as const)('lists them from %s', async (source) => {
    const { sets, notices } = await read({ source }, semctl);
    expect(Array.from({ length: sets.length }, (_, row) => sets.value(row, 'semid'))).toEqual(semids);
    expect(notices).toEqual([]);
  });

  it('believes the kernel’s list also without its totals', async () => {
    expect((await read({}, null)).sets).toHaveLength(3);
    expect((await read({ source: 'procfs' }, null)).sets).toHaveLength(3);
  });

  it('counts with ipcs alone where its sets are as many as the kernel’s, and says what is missing', async () => {
    const { sets, notices } = await read({ procfs: procfsWith() }, semctl);
    expect(sets).toHaveLength(3);
    expect(notices).toEqual([
      expect.stringMatching(
        /sysvipc\/sem cannot be read: ENOENT; creators, groups and times of the sets are unknown$/,
      ),
    ]);
  });

  it.each([0, 2])('does not believe an ipcs alone that prints %i of them', async (visible) => {
    const ipcsPath = ipcsWith(semids.slice(0, visible));
    const error = await failureOf(read({ procfs: procfsWith(), ipcsPath }, semctl));
    expect(error).toMatchObject({
      code: 'output',
      message: `the kernel counts 3 sets, but ${visible} are listed: some are hidden from the exporter`,
    });
  });

  it('does not believe ipcs alone where the kernel’s totals cannot be had, whoever asks', async () => {
    const error = await failureOf(read({ procfs: procfsWith() }, null));
    expect(error.code).toBe('output');
    expect(error.message).toContain('make /proc/sysvipc/sem readable');
  });

  it.each(['ipcs', 'procfs'] as const)(
    'does not take a list without sets for the kernel’s, read from %s',
    async (source) => {
      const error = await failureOf(read({ source, procfs: procfsWith([]), ipcsPath: ipcsWith([]) }, semctl));
      expect(error.message).toBe(
        'the kernel counts 3 sets, but 0 are listed: some are hidden from the exporter',
      );
    },
  );

  it('does not take a list of far more sets than the kernel counts for the kernel’s', async () => {
    const procfs = procfsWith([1, 2, 3, 4, 5, 6, 7]);
    const error = await failureOf(read({ source: 'procfs', procfs }, semctl));
    expect(error).toMatchObject({ code: 'output' });
    expect(error.message).toMatch(/^the kernel counts 3 sets, but 7 are listed: all must look at the same/);
  });

  it('minds no few sets that came or went while the list was read', async () => {
    expect((await read({ source: 'procfs', procfs: procfsWith([1, 2]) }, semctl)).sets).toHaveLength(2);
    expect((await read({ source: 'procfs', procfs: procfsWith([1, 2, 3, 4]) }, semctl)).sets).toHaveLength(4);
  });

  it('refuses an ipcs that prints the sets of another namespace', async () => {
    const error = await failureOf(read({ ipcsPath: ipcsWith([991, 992]) }, semctl));
    expect(error.code).toBe('output');
    expect(error.message).toMatch(/^ipcs prints other sets than \/proc\/sysvipc\/sem holds/);
  });

  it('looks again where the two listings contradict each other once', async () => {
    const flag = join(temporaryFolder(onTestFinished), 'flag');
    const wrong = ipcsWith([991, 992]);
    const path = ipcsWith(semids, `[ -e ${flag} ] || { touch ${flag}; exec ${wrong}; }`);
    expect((await read({ ipcsPath: path }, semctl)).sets).toHaveLength(3);
  });
});

describe('readListing', () => {
  it('passes on why ipcs could not be run', async () => {
    expect((await failureOf(read({ ipcsPath: '/nonexistent/ipcs' }, null))).code).toBe('spawn');
  });

  it('is stopped by its signal', async () => {
    const ipcsPath = fileURLToPath(new URL('../fixtures/ipcs/hangs', import.meta.url));
    expect((await failureOf(read({ ipcsPath }, null, 200))).code).toBe('timeout');
  });

  it('runs no child process where procfs alone is to be read', async () => {
    const { sets } = await read(
      { source: 'procfs', procfs: procfsWith([3, 1]), ipcsPath: '/nonexistent/ipcs' },
      null,
    );
    expect(sets).toHaveLength(2);
  });

  it('fails where procfs alone is to be read and cannot be', async () => {
    expect((await failureOf(read({ source: 'procfs', procfs: procfsWith() }, null))).code).toBe('procfs');
  });
});
