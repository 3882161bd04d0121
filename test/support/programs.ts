import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { TestProject } from 'vitest/node';
import { missingPrograms, namespacesRefused, PROGRAMS } from './requirements.ts';
import type { Missing, Requirement } from './requirements.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Read through `needs()`. */
    missing: Missing;
  }
}

/** An answer from the package mirrors takes longer than this only if none will come. */
const UPDATE_TIMEOUT_MS = 120_000;
const INSTALL_TIMEOUT_MS = 300_000;

/** Installs what is missing, once for all projects of a run, and tells the tests what still is. */
export default function setup(project: TestProject): () => void {
  const shared = globalThis as { sysvsemTestMissing?: Missing };
  const isFirst = shared.sysvsemTestMissing === undefined;
  const missing = (shared.sysvsemTestMissing ??= prepare());
  project.provide('missing', missing);
  return () => {
    if (isFirst) report(missing);
  };
}

function prepare(): Missing {
  const refusal = missingPrograms().length > 0 ? install() : null;
  const missing: Partial<Record<Requirement, string>> = {};
  for (const name of missingPrograms()) {
    missing[name] =
      `Debian package ${PROGRAMS[name]} is not installed` + (refusal === null ? '' : `; ${refusal}`);
  }
  const refused = namespacesRefused();
  if (refused !== null) missing.namespaces = refused;
  return missing;
}

/** Why nothing could be installed, one clause; null where it could. */
function install(): string | null {
  const packages = [...new Set(missingPrograms().map((name) => PROGRAMS[name]))];
  if (process.env['SYSVSEM_TEST_INSTALL'] === '0') return 'SYSVSEM_TEST_INSTALL=0 forbids to install it';
  if (process.getuid?.() !== 0) return `as root, this would do: apt-get install ${packages.join(' ')}`;
  if (!existsSync('/usr/bin/apt-get')) return 'there is no apt-get to install it with';
  say(`Installing for the tests: ${packages.join(' ')} (SYSVSEM_TEST_INSTALL=0 turns this off).`);
  return (
    aptGet(['update'], UPDATE_TIMEOUT_MS) ??
    aptGet(['install', '--yes', '--no-install-recommends', ...packages], INSTALL_TIMEOUT_MS)
  );
}

/**
 * Runs apt-get so that no package can start a service: with the service manager out of sight, which only this
 * mount namespace sees, maintainer scripts turn to invoke-rc.d, and that starts nothing in runlevel 1.
 */
function aptGet(args: readonly string[], timeout: number): string | null {
  const apt = ['apt-get', '-qq', '-o', 'Acquire::Retries=2', '-o', 'DPkg::Lock::Timeout=60', ...args];
  const hidden = [
    'unshare',
    '--mount',
    'sh',
    '-c',
    'mount -t tmpfs none /run/systemd && exec "$@"',
    'sh',
    ...apt,
  ];
  const [program = '', ...rest] = existsSync('/run/systemd/system') ? hidden : apt;
  const run = spawnSync(program, rest, {
    encoding: 'utf8',
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout,
  });
  if (run.error) return `apt-get ${args[0] ?? ''} failed: ${run.error.message}`;
  if (run.status === 0) return null;
  const lastWord = run.stderr.trim().split('\n').at(-1) ?? '';
  return `apt-get ${args[0] ?? ''} failed: ${lastWord}`;
}

function report(missing: Missing): void {
  for (const [name, reason] of Object.entries(missing))
    say(`Tests that need ${name} did not run: ${reason}.`);
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
