// What evaluating the rules costs a Prometheus that scrapes so many hosts: `rules.mjs HOSTS`; prints JSON. Of each group of rules the
// milliseconds of an evaluation, and those of a group beside it that does nothing but read whatever the rules select.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { selections } from '../test/support/programs/rule-selectors.mjs';
import { startFleet, startPrometheus } from './programs.mjs';
import { median } from './statistics.mjs';

const RULES = fileURLToPath(new URL('../alerts/sysvsem.rules.yml', import.meta.url));

/** Seconds between scrapes and between evaluations, as docs/alerts.md has them. */
const INTERVAL = 15;
/** Groups that are evaluated less often are here evaluated as often as the others: one evaluation costs the same. */
const EVERY = `${INTERVAL}s`;
const EVALUATIONS = 6;
/** Evaluations before the first that counts: until then not every target has been scraped. */
const WARM_UP = 2;
const TIMEOUT = 400_000;

const [hosts] = process.argv.slice(2).map(Number);
const folder = mkdtempSync(join(tmpdir(), 'sysvsem-bench-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
// What was started ends with this process, also when its time is up.
process.once('SIGTERM', () => process.exit(1));

const { groups } = parse(readFileSync(RULES, 'utf8'));
const prometheus = await watchFleet();
const times = await evaluationTimes(prometheus);
const told = await api(prometheus, 'rules');
const { headStats } = await api(prometheus, 'status/tsdb');
await prometheus.stop();
console.log(
  JSON.stringify({
    hosts,
    series: headStats.numSeries,
    groups: groups.map((group) => ({
      name: group.name,
      interval: group.interval ?? EVERY,
      alerts: alertsOf(told.groups.find(({ name }) => name === group.name)),
      evaluation: median(times.get(group.name)),
      reading: median(times.get(readingOf(group).name)),
    })),
  }),
);
process.exit();

/** A Prometheus that scrapes the fleet and has its history. */
async function watchFleet() {
  const [storage, consoles] = ['storage', 'consoles'].map((name) => join(folder, name));
  const [config, ruleFile, targetsFile] = ['config', 'rules', 'targets'].map((name) =>
    join(folder, `${name}.json`),
  );
  mkdirSync(storage);
  mkdirSync(consoles);
  const rules = [...groups.map((group) => ({ ...group, interval: EVERY })), ...groups.map(readingOf)];
  writeFileSync(ruleFile, JSON.stringify({ groups: rules }));
  const global = { scrape_interval: EVERY, evaluation_interval: EVERY };
  const job = { job_name: 'sysvsem', file_sd_configs: [{ files: [targetsFile] }] };
  writeFileSync(config, JSON.stringify({ global, rule_files: [ruleFile], scrape_configs: [job] }));
  await startFleet({ hosts, racks: 1, step: INTERVAL, rules: RULES, storage, targetsFile });
  return startPrometheus({ config, storage, consoles });
}

/** What a group of rules is compared with: each thing that it selects is read, once. */
function readingOf({ name, rules }) {
  const queries = new Set(
    rules
      .flatMap(({ expr }) => selections(expr))
      .map(({ text, isRange }) => (isRange ? `count(last_over_time(${text}))` : `count(${text})`)),
  );
  return {
    name: `reading of ${name}`,
    rules: [...queries].map((expr, at) => ({
      record: 'bench:read',
      labels: { group: name, at: String(at) },
      expr,
    })),
  };
}

function alertsOf({ rules }) {
  return rules.reduce((sum, { alerts = [] }) => sum + alerts.length, 0);
}

/** Group → milliseconds of each evaluation that counts. */
async function evaluationTimes(prometheus) {
  const seen = new Map();
  const deadline = Date.now() + TIMEOUT;
  for (;;) {
    const { groups } = await api(prometheus, 'rules');
    for (const { name, lastEvaluation, evaluationTime, rules } of groups) {
      const failed = rules.find(({ lastError = '' }) => lastError !== '');
      if (failed) throw new Error(`${failed.name} fails: ${failed.lastError}`);
      if (evaluationTime === 0) continue;
      if (!seen.has(name)) seen.set(name, new Map());
      seen.get(name).set(lastEvaluation, evaluationTime * 1000);
    }
    const enough = groups.every(({ name }) => (seen.get(name)?.size ?? 0) >= WARM_UP + EVALUATIONS);
    if (groups.length > 0 && enough) break;
    if (Date.now() > deadline) throw new Error('the rules are not evaluated often enough');
    await pause(1000);
  }
  return new Map(Array.from(seen, ([name, times]) => [name, [...times.values()].slice(WARM_UP)]));
}

async function api(prometheus, path) {
  const { data } = JSON.parse(await prometheus.get(`/api/v1/${path}`));
  return data;
}
