// `npm run bench`: what a collection, a scrape, the process and the rules cost, each beside something well known, and the goals
// (docs/performance.md). Numbers of sets may be given, to measure with those alone, and `rules`, to measure these.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { goals } from './goals.mjs';
import { ruleTable, tables } from './report.mjs';

const ONE_SIZE = fileURLToPath(new URL('one-size.mjs', import.meta.url));
const RULES = fileURLToPath(new URL('rules.mjs', import.meta.url));
const SIZES = [0, 200, 1_000, 8_000, 31_000];
const SIZES_WITH_MEMORY = [200, 31_000];
const FLEETS = [500, 2_000];
const TIMEOUT = 240_000;
const FLEET_TIMEOUT = 600_000;

// The sets are made in a namespace of their own; a user who is not root may make one in a user namespace.
const NAMESPACE = process.geteuid() === 0 ? ['--ipc'] : ['--user', '--map-root-user', '--ipc'];

function measure(sets) {
  process.stderr.write(`Measuring with ${sets} sets\n`);
  const node = [process.execPath, ONE_SIZE, String(sets), String(SIZES_WITH_MEMORY.includes(sets))];
  return resultOf(['unshare', ...NAMESPACE, '--', ...node], TIMEOUT);
}

function measureRules(hosts) {
  process.stderr.write(`Measuring the rules with ${hosts} hosts\n`);
  return resultOf([process.execPath, RULES, String(hosts)], FLEET_TIMEOUT);
}

/** The JSON that a command prints. */
function resultOf([command, ...args], timeout) {
  const { status, error, stdout } = spawnSync(command, args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout,
  });
  if (error) throw error;
  if (status !== 0) throw new Error(`measuring failed: ${[command, ...args].join(' ')}`);
  return JSON.parse(stdout);
}

const asked = process.argv.slice(2);
const isAll = asked.length === 0;
const sizes = isAll ? SIZES : asked.filter((word) => word !== 'rules').map(Number);
const hosts = isAll || asked.includes('rules') ? FLEETS : [];
const results = sizes.map(measure);
const fleets = hosts.map(measureRules);
const report = [...tables(results), ruleTable(fleets), goals(results, fleets)];
console.log(report.filter((part) => part !== '').join('\n\n'));
