import { performance } from 'node:perf_hooks';

import { messageOf } from '../errors.ts';
import type { SemaphoreLimits } from '../kernel/limits.ts';
import { readIpcNamespace, readLimits } from '../kernel/procfs.ts';
import type { Semctl } from '../kernel/semctl.ts';
import type { UserNames } from '../kernel/user-names.ts';
import type { OrphanWatch } from '../orphans/orphan-watch.ts';
import type { CollectorConfig } from './messages.ts';
import { judgedSets, namesByUid } from './judge-sets.ts';
import { nameOwners } from './name-owners.ts';
import { usageByOwner } from './owner-usage.ts';
import { readListing } from './read-listing.ts';
import type { CollectorResult, Snapshot } from './snapshot.ts';

/** What a thread that collects keeps from one collection to the next. */
export interface CollectorTools {
  readonly config: CollectorConfig;
  /** Null where semctl(2) cannot be called. */
  readonly semctl: Semctl | null;
  readonly names: UserNames;
  /** Null where sets are not judged. */
  readonly watch: OrphanWatch | null;
  /** Told the process group of the child that runs, 0 for none. */
  readonly onSpawn: (group: number) => void;
  /** One sentence for each tool that is missing. */
  readonly notices: readonly string[];
}

/**
 * Reads the machine once. Rejects with a CollectionError where the sets cannot be read; what else cannot be read is
 * told in the snapshot's notices.
 */
export async function collect(tools: CollectorTools, signal: AbortSignal): Promise<Snapshot> {
  const notices = [...tools.notices];
  const partly = <T>(read: () => T): T | null => {
    try {
      return read();
    } catch (error) {
      notices.push(messageOf(error));
      return null;
    }
  };
  const setsWatch = stopwatch();
  const startedAt = tools.watch?.readClock() ?? null;
  const listing = await readListing({ ...tools, signal });
  notices.push(...listing.notices);
  const named = await nameOwners(listing.owners, tools.names, signal);
  const sets = setsWatch(true);

  const limitsWatch = stopwatch();
  const limits = partly(() => readLimitsOf(tools));
  const limitsResult = limitsWatch(limits !== null);

  const orphansWatch = stopwatch();
  const watched = tools.watch?.observe(startedAt, listing.sets, namesByUid(named.owners)) ?? null;
  notices.push(...(watched?.notices ?? []));
  const demanding = (watched?.startDemand ?? []).map(({ uid }) => uid);
  const otherNames = await tools.names.namesOf(demanding, signal);
  const judged = judgedSets(listing.sets, named.owners, listing.ownerOf, watched, otherNames);
  const orphans = orphansWatch((watched?.judged ?? null) !== null);

  return {
    collectedAt: Date.now() / 1000,
    sets: listing.sets,
    ...usageByOwner(listing.sets, named.owners, listing.ownerOf, judged.judgements.states),
    ...judged,
    totals: listing.totals,
    limits,
    truncatedOwners: named.truncated,
    ipcNamespace: partly(() => readIpcNamespace(tools.config.procfs)),
    collectors: { sets, limits: limitsResult, ...(tools.watch === null ? {} : { orphans }) },
    notices,
  };
}

/** The limits as the administrator wrote them, or, where that file cannot be read, as semctl(2) tells them. */
function readLimitsOf({ config, semctl }: CollectorTools): SemaphoreLimits {
  try {
    return readLimits(config.procfs);
  } catch (error) {
    if (semctl === null) throw error;
    return semctl.info().limits;
  }
}

/** Begins to measure; the function it returns ends that. */
function stopwatch(): (success: boolean) => CollectorResult {
  const begin = performance.now();
  return (success) => ({ success, durationSeconds: (performance.now() - begin) / 1000 });
}
