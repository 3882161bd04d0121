import { costOf } from './collection-cpu.mjs';
import { Crowd } from './crowd.mjs';
import { cpuTime } from './process-usage.mjs';
import { startExporter } from './programs.mjs';
import { median } from './statistics.mjs';

const ROUNDS = 3;
const WARM_UP = 5;

/**
 * CPU in milliseconds of one observation that judges all sets, among each of these crowds: what a collection costs with it
 * less what it costs without. The first observations, which know no process yet, are left out.
 */
export async function observationCpu(crowds) {
  const results = [];
  for (const crowd of crowds) results.push({ ...crowd, cpu: await among(crowd) });
  return results;
}

async function among(size) {
  const crowd = await Crowd.gather(size);
  const flags = ['--collector.source=procfs', '--collector.interval=0'];
  const judging = await startExporter(...flags);
  const counting = await startExporter(...flags, '--no-collector.orphans');
  for (let count = 0; count < WARM_UP; count++) {
    await judging.scrape();
    await counting.scrape();
  }
  const rounds = [];
  for (let round = 0; round < ROUNDS; round++)
    rounds.push((await costOfScrape(judging)) - (await costOfScrape(counting)));
  await judging.stop();
  await counting.stop();
  await crowd.dismiss();
  return median(rounds);
}

function costOfScrape(exporter) {
  return costOf(
    () => exporter.scrape(),
    () => cpuTime(exporter.pid),
  );
}
