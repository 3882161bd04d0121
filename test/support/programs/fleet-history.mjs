import { spawnSync } from 'node:child_process';
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { renderExposition } from '../../../dist/metrics/exposition.js';
import { expositionInput } from './fleet-situations.mjs';
import { LOOKBACK } from './rule-selectors.mjs';

/** What a block of Prometheus' storage spans, in seconds. */
const BLOCK = 7200;
/** Characters that are written at once. */
const CHUNK = 1 << 20;
/** What the rules record and read again long after. */
const USED = 'instance_limit:sysvsem_used:last5m';
const ORPHANED = 'instance_owner:sysvsem_orphans_detected:delta5m';
const SAMPLE = /^([a-zA-Z_][a-zA-Z0-9_]*)(?:\{(.*)\})? (\S+)$/gm;

/**
 * Writes into a storage of Prometheus what it had of this fleet: each series at `now`, and before that every `step` seconds as
 * far back as the rules look at its metric, by `lookbacks`. What rules recorded of the past and read again is part of it.
 */
export async function writeHistory({ targets, lookbacks, now, step, storage, processSample }) {
  const isRead = (metric, age) => age === 0 || age <= (lookbacks.get(metric) ?? 0);
  const isRecorded = (metric) => metric.includes(':');
  const depthOf = (metrics) => Math.max(...metrics.map((metric) => lookbacks.get(metric)));
  const looked = [...lookbacks.keys()];
  const unknown = looked.find(
    (metric) =>
      isRecorded(metric) && metric !== USED && metric !== ORPHANED && lookbacks.get(metric) > LOOKBACK,
  );
  if (unknown) throw new Error(`the rules read what ${unknown} was long ago, which this fleet does not know`);
  const scraped = depthOf(looked.filter((metric) => !isRecorded(metric)));

  async function samplesOf(situation, age) {
    const samples = [];
    if (age <= scraped) samples.push(...(await exposed(expositionInput(situation, now, age), processSample)));
    if (isRead(USED, age)) samples.push(...used(expositionInput(situation, now, age)));
    if (isRead(ORPHANED, age)) samples.push(...orphaned(situation, age, step));
    return samples.filter(({ metric }) => isRead(metric, age)).map(asTemplate);
  }

  const situations = new Set(targets.map(({ situation }) => situation));
  const blocks = new Blocks(storage);
  const steps = Math.floor(depthOf(looked) / step);
  for (let age = steps * step; age >= 0; age -= step) {
    const samples = new Map();
    for (const situation of situations) samples.set(situation, await samplesOf(situation, age));
    blocks.reach(now - age);
    for (const { situation, labels } of targets) {
      const own = `job="sysvsem",instance="${labels.instance}",rack="${labels.rack}"`;
      for (const [head, tail] of samples.get(situation)) blocks.add(`${head}${own}${tail} ${now - age}\n`);
    }
  }
  blocks.end();
}

/** The samples of a scrape. */
async function exposed(input, processSample) {
  if (input === null) return [{ metric: 'up', labels: '', value: 0 }];
  const text = (await renderExposition(input, 'openmetrics', processSample)).toString();
  const samples = Array.from(text.matchAll(SAMPLE), ([, metric, labels = '', value]) => ({
    metric,
    labels,
    value,
  }));
  return [{ metric: 'up', labels: '', value: 1 }, ...samples];
}

/** What rules recorded of use. */
function used(input) {
  const totals = input?.status.snapshot?.totals;
  if (totals === undefined) return [];
  return [
    { metric: USED, labels: 'limit="SEMMNI"', value: totals.sets },
    { metric: USED, labels: 'limit="SEMMNS"', value: totals.semaphores },
  ];
}

/** What rules recorded of new orphans: nothing but on the occasions. */
function orphaned({ occasions = [] }, age, step) {
  return occasions
    .filter((occasion) => occasion <= age && occasion > age - step)
    .map(() => ({ metric: ORPHANED, labels: 'owner="www-data",uid="33"', value: 3 }));
}

/** A sample as what stands before and after the labels of its target. */
function asTemplate({ metric, labels, value }) {
  return [`${metric}{${labels}${labels === '' ? '' : ','}`, `} ${value}`];
}

/** Blocks of a storage, filled in the order of time. Each is made from a file of its own, which promtool reads once. */
class Blocks {
  #storage;
  #path;
  #file = null;
  #block = null;
  #text = '';

  constructor(storage) {
    this.#storage = storage;
    this.#path = join(storage, 'history.om');
  }

  /** What is added from now on is of this time, in seconds since the epoch. */
  reach(time) {
    const block = Math.floor(time / BLOCK);
    if (block !== this.#block) this.end();
    this.#block = block;
  }

  add(line) {
    this.#text += line;
    if (this.#text.length >= CHUNK) this.#write();
  }

  /** Makes the block of what was added, if anything was. */
  end() {
    if (this.#file === null && this.#text === '') return;
    this.#text += '# EOF\n';
    this.#write();
    closeSync(this.#file);
    this.#file = null;
    const command = ['tsdb', 'create-blocks-from', 'openmetrics', '--quiet', this.#path, this.#storage];
    const { status, error, stderr } = spawnSync('promtool', command, { encoding: 'utf8' });
    if (error) throw error;
    if (status !== 0) throw new Error(`promtool makes no block: ${stderr}`);
    rmSync(this.#path);
  }

  #write() {
    this.#file ??= openSync(this.#path, 'w');
    writeSync(this.#file, this.#text);
    this.#text = '';
  }
}
