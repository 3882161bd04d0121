import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/**
 * Real programs that tests run, and the Debian package each comes from. A later issue's programs are a row
 * each; nothing else has to change.
 */
export const PROGRAMS = {
  amtool: 'prometheus-alertmanager',
  apache2: 'apache2-bin',
  chromium: 'chromium',
  ipcs: 'util-linux',
  nsenter: 'util-linux',
  perl: 'perl-base',
  prometheus: 'prometheus',
  'prometheus-alertmanager': 'prometheus-alertmanager',
  'prometheus-node-exporter': 'prometheus-node-exporter',
  promtool: 'prometheus',
  script: 'bsdutils',
  setpriv: 'util-linux',
  'systemd-analyze': 'systemd',
  'systemd-socket-activate': 'systemd',
  'systemd-sysusers': 'systemd',
  unshare: 'util-linux',
} as const;

/** A name of {@link PROGRAMS}. */
export type ProgramName = keyof typeof PROGRAMS;

/** What a test may need of the machine: a program, or the right to make namespaces. */
export type Requirement = ProgramName | 'namespaces';

/** Requirements this machine does not meet, each with the reason, one clause. */
export type Missing = Readonly<Partial<Record<Requirement, string>>>;

/** Names of {@link PROGRAMS} that are not in the PATH. */
export function missingPrograms(): ProgramName[] {
  return (Object.keys(PROGRAMS) as ProgramName[]).filter((name) => pathOf(name) === undefined);
}

/** Why tests cannot make IPC and mount namespaces here, one clause; null where they can. */
export function namespacesRefused(): string | null {
  if (process.getuid?.() !== 0)
    return 'needs root: the tests make sets as several users in namespaces of their own';
  const probe = spawnSync('unshare', ['--ipc', '--mount', 'cat', '/proc/sysvipc/sem'], { encoding: 'utf8' });
  if (probe.error) return `unshare does not start: ${probe.error.message}`;
  if (probe.status === 0) return null;
  return `unshare --ipc --mount is refused: ${probe.stderr.trim()}`;
}

/** Where a program is in the PATH; undefined where it is not. */
export function pathOf(program: string): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return folders.map((folder) => join(folder, program)).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
