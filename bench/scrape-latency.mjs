import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startExporter, startNodeExporter } from './programs.mjs';
import { median } from './statistics.mjs';

const LOAD = fileURLToPath(new URL('load.mjs', import.meta.url));
const SECONDS = 3;
const ROUNDS = 3;
const run = promisify(execFile);

/**
 * Latency in milliseconds and requests a second under the same load: of the exporter while it collects every second
 * by its default source, and of node_exporter, in turns; medians of the rounds.
 */
export async function scrapeLatency() {
  const exporter = await startExporter('--collector.interval=1s');
  const nodeExporter = await startNodeExporter();
  // Code that has never run is compiled first: that is no part of any later scrape.
  await load(exporter.url, 1);
  await load(nodeExporter.url, 1);
  const rounds = [];
  for (let round = 0; round < ROUNDS; round++) {
    rounds.push({
      exporter: await load(exporter.url, SECONDS),
      nodeExporter: await load(nodeExporter.url, SECONDS),
    });
  }
  await exporter.stop();
  await nodeExporter.stop();
  return { exporter: middle(rounds, 'exporter'), nodeExporter: middle(rounds, 'nodeExporter') };
}

async function load(url, seconds) {
  const { stdout } = await run(process.execPath, [LOAD, url, String(seconds)]);
  return JSON.parse(stdout);
}

function middle(rounds, who) {
  const of = (what) => median(rounds.map((round) => round[who][what]));
  return { p50: of('p50'), p99: of('p99'), requestsPerSecond: of('requestsPerSecond') };
}
