import { once } from 'node:events';
import { interruption } from './interruption.ts';
import { whatIsMissing } from './missing.ts';
import { perform } from './perform.ts';
import type { Play } from './play.ts';
import { crashLeak } from './plays/crash-leak.ts';
import { exporterRestart } from './plays/exporter-restart.ts';
import { healthyHour } from './plays/healthy-hour.ts';
import { noisyNeighbour } from './plays/noisy-neighbour.ts';
import { reloadLeak } from './plays/reload-leak.ts';
import { semmns } from './plays/semmns.ts';
import type { Output } from './timeline.ts';

/** The first is what is performed unasked. */
const PLAYS: readonly Play<unknown>[] = [
  crashLeak,
  reloadLeak,
  semmns,
  exporterRestart,
  noisyNeighbour,
  healthyHour,
];
const NAMES = PLAYS.map(({ name }) => name);

/** Exit status of a program that Ctrl-C ended. */
const INTERRUPTED = 130;

const interrupted = once(interruption(), 'abort').then(() => null);

const output: Output = {
  print: (line) => process.stdout.write(`${line}\n`),
  colours: process.stdout.isTTY && process.stdout.hasColors(),
};

process.exit(await main(process.argv.slice(2)));

/** 0 where the plays have shown all that they shall, 1 where not, 2 where they cannot begin. */
async function main(asked: readonly string[]): Promise<number> {
  const unknown = asked.filter((name) => name !== 'all' && !NAMES.includes(name));
  if (unknown.length > 0)
    return refuse(`There is no play called ${unknown.join(', ')}: ask for ${NAMES.join(', ')}, or all.`);
  const missing = whatIsMissing('drill');
  if (missing !== null) return refuse(missing);
  const wanted = asked.length === 0 ? NAMES.slice(0, 1) : asked.includes('all') ? NAMES : asked;
  let status = 0;
  for (const play of PLAYS.filter(({ name }) => wanted.includes(name))) {
    const shown = await performAlone(play);
    if (shown === null) {
      output.print('Interrupted; whatever was started has ended.');
      return INTERRUPTED;
    }
    if (!shown) status = 1;
    output.print('');
  }
  if (asked.length === 0)
    output.print(`More: npm run drill -- all\n      or any of ${NAMES.slice(1).join(' ')}`);
  return status;
}

/** Whether a play has shown what it shall; null where it was interrupted. Whatever it started has ended by then. */
async function performAlone(play: Play<unknown>): Promise<boolean | null> {
  const undos: (() => Promise<void> | void)[] = [];
  const performance = perform(play, (undo) => undos.push(undo), output);
  try {
    const result = await Promise.race([performance, interrupted]);
    return result?.claims.every(({ holds }) => holds) ?? null;
  } catch (error) {
    output.print(`✗ The play broke off: ${error instanceof Error ? error.message : String(error)}`);
    return false;
  } finally {
    for (const undo of undos.reverse()) await undo();
  }
}

function refuse(sentence: string): number {
  process.stderr.write(`${sentence}\n`);
  return 2;
}
