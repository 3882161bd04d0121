// `npm run bench`: what a collection, a scrape and the process cost, each beside something well known, and the goals
// (docs/performance.md). Numbers of sets may be given, to measure with those alone.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { goals } from './goals.mjs';
import { tables } from './report.mjs';

const ONE_SIZE = fileURLToPath(new URL('one-size.mjs', import.meta.url));
const SIZES = [0, 200, 1_000, 8_000, 31_000];
const SIZES_WITH_MEMORY = [200, 31_000];
const TIMEOUT = 240_000;

// The sets are made in a namespace of their own; a user who is not root may make one in a user namespace.
const NAMESPACE = process.geteuid() === 0 ? ['--ipc'] : ['--user', '--map-root-user', '--ipc'];

function measure(sets) {
  process.stderr.write(`Measuring with ${sets} sets\n`);
  const node = [process.execPath, ONE_SIZE, String(sets), String(SIZES_WITH_MEMORY.includes(sets))];
  const { status, error, stdout } = spawnSync('unshare', [...NAMESPACE, '--', ...node], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: TIMEOUT,
  });
  if (error) throw error;
  if (status !== 0) throw new Error(`measuring with ${sets} sets failed`);
  return JSON.parse(stdout);
}

const asked = process.argv.slice(2).map(Number);
const results = (asked.length > 0 ? asked : SIZES).map(measure);
console.log([...tables(results), goals(results)].join('\n\n'));
