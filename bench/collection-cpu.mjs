import { spawnSync } from 'node:child_process';
import { closeSync, openSync, readSync } from 'node:fs';
import { Buffer } from 'node:buffer';
import { startExporter } from './programs.mjs';
import { cpuTime, cpuTimeOfChildren } from './process-usage.mjs';
import { median } from './statistics.mjs';

/** Each thing is done until it has cost this much, so that the ticks of 10 ms in which CPU is told do not matter. */
const BLOCK_CPU = 400;
const ROUNDS = 5;
const WARM_UP = 10;

/**
 * CPU in milliseconds of one collection with either source, of `ipcs -s` and of reading /proc/sysvipc/sem. They take
 * turns, so that a busy moment of the machine meets all of them; each ratio is the median of those of the rounds.
 */
export async function collectionCpu() {
  // A collection on each scrape: its whole cost, from reading the kernel to the last byte of the exposition.
  // Judging is measured apart (observation-cpu.mjs).
  const flags = ['--collector.interval=0', '--no-collector.orphans'];
  const ipcs = await startExporter('--collector.source=ipcs', ...flags);
  const procfs = await startExporter('--collector.source=procfs', ...flags);
  for (let count = 0; count < WARM_UP; count++) await Promise.all([ipcs.scrape(), procfs.scrape()]);
  const rounds = [];
  for (let round = 0; round < ROUNDS; round++) {
    rounds.push({
      ipcsSource: await costOf(
        () => collect(ipcs),
        () => cpuTime(ipcs.pid),
      ),
      bareIpcs: await costOf(runIpcs, () => cpuTimeOfChildren(process.pid)),
      procfsSource: await costOf(
        () => collect(procfs),
        () => cpuTime(procfs.pid),
      ),
      bareRead: await costOf(
        readListing,
        () => process.cpuUsage().user / 1000 + process.cpuUsage().system / 1000,
      ),
    });
  }
  await ipcs.stop();
  await procfs.stop();
  const middle = (of) => median(rounds.map(of));
  return {
    ipcsSource: middle((round) => round.ipcsSource),
    bareIpcs: middle((round) => round.bareIpcs),
    ipcsRatio: middle((round) => round.ipcsSource / round.bareIpcs),
    procfsSource: middle((round) => round.procfsSource),
    bareRead: middle((round) => round.bareRead),
    procfsRatio: middle((round) => round.procfsSource / round.bareRead),
  };
}

/** CPU of one call of `action`, as `clock` tells it, in milliseconds. */
export async function costOf(action, clock) {
  const begin = clock();
  for (let count = 1; ; count++) {
    await action();
    const cost = clock() - begin;
    if (cost >= BLOCK_CPU) return cost / count;
  }
}

async function collect(exporter) {
  if (!(await exporter.scrape()).includes('\nsysvsem_up 1\n')) throw new Error('a collection failed');
}

function runIpcs() {
  const { status } = spawnSync('ipcs', ['-s'], { stdio: 'ignore' });
  if (status !== 0) throw new Error('ipcs -s failed');
}

const page = Buffer.alloc(64 * 1024);

/** Reads as cheaply as Node can: into the same memory each time, looking at nothing. The kernel gives 4096 bytes a call. */
function readListing() {
  const file = openSync('/proc/sysvipc/sem');
  while (readSync(file, page, 0, page.length, null) > 0);
  closeSync(file);
}
