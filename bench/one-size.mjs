// Measures with one number of sets, in the IPC namespace it is started in: `one-size.mjs SETS WITH_MEMORY`; prints JSON.
import { collectionCpu } from './collection-cpu.mjs';
import { memory } from './memory.mjs';
import { observationCpu } from './observation-cpu.mjs';
import { createSets } from './programs.mjs';
import { scrapeLatency } from './scrape-latency.mjs';

// What was started ends with this process, also when its time is up.
process.once('SIGTERM', () => process.exit(1));

/** With this many sets, observations are measured in crowds too. */
const FEW = 200;
const ALONE = { processes: 0, threads: 0 };
const CROWDS = [
  { processes: 300, threads: 0 },
  { processes: 990, threads: 9_000 },
];

const [sets, withMemory] = process.argv.slice(2);
createSets(Number(sets));
const result = {
  sets: Number(sets),
  cpu: await collectionCpu(),
  scrapes: await scrapeLatency(),
  memory: withMemory === 'true' ? await memory() : null,
  observations: await observationCpu(Number(sets) === FEW ? [ALONE, ...CROWDS] : [ALONE]),
};
console.log(JSON.stringify(result));
