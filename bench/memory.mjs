import { setTimeout as pause } from 'node:timers/promises';
import { startBareProcess, startExporter } from './programs.mjs';
import { residentMemory } from './process-usage.mjs';
import { median } from './statistics.mjs';

const SECONDS = 25;
/** Of these, the last that count: before, a process is larger than it stays. */
const COUNTED = 10;

/**
 * Resident memory in MiB of the exporter with either source, collecting every second, and of the bare process, all
 * scraped once a second for a while.
 */
export async function memory() {
  const programs = {
    ipcsSource: await startExporter('--collector.source=ipcs', '--collector.interval=1s'),
    procfsSource: await startExporter('--collector.source=procfs', '--collector.interval=1s'),
    bareProcess: await startBareProcess(),
  };
  const samples = [];
  for (let second = 0; second < SECONDS; second++) {
    await pause(1000);
    for (const program of Object.values(programs)) await program.scrape();
    samples.push(mapValues(programs, ({ pid }) => residentMemory(pid)));
  }
  for (const program of Object.values(programs)) await program.stop();
  return mapValues(programs, (_, name) => median(samples.slice(-COUNTED).map((sample) => sample[name])));
}

function mapValues(object, change) {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value, key)]));
}
