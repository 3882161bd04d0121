import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, readlinkSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { CollectionError } from '../../src/errors.ts';
import { parseLimits, readIpcNamespace, readLimits, readSetListing } from '../../src/kernel/procfs.ts';
import { readProcFile } from '../../src/kernel/proc-file.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

function failureOf(read: () => unknown): CollectionError {
  try {
    read();
  } catch (error) {
    if (error instanceof CollectionError) return error;
    throw error;
  }
  throw new Error('it did not fail');
}

/** A folder that stands in for /proc. */
function procfs({
  files = {},
  links = {},
}: Partial<Record<'files' | 'links', Record<string, string>>>): string {
  const root = temporaryFolder(onTestFinished);
  for (const path of [...Object.keys(files), ...Object.keys(links)]) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
  }
  for (const [path, text] of Object.entries(files)) writeFileSync(join(root, path), text);
  for (const [path, target] of Object.entries(links)) symlinkSync(target, join(root, path));
  return root;
}

describe('readProcFile', () => {
  it('reads a file that has no size', () => {
    expect(readProcFile('/proc/self/stat').toString()).toMatch(new RegExp(`^${process.pid} \\(`));
  });

  it('reads a file larger than its first buffer', () => {
    const text = 'x'.repeat(1_000_000);
    const root = procfs({ files: { large: text } });
    expect(readProcFile(join(root, 'large')).toString()).toBe(text);
  });

  it('reads 16 MiB, and refuses more', () => {
    const path = join(procfs({ files: { huge: '' } }), 'huge');
    truncateSync(path, 2 ** 24);
    expect(readProcFile(path)).toHaveLength(2 ** 24);
    truncateSync(path, 2 ** 24 + 1);
    expect(failureOf(() => readProcFile(path))).toMatchObject({
      code: 'procfs',
      message: `${path} cannot be read: it is larger than 16777216 bytes`,
    });
    expect(failureOf(() => readProcFile('/dev/zero')).code).toBe('procfs');
  });

  it('reads a file below /proc/sys after a large one', () => {
    const path = join(procfs({ files: { large: '' } }), 'large');
    truncateSync(path, 2 ** 23);
    readProcFile(path);
    expect(readProcFile('/proc/sys/kernel/sem').toString()).toMatch(/^\d/);
  });

  it('does not wait for the writer of a FIFO', () => {
    const path = join(procfs({}), 'fifo');
    execFileSync('sh', ['-c', 'mkfifo "$0"', path]);
    expect(readProcFile(path)).toHaveLength(0);
  });

  it.each([
    ['/nonexistent/file', 'ENOENT'],
    ['/proc', 'EISDIR'],
  ])('names %s and %s', (path, code) => {
    const error = failureOf(() => readProcFile(path));
    expect(error).toMatchObject({ code: 'procfs', message: `${path} cannot be read: ${code}` });
    expect(error.cause).toMatchObject({ code });
  });
});

describe('readSetListing', () => {
  it('reads the listing of this machine', () => {
    const rows = readFileSync('/proc/sysvipc/sem', 'utf8').split('\n').length - 2;
    expect(readSetListing('/proc')).toHaveLength(rows);
  });

  it('names the file that is not there', () => {
    const root = procfs({});
    const error = failureOf(() => readSetListing(root));
    expect(error).toMatchObject({ code: 'procfs', message: `${root}/sysvipc/sem cannot be read: ENOENT` });
  });

  it('takes a masked listing for no listing, never for no sets', () => {
    const root = procfs({ links: { 'sysvipc/sem': '/dev/null' } });
    expect(failureOf(() => readSetListing(root)).code).toBe('parse');
  });
});

describe('readLimits', () => {
  it('reads the limits of this machine', () => {
    const [semmsl, semmns, semopm, semmni] = readFileSync('/proc/sys/kernel/sem', 'utf8')
      .split('\t')
      .map(Number);
    expect(readLimits('/proc')).toEqual({
      semaphoresPerSet: semmsl,
      semaphores: semmns,
      operationsPerCall: semopm,
      sets: semmni,
    });
  });
});

describe('parseLimits', () => {
  it('reads back any limits that the kernel can print', () => {
    const limit = fc.integer({ min: -0x8000_0000, max: 0x7fff_ffff });
    fc.assert(
      fc.property(limit, limit, limit, limit, (semaphoresPerSet, semaphores, operationsPerCall, sets) => {
        const text = `${semaphoresPerSet}\t${semaphores}\t${operationsPerCall}\t${sets}\n`;
        expect(parseLimits(text)).toEqual({ semaphoresPerSet, semaphores, operationsPerCall, sets });
      }),
    );
  });

  it.each([
    '',
    '\n',
    '250\t32000\t32\n',
    '250\t32000\t32\t128',
    '250\t32000\t32\t128\t1\n',
    '250\t32000\t32\t128\n\n',
    '250\t32000\t32\t2147483648\n',
    '250\t32000\t32\t1e3\n',
    '250\t32000\t32\tx\n',
  ])('refuses %j', (text) => {
    const error = failureOf(() => parseLimits(text));
    expect(error.code).toBe('parse');
    expect(error.message).toContain(`sys/kernel/sem does not hold four limits: ${JSON.stringify(text)}`);
  });
});

describe('readIpcNamespace', () => {
  it('tells the namespace of this process', () => {
    expect(`ipc:[${readIpcNamespace('/proc').inode}]`).toBe(readlinkSync('/proc/self/ns/ipc'));
  });

  it('tells the thread before the process', () => {
    const links = { 'thread-self/ns/ipc': 'ipc:[4026532000]', 'self/ns/ipc': 'ipc:[4026531839]' };
    expect(readIpcNamespace(procfs({ links }))).toEqual({ inode: 4026532000, initial: false });
  });

  it('tells the process where the kernel has no thread-self, and knows the first namespace', () => {
    const links = { 'self/ns/ipc': 'ipc:[4026531839]' };
    expect(readIpcNamespace(procfs({ links }))).toEqual({ inode: 4026531839, initial: true });
  });

  it('names the link that is not there', () => {
    const root = procfs({});
    const error = failureOf(() => readIpcNamespace(root));
    expect(error).toMatchObject({ code: 'procfs', message: `${root}/self/ns/ipc cannot be read: ENOENT` });
  });

  it('refuses a link to anything else', () => {
    const root = procfs({ links: { 'self/ns/ipc': '/etc/passwd' } });
    expect(failureOf(() => readIpcNamespace(root))).toMatchObject({ code: 'parse' });
  });
});
