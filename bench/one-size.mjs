// Measures with one number of sets, in the IPC namespace it is started in: `one-size.mjs SETS WITH_MEMORY`; prints JSON.
import { collectionCpu } from './collection-cpu.mjs';
import { memory } from './memory.mjs';
import { createSets } from './programs.mjs';
import { scrapeLatency } from './scrape-latency.mjs';

// What was started ends with this process, also when its time is up.
process.once('SIGTERM', () => process.exit(1));

const [sets, withMemory] = process.argv.slice(2);
createSets(Number(sets));
const result = {
  sets: Number(sets),
  cpu: await collectionCpu(),
  scrapes: await scrapeLatency(),
  memory: withMemory === 'true' ? await memory() : null,
};
console.log(JSON.stringify(result));
