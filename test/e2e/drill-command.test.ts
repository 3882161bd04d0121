import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished } from 'vitest';
import { eventuallyTrue } from '../support/eventually.ts';
import { needs } from '../support/needs.ts';
import { run, RunningProgram } from '../support/program.ts';

const { describe, it } = needs(
  'namespaces',
  'nsenter',
  'setpriv',
  'perl',
  'ipcs',
  'apache2',
  'prometheus',
  'prometheus-alertmanager',
);

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const DRILL = ['node', '--import', 'tsx', 'drill/main.ts'];

describe('npm run drill', () => {
  it('names the plays where it is asked for one that there is not', async () => {
    const { code, stdout, stderr } = await run(onTestFinished, [...DRILL, 'no-such-play'], { cwd: ROOT });
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^There is no play called no-such-play: ask for crash-leak, .*, or all\.\n$/);
  });

  it('says in one sentence what it needs', async () => {
    const asNobody = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', ...DRILL];
    const { code, stdout, stderr } = await run(onTestFinished, asNobody, { cwd: ROOT });
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^The drill needs root, because [^\n]*: sudo npm run drill\.\n$/);
  });

  it('stops what it started when it is interrupted', async () => {
    await stopsAll('SIGINT');
  });

  it('stops what it started when its terminal is closed', async () => {
    await stopsAll('SIGHUP');
  });
});

async function stopsAll(signal: NodeJS.Signals): Promise<void> {
  const mark = `SYSVSEM_DRILL_TEST=${randomUUID()}`;
  const drill = await RunningProgram.start(onTestFinished, ['env', mark, ...DRILL], { cwd: ROOT });
  await eventuallyTrue(
    () => drill.stdout.includes('Apache        serves'),
    () => `it does not begin: ${drill.stdout}${drill.stderr}`,
    { timeout: 40_000 },
  );
  // The drill, its exporter, Prometheus, Alertmanager, the neighbour and Apache's three at the least.
  expect(processesWith(mark).length).toBeGreaterThanOrEqual(8);
  drill.signal(signal);
  const { code, stderr } = await drill.exit;
  expect([code, stderr]).toEqual([130, '']);
  expect(processesWith(mark)).toEqual([]);
}

/** Pids of all processes that have inherited this variable. */
function processesWith(variable: string): string[] {
  return readdirSync('/proc').filter(
    (entry) => /^\d+$/.test(entry) && environmentOf(entry).includes(variable),
  );
}

function environmentOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8');
  } catch {
    return '';
  }
}
