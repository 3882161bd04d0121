import type { Snapshot } from '../../collector/snapshot.ts';
import type { CollectionStatus } from '../../collector/status.ts';
import type { StartCapacity } from './capacity.ts';
import type { StateTotals } from './orphan-findings.ts';
import type { Tile } from './tile.ts';
import { count, counted, listed, moment } from './words.ts';
import type { Phrase } from './words.ts';

/** Services that the tile names. */
const MOST_SERVICES = 4;

/** How many starts remain, of the service with the fewest and of others. */
export function startsTile(starts: readonly StartCapacity[], orphansEnabled: boolean): Tile {
  const tile = { title: 'Starts remaining', unit: null, severity: null };
  const [scarcest, ...others] = starts;
  if (scarcest === undefined) {
    const why = orphansEnabled
      ? 'What one start needs is learned from a live service; none has been seen.'
      : 'Nothing is learned with --no-collector.orphans.';
    return { ...tile, value: 'Not known', lines: [[why]] };
  }
  const shown = others.slice(0, MOST_SERVICES - 1);
  const more = others.length - shown.length;
  const lines: Phrase[] = [
    ...shown.map((start): Phrase => [`${remaining(start)} of ${start.service}`]),
    ...(more > 0 ? [[`and ${counted(more, 'more service')}`]] : []),
  ];
  if (scarcest.remaining === null || scarcest.limitedBy === null) {
    const need = `One start of ${scarcest.service} needs ${scarcest.demand === 0 ? 'no set' : counted(scarcest.demand, 'set')}.`;
    return {
      ...tile,
      value: scarcest.demand === 0 ? 'No set needed' : 'Not known',
      lines: [[need], ...lines],
    };
  }
  const { free, limit } = scarcest.limitedBy;
  const atRisk = free !== null && limit !== null && free < Math.min(3 * scarcest.demand, limit / 2);
  return {
    ...tile,
    value: count(scarcest.remaining),
    unit: `of ${scarcest.service}`,
    severity: scarcest.remaining === 0 ? 'critical' : atRisk ? 'warning' : null,
    lines: [[`${counted(scarcest.demand, 'set')} each; ${scarcest.limitedBy.kind} run out first`], ...lines],
  };
}

function remaining({ remaining, demand }: StartCapacity): string {
  if (demand === 0) return 'any number';
  return remaining === null ? 'an unknown number' : count(remaining);
}

/** How many orphans there are, or that nobody can tell. */
export function orphansTile(totals: StateTotals, snapshot: Snapshot, orphansEnabled: boolean): Tile {
  const { orphaned, suspected, unknown } = totals;
  const tile = { title: 'Orphans', unit: null, severity: null };
  const lines: Phrase[] = [
    ...(suspected > 0 ? [[`${count(suspected)} more suspected`]] : []),
    ...(unknown > 0 ? [[`${counted(unknown, 'set')} in an unknown state`]] : []),
  ];
  if (!orphansEnabled) {
    return { ...tile, value: 'Not judged', lines: [['Switched off by --no-collector.orphans.']] };
  }
  const allUnknown = unknown > 0 && unknown === snapshot.totals.sets;
  if (orphaned === 0 && (allUnknown || !canTell(snapshot))) {
    return { ...tile, value: 'Not known', lines: [['They cannot be proven here at present.'], ...lines] };
  }
  return {
    ...tile,
    value: count(orphaned),
    unit: 'proven',
    severity: orphaned > 0 ? 'notice' : null,
    lines: lines.length > 0 || orphaned > 0 ? lines : [['None is proven or suspected.']],
  };
}

/** Why there is no list of orphans, one sentence; never that there is none where nobody can tell. */
export function noOrphans({ unknown }: StateTotals, snapshot: Snapshot, orphansEnabled: boolean): string {
  if (!orphansEnabled) return 'Sets are not judged here, so that none can be called an orphan.';
  if (!canTell(snapshot)) return 'None can be proven at present, which does not mean that there is none.';
  const rest = unknown === 0 ? '' : ` The state of ${counted(unknown, 'set')} is unknown.`;
  return `None is proven.${rest}`;
}

function canTell({ proofBlocked, collectors }: Snapshot): boolean {
  return proofBlocked.length === 0 && collectors.orphans?.success === true;
}

/** Whether the exporter itself is well; `snapshot` is null while there are no current numbers. */
export function exporterTile(status: CollectionStatus, snapshot: Snapshot | null, now: number): Tile {
  const tile = { title: 'Exporter', unit: null };
  const at = moment(status.lastSuccessAt, now);
  if (snapshot === null) {
    const starting = status.collections === 0 && status.failure === null;
    return {
      ...tile,
      value: starting ? 'Starting' : status.failure === null ? 'Stalled' : 'Failing',
      severity: starting ? 'notice' : 'warning',
      lines: [at === null ? ['No collection has succeeded yet.'] : ['Last good collection ', at, '.']],
    };
  }
  const failed = Object.entries(snapshot.collectors).flatMap(([name, { success }]) =>
    success ? [] : [name],
  );
  const collected: Phrase = at === null ? [] : ['Collected ', at, '.'];
  if (failed.length > 0) {
    return {
      ...tile,
      value: 'In part',
      severity: 'warning',
      lines: [[`Could not read: ${listed(failed)}.`], collected],
    };
  }
  return { ...tile, value: 'Working', severity: 'ok', lines: [collected] };
}
