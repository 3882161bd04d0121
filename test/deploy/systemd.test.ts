import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { DEFAULT_PORT } from '../../src/cli/flags.ts';
import { needs } from '../support/needs.ts';
import { run } from '../support/program.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { settingsOf, unitPath } from './unit-file.ts';

const SERVICE = 'sysvsem-exporter.service';
const SOCKET = 'sysvsem-exporter.socket';
const TEXTFILE_SERVICE = 'sysvsem-textfile.service';
const TIMER = 'sysvsem-textfile.timer';
const CLEANUP = 'cleanup.conf';
const APACHE = 'apache2-clear-orphans.conf';

/** A sysvsem-exporter where a user installs it, and nowhere else than in sight of this command. */
const INSTALLED =
  'mount -t tmpfs none /usr/local/bin && install -m 755 /dev/null /usr/local/bin/sysvsem-exporter && exec "$@"';

describe('the systemd units', () => {
  needs('systemd-analyze', 'unshare', 'namespaces', 'setpriv').it(
    'are correct to systemd itself',
    async () => {
      const { code, stderr } = await run(onTestFinished, [
        ...['unshare', '--mount', 'sh', '-c', INSTALLED, 'sh'],
        ...['systemd-analyze', 'verify', '--man=no', '--recursive-errors=no'],
        ...[SERVICE, SOCKET, TEXTFILE_SERVICE, TIMER].map(unitPath),
      ]);
      expect(stderr).toBe('');
      expect(code).toBe(0);
    },
  );

  for (const service of [SERVICE, TEXTFILE_SERVICE]) {
    needs('systemd-analyze', 'setpriv').it(`${service} is exposed by no more than 2.5`, async () => {
      const security = ['systemd-analyze', 'security', '--offline=true', '--threshold=25', '--no-pager'];
      const { code, stdout } = await run(onTestFinished, [...security, unitPath(service)]);
      expect(code, stdout).toBe(0);
      expect(stdout).toContain('Overall exposure level');
    });

    it(`${service} sees the host's sets, with the owners that they have`, () => {
      const settings = settingsOf(service);
      expect(settings.get('PrivateIPC')).toEqual(['no']);
      expect(settings.get('ProcSubset')).toEqual(['all']);
      expect(settings.get('PrivateUsers')).toEqual(['no']);
    });

    it(`${service} removes no set at its end`, () => {
      expect(settingsOf(service).get('RemoveIPC')).toEqual(['no']);
      expect(settingsOf(service).has('DynamicUser')).toBe(false);
    });

    it(`${service} lets V8 compile`, () => {
      expect(settingsOf(service).has('MemoryDenyWriteExecute')).toBe(false);
    });
  }

  it('have the capabilities that docs/privileges.md justifies, and no others', () => {
    const document = readFileSync(join(import.meta.dirname, '../../docs/privileges.md'), 'utf8');
    const settings = settingsOf(SERVICE);
    const [granted = ''] = settings.get('CapabilityBoundingSet') ?? [];
    expect(granted.split(' ').sort()).toEqual(['CAP_DAC_READ_SEARCH', 'CAP_IPC_OWNER', 'CAP_SYS_PTRACE']);
    expect(settings.get('AmbientCapabilities')).toEqual([granted]);
    for (const capability of granted.split(' ')) expect(document).toContain(`### ${capability}`);
    expect(settingsOf(TEXTFILE_SERVICE).get('CapabilityBoundingSet')).toEqual(['']);
    expect(settingsOf(TEXTFILE_SERVICE).has('AmbientCapabilities')).toBe(false);
  });

  it('see the processes that a proof looks at', () => {
    expect(settingsOf(SERVICE).get('ProtectProc')).toEqual(['default']);
  });

  it('listen on the default port', () => {
    expect(settingsOf(SOCKET).get('ListenStream')).toEqual([String(DEFAULT_PORT)]);
  });

  needs('systemd-sysusers', 'setpriv').it('run as a user that the sysusers.d file makes', async () => {
    const root = temporaryFolder(onTestFinished);
    mkdirSync(join(root, 'etc'));
    const file = unitPath('sysusers.d/sysvsem-exporter.conf');
    const { code, stderr } = await run(onTestFinished, ['systemd-sysusers', `--root=${root}`, file]);
    expect(code, stderr).toBe(0);
    const [user = ''] = settingsOf(SERVICE).get('User') ?? [];
    expect(readFileSync(join(root, 'etc/passwd'), 'utf8')).toMatch(
      new RegExp(`^${user}:[^:]*:\\d+:\\d+:[^:]*:/:/usr/sbin/nologin$`, 'm'),
    );
  });
});

describe('the drop-ins for cleanups', () => {
  /** The units as an administrator has them, beside an Apache; the folder. */
  function installed(): string {
    const folder = temporaryFolder(onTestFinished);
    for (const [unit, dropIn] of [
      [SERVICE, CLEANUP],
      ['apache2.service', APACHE],
    ] as const) {
      mkdirSync(join(folder, `${unit}.d`));
      copyFileSync(unitPath(dropIn), join(folder, `${unit}.d`, dropIn));
    }
    for (const unit of [SERVICE, SOCKET]) copyFileSync(unitPath(unit), join(folder, unit));
    writeFileSync(join(folder, 'apache2.service'), '[Service]\nExecStart=/bin/true\n');
    return folder;
  }

  needs('systemd-analyze', 'unshare', 'namespaces', 'setpriv').it(
    'are correct to systemd itself',
    async () => {
      const folder = installed();
      const { code, stderr } = await run(onTestFinished, [
        ...['unshare', '--mount', 'sh', '-c', INSTALLED, 'sh'],
        ...['systemd-analyze', 'verify', '--man=no', '--recursive-errors=no'],
        ...[SERVICE, SOCKET, 'apache2.service'].map((unit) => join(folder, unit)),
      ]);
      expect(stderr).toBe('');
      expect(code).toBe(0);
    },
  );

  it('start the exporter as its unit does, and more', () => {
    const [reset, command = ''] = settingsOf(CLEANUP).get('ExecStart') ?? [];
    const [plain = ''] = settingsOf(SERVICE).get('ExecStart') ?? [];
    expect(reset).toBe('');
    expect(command.startsWith(plain.replace('$ARGS', '--cleanup.enabled '))).toBe(true);
    expect(command.endsWith(' $ARGS')).toBe(true);
  });

  it('add two capabilities and the calls that use them, and weaken nothing else of the unit', () => {
    const settings = settingsOf(CLEANUP);
    expect([...settings.keys()].sort()).toEqual([
      'AmbientCapabilities',
      'CapabilityBoundingSet',
      'ExecStart',
      'LogsDirectory',
      'LogsDirectoryMode',
      'SystemCallFilter',
    ]);
    for (const key of ['AmbientCapabilities', 'CapabilityBoundingSet'])
      expect(settings.get(key)).toEqual(['CAP_SETUID CAP_SETGID']);
    expect(settings.get('SystemCallFilter')).toEqual(['@setuid capset']);
  });

  it('never keep Apache from starting', () => {
    const settings = settingsOf(APACHE);
    expect([...settings.keys()]).toEqual(['ExecStartPre']);
    expect(settings.get('ExecStartPre')).toEqual([
      expect.stringMatching(/^-timeout --kill-after=1s 10s sysvsem-exporter cleanup --apply --yes /),
    ]);
  });
});
