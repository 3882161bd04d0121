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
    const doubt = result.listing === null ? CONTRADICTION : doubtOf(result, before, after);
    if (doubt === null && result.listing !== null) return { ...result.listing, notices: result.notices };
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

const CONTRADICTION =
  'ipcs prints other sets than /proc/sysvipc/sem holds: both must look at the same IPC namespace (--collector.ipcs-path, --path.procfs)';

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

/** Why this listing may lack sets, or null. The kernel's totals before and after it bear witness. */
function doubtOf(
  { listing, complete }: Result,
  before: SemaphoreTotals | null,
  after: SemaphoreTotals | null,
): string | null {
  const listed = listing?.sets.length ?? 0;
  if (before === null || after === null) {
    if (complete || process.geteuid?.() === 0) return null;
    return 'ipcs alone was read, as an ordinary user, from whom it may hide sets: make /proc/sysvipc/sem readable';
  }
  const least = Math.min(before.sets, after.sets);
  if (complete ? listed > 0 || least === 0 : listed >= least) return null;
  return `the kernel counts ${least} sets, but ${listed} are listed: some are hidden from the exporter`;
}
