import { CollectionError, messageOf } from '../errors.ts';
import { runIpcs } from '../kernel/ipcs.ts';
import type { SemaphoreTotals } from '../kernel/limits.ts';
import { parseIpcs } from '../kernel/parse-ipcs.ts';
import { readSetListing } from '../kernel/procfs.ts';
import type { Semctl } from '../kernel/semctl.ts';
import type { SetTable } from '../kernel/set-table.ts';
import { completeListing, listingOf, printedListing, type Listing } from './complete-listing.ts';
import type { CollectorConfig } from './messages.ts';

/** How to read the listing of the sets. */
export interface ListingSource {
  readonly config: CollectorConfig;
  readonly semctl: Semctl | null;
  /** Aborted when the collection has taken too long. */
  readonly signal: AbortSignal;
  /** Told the process group of the child that runs, 0 for none. */
  readonly onSpawn: (group: number) => void;
}

/** The sets, and one sentence for each thing that could not be read. */
export interface ReadListing extends Listing {
  /** By the kernel's own count right after the listing, or added up where it cannot be asked. */
  readonly totals: SemaphoreTotals;
  readonly notices: readonly string[];
}

/** Sets that come and go between two looks can make the looks differ; three times in a row they do not. */
const ATTEMPTS = 3;

/**
 * The sets of this thread's IPC namespace. Rejects with a CollectionError where they cannot be read, or where what
 * was read cannot be all of them: an incomplete listing is never taken for a short one.
 */
export async function readListing(source: ListingSource): Promise<ReadListing> {
  for (let attempt = 1; ; attempt++) {
    const before = source.semctl?.info().totals ?? null;
    const result = await (source.config.source === 'ipcs' ? readBoth(source) : readKernelOnly(source));
    const after = source.semctl?.info().totals ?? null;
    const { listing, notices, complete } = result;
    const doubt = listing === null ? CONTRADICTION : doubtOf(listing.sets.length, complete, before, after);
    if (doubt === null && listing !== null) {
      const { sets } = listing;
      return { ...listing, notices, totals: after ?? { sets: sets.length, semaphores: sets.semaphores } };
    }
    if (attempt === ATTEMPTS) throw new CollectionError('output', doubt ?? CONTRADICTION);
  }
}

interface Result {
  /** Null where the two listings contradict each other. */
  readonly listing: Listing | null;
  readonly notices: readonly string[];
  /** Whether the kernel's own list is in it, which hides no set from anybody. */
  readonly complete: boolean;
}

const SAME_NAMESPACE = 'all must look at the same IPC namespace (--collector.ipcs-path, --path.procfs)';
const CONTRADICTION = `ipcs prints other sets than /proc/sysvipc/sem holds: ${SAME_NAMESPACE}`;
const UNWITNESSED =
  'ipcs alone was read, which may hide sets, and semctl(2), which would tell, cannot be called: make /proc/sysvipc/sem readable';

async function readBoth({ config, signal, onSpawn }: ListingSource): Promise<Result> {
  const printed = parseIpcs(await runIpcs({ path: config.ipcsPath, signal, onSpawn }));
  let kernel: SetTable;
  try {
    kernel = readSetListing(config.procfs);
  } catch (error) {
    const notice = `${messageOf(error)}; creators, groups and times of the sets are unknown`;
    return { listing: printedListing(printed), notices: [notice], complete: false };
  }
  return { listing: completeListing(printed, kernel), notices: [], complete: true };
}

function readKernelOnly({ config }: ListingSource): Promise<Result> {
  return Promise.resolve({ listing: listingOf(readSetListing(config.procfs)), notices: [], complete: true });
}

/** Why this listing may not be that of all sets, or null. The kernel's totals before and after it bear witness. */
function doubtOf(
  listed: number,
  complete: boolean,
  before: SemaphoreTotals | null,
  after: SemaphoreTotals | null,
): string | null {
  // Root is no proof: in a container it may lack CAP_IPC_OWNER.
  if (before === null || after === null) return complete ? null : UNWITNESSED;
  const least = Math.min(before.sets, after.sets);
  const most = Math.max(before.sets, after.sets);
  // The kernel's own list differs a little from any count where sets come and go while it is read.
  if (listed >= (complete ? least / 2 : least) && listed <= most * 2) return null;
  return listed < least
    ? `the kernel counts ${least} sets, but ${listed} are listed: some are hidden from the exporter`
    : `the kernel counts ${most} sets, but ${listed} are listed: ${SAME_NAMESPACE}`;
}
