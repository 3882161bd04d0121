// A fleet that never was: writes what a Prometheus would have stored of its hosts, and may go on as all their exporters. Its argument
// is JSON: { hosts, racks, step, rules, storage, targetsFile }; a line of JSON answers: { targets, alerts }. With `targetsFile` it
// serves all exporters on one port, which that file tells Prometheus (file_sd_configs).
import { readFileSync, writeFileSync } from 'node:fs';
import { parse } from 'yaml';
import { sampleProcess } from '../../../dist/metrics/process-metrics.js';
import { writeHistory } from './fleet-history.mjs';
import { serveFleet } from './fleet-server.mjs';
import { HOSTS, SITUATIONS } from './fleet-situations.mjs';
import { selections } from './rule-selectors.mjs';

const { hosts, racks, step, rules, storage, targetsFile } = JSON.parse(process.argv[2]);

const situations = SITUATIONS.flatMap((situation) => Array(situation.hosts).fill(situation));
const targets = Array.from({ length: hosts }, (_, at) => ({
  situation: situations[at % HOSTS],
  labels: {
    instance: `web${String(at).padStart(4, '0')}.example.org:10188`,
    rack: String(Math.floor(at / HOSTS) % racks),
  },
}));

/** Metric → how far back in seconds the rules look at it. */
const lookbacks = new Map();
for (const { expr } of parse(readFileSync(rules, 'utf8')).groups.flatMap((group) => group.rules)) {
  for (const { metric, lookback } of selections(expr))
    lookbacks.set(metric, Math.max(lookback, lookbacks.get(metric) ?? 0));
}

const now = Math.floor(Date.now() / 1000);
const processSample = await sampleProcess();
await writeHistory({ targets, lookbacks, now, step, storage, processSample });
if (targetsFile) {
  const address = await serveFleet({ targets, now, processSample });
  const groups = targets.map(({ labels }, at) => ({
    targets: [address],
    labels: { ...labels, __metrics_path__: `/${at}` },
  }));
  writeFileSync(targetsFile, JSON.stringify(groups));
  process.stderr.write(`msg="Listening on" address=${address}\n`);
}
const alerts = targets.flatMap(({ situation, labels }) =>
  situation.alerts.map((alert) => ({ ...alert, ...labels })),
);
console.log(JSON.stringify({ targets: targets.map(({ labels }) => labels), alerts }));
