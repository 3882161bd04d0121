import { readFileSync } from 'node:fs';
import { CollectionError, messageOf } from '../errors.ts';

/** The boot that this machine runs in, and how its clocks relate. */
export interface Boot {
  /** Drawn at random at each boot. */
  readonly id: string;
  /** Wall clock less time since boot, seconds since the epoch; moves when the wall clock is set. At most 0.02 s late. */
  readonly epoch: number;
  /** Unit of a process's start time, per second. */
  readonly ticksPerSecond: number;
}

const SAMPLES = 5;
const AT_CLKTCK = 17;

/** The present boot (random(4), proc_uptime(5), getauxval(3)). Throws a CollectionError (`procfs`) where it cannot be told. */
export function readBoot(procfs: string): Boot {
  try {
    const ticksPerSecond = parseClockTicks(readFileSync(`${procfs}/self/auxv`), wordSize());
    if (ticksPerSecond === null) throw new Error('no AT_CLKTCK in the auxiliary vector');
    return {
      id: readFileSync(`${procfs}/sys/kernel/random/boot_id`, 'utf8').trim(),
      epoch: readEpoch(procfs),
      ticksPerSecond,
    };
  } catch (error) {
    throw new CollectionError('procfs', `cannot tell the boot from ${procfs}: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

/** The narrowest of a few samples, since the thread may be preempted between the two clocks. */
function readEpoch(procfs: string): number {
  let epoch = Number.NaN;
  let narrowest = Infinity;
  for (let sample = 0; sample < SAMPLES; sample++) {
    const before = performance.now();
    const wall = Date.now() / 1000;
    const uptime = readUptime(procfs);
    const width = performance.now() - before;
    if (width < narrowest) {
      narrowest = width;
      epoch = wall - uptime;
    }
  }
  return epoch;
}

/** The boot clock now: seconds since boot, time asleep included, at most 0.01 s behind. Throws what node:fs throws. */
export function readUptime(procfs: string): number {
  const uptime = parseUptime(readFileSync(`${procfs}/uptime`, 'utf8'));
  if (uptime === null) throw new Error(`${procfs}/uptime holds no number`);
  return uptime;
}

/** The first number of /proc/uptime; null where the text has none. */
export function parseUptime(text: string): number | null {
  const seconds = /^(\d+\.\d+) /.exec(text)?.[1];
  return seconds === undefined ? null : Number(seconds);
}

/** Clock ticks per second in an auxiliary vector of little-endian words of `size` bytes; null where there are none. */
export function parseClockTicks(vector: Buffer, size: 4 | 8): number | null {
  for (let at = 0; at + 2 * size <= vector.length; at += 2 * size) {
    // Types and ticks are small: their lower half says all.
    if (vector.readUInt32LE(at) !== AT_CLKTCK) continue;
    const ticks = vector.readUInt32LE(at + size);
    return ticks > 0 ? ticks : null;
  }
  return null;
}

function wordSize(): 4 | 8 {
  return process.arch === 'arm' || process.arch === 'ia32' ? 4 : 8;
}
