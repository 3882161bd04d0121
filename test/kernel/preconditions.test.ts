import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { ProcessCache } from '../../src/kernel/process-cache.ts';
import { observeProcesses, READING_DENIED } from '../../src/kernel/processes.ts';
import {
  hidesProcesses,
  missingPreconditions,
  parseEffectiveCapabilities,
} from '../../src/kernel/preconditions.ts';
import { compileKernel } from './compiled-kernel.ts';

vi.setConfig({ testTimeout: 30_000 });

const kernel = compileKernel();
afterAll(() => {
  kernel.remove();
});

interface View {
  readonly opaque: readonly (string | null)[];
  readonly missing: readonly string[];
}

/** What an exporter sees when a launcher starts it. */
async function viewThrough(launcher: readonly string[], procfs = '/proc'): Promise<View> {
  const script = `
    const { ProcessCache } = await import('${kernel.folder}/kernel/process-cache.js');
    const { observeProcesses } = await import('${kernel.folder}/kernel/processes.js');
    const { missingPreconditions } = await import('${kernel.folder}/kernel/preconditions.js');
    const procfs = '${procfs}';
    let processes = [];
    try { processes = observeProcesses({ procfs, libraryPrefixes: ['lib'], cache: new ProcessCache() }); } catch {}
    const missing = missingPreconditions({ procfs, semctlAvailable: true, processes });
    const opaque = processes.filter(({ pid }) => pid !== process.pid).map(({ opaque }) => opaque);
    console.log(JSON.stringify({ opaque, missing: Object.keys(missing).filter((reason) => missing[reason]) }));`;
  const [command, ...args] = [...launcher, process.execPath, '--input-type=module', '-e', script];
  const { stdout } = await promisify(execFile)(command, args, { cwd: kernel.folder });
  return JSON.parse(stdout) as View;
}

const asNobody = (...capabilities: readonly string[]): string[] => {
  const sets = ['-all', ...capabilities.map((name) => `+${name}`)].join(',');
  const ids = ['--reuid=65534', '--regid=65534', '--clear-groups'];
  return ['setpriv', ...ids, `--inh-caps=${sets}`, `--ambient-caps=${sets}`];
};

describe('the preconditions of a proof', () => {
  test('are all there for root in the initial namespaces', () => {
    const processes = observeProcesses({ procfs: '/proc', libraryPrefixes: [], cache: new ProcessCache() });
    expect(missingPreconditions({ procfs: '/proc', semctlAvailable: true, processes })).toEqual({
      no_ptrace: false,
      no_ipc_owner: false,
      not_initial_pid_namespace: false,
      proc_restricted: false,
      semctl_unavailable: false,
    });
    expect(
      missingPreconditions({ procfs: '/proc', semctlAvailable: false, processes }).semctl_unavailable,
    ).toBe(true);
  });

  test('are missing for an ordinary user, to whom the processes of others are opaque', async () => {
    const { opaque, missing } = await viewThrough(asNobody());
    expect(opaque).toContain(READING_DENIED);
    expect(missing).toEqual(['no_ptrace', 'no_ipc_owner']);
  });

  test('are missing for root without capabilities', async () => {
    const { missing } = await viewThrough(['setpriv', '--bounding-set=-all', '--inh-caps=-all']);
    expect(missing).toEqual(['no_ptrace', 'no_ipc_owner']);
  });

  test('are missing with CAP_SYS_PTRACE alone, which opens no file of another user', async () => {
    const { opaque, missing } = await viewThrough(asNobody('sys_ptrace', 'ipc_owner'));
    expect(opaque).toContain(READING_DENIED);
    expect(missing).toEqual(['no_ptrace']);
  });

  test('are all there for an ordinary user with three capabilities', async () => {
    const { opaque, missing } = await viewThrough(asNobody('sys_ptrace', 'dac_read_search', 'ipc_owner'));
    expect(opaque.length).toBeGreaterThan(0);
    expect(opaque.filter((why) => why !== null)).toEqual([]);
    expect(missing).toEqual([]);
  });

  test('are missing for root of a user namespace', async () => {
    const { opaque, missing } = await viewThrough(['unshare', '--user', '--map-root-user']);
    expect(opaque).toContain(READING_DENIED);
    expect(missing).toEqual(['no_ptrace', 'no_ipc_owner']);
  });

  test('are missing in another PID namespace', async () => {
    const { missing } = await viewThrough(['unshare', '--pid', '--fork', '--mount-proc']);
    expect(missing).toEqual(['not_initial_pid_namespace']);
  });

  test.each(['hidepid=2', 'hidepid=invisible', 'hidepid=1', 'subset=pid'])(
    'are missing with %s',
    async (option) => {
      const mount = `mount -t proc -o ${option} proc /proc && exec "$@"`;
      const { missing } = await viewThrough(['unshare', '--mount', 'sh', '-c', mount, 'sh']);
      expect(missing).toContain('proc_restricted');
    },
  );

  test('are missing where a process is covered by a mount', async () => {
    const mount = 'mount -t tmpfs none /proc/1 && exec "$@"';
    const { missing } = await viewThrough(['unshare', '--mount', 'sh', '-c', mount, 'sh']);
    expect(missing).toContain('proc_restricted');
  });

  test('are missing where the folder is no procfs', () => {
    const missing = missingPreconditions({ procfs: kernel.folder, semctlAvailable: true, processes: [] });
    expect(missing.proc_restricted).toBe(true);
    expect(missing.no_ptrace).toBe(true);
  });

  test('are missing where the procfs is that of another PID namespace', async () => {
    const mount = `mkdir ${kernel.folder}/proc && unshare --pid --fork mount -t proc proc ${kernel.folder}/proc && exec "$@"`;
    const { missing } = await viewThrough(
      ['unshare', '--mount', 'sh', '-c', mount, 'sh'],
      `${kernel.folder}/proc`,
    );
    expect(missing).toContain('proc_restricted');
  });
});

describe('hidesProcesses', () => {
  const line = (options: string): string =>
    `22 27 0:21 / /proc rw,relatime shared:5 - proc proc ${options}\n`;

  test.each(['rw', 'rw,hidepid=0', 'rw,hidepid=off', 'rw,gid=4'])('lets %s pass', (options) => {
    expect(hidesProcesses(line(options), '/proc', '0:21')).toBe(false);
  });

  test.each(['rw,hidepid=1', 'rw,gid=4,hidepid=ptraceable', 'rw,subset=pid'])('objects to %s', (options) => {
    expect(hidesProcesses(line(options), '/proc', '0:21')).toBe(true);
  });

  test('objects to a procfs that is not listed', () => {
    expect(hidesProcesses(line('rw'), '/proc', '0:22')).toBe(true);
  });

  test('takes no offence at mounts elsewhere below /proc', () => {
    const other = '30 22 0:30 / /proc/sys/fs/binfmt_misc rw - autofs systemd-1 rw\n';
    expect(hidesProcesses(line('rw') + other, '/proc', '0:21')).toBe(false);
    expect(hidesProcesses(line('rw') + '31 22 0:31 / /proc/77 rw - tmpfs none rw\n', '/proc', '0:21')).toBe(
      true,
    );
  });
});

test('parseEffectiveCapabilities reads the mask, and nothing as none', () => {
  expect(parseEffectiveCapabilities('CapPrm:\tff\nCapEff:\t0000000000080000\n')).toBe(1n << 19n);
  expect(parseEffectiveCapabilities('')).toBe(0n);
});
