import { judgedSet } from '../collector/snapshot.ts';
import { setJson } from '../web/set-json.ts';
import { collectOnce } from './collect-once.ts';
import { ExporterClient } from './exporter-client.ts';
import { ExporterError } from './exporter-error.ts';
import { exporterAccess, type ExporterAccess, type ExporterFlags } from './exporter-flags.ts';
import { listedSets, type ListedSets } from './exporter-sets.ts';
import { collectorConfig, type CollectorFlags } from './flags.ts';
import { orphanConfig, type OrphanFlags } from './orphan-flags.ts';
import { passesFilter, setFilter, type SetFilter } from './set-filter.ts';
import { renderSetTable } from './set-table-text.ts';
import type { Terminal } from './terminal.ts';

/** Flags of `list`. */
export interface ListFlags extends ExporterFlags, CollectorFlags, OrphanFlags {
  readonly json: boolean;
  readonly owner?: readonly string[];
  readonly state?: readonly string[];
}

/** Sets to print, and what to say of them on standard error. */
interface Listing extends ListedSets {
  /** One sentence each. */
  readonly notices: readonly string[];
}

/**
 * Prints one table of the sets here and now: as the running exporter knows them, or, where none answers on this
 * machine, as the kernel does. Throws a UsageError or an ExporterError.
 */
export async function list(flags: ListFlags, terminal: Terminal, stop: AbortSignal): Promise<void> {
  const filter = setFilter(flags);
  const access = exporterAccess(flags);
  const listing =
    (await fromExporter(access, filter, stop)) ?? (await fromKernel(flags, access, filter, stop));
  for (const notice of listing.notices) terminal.err(`sysvsem-exporter: ${notice}\n`);
  if (flags.json) terminal.out(`${JSON.stringify(listing.sets, null, 2)}\n`);
  else terminal.out(renderSetTable(listing.sets, terminal.columns, listing.collectedAt));
}

/** Null where no exporter answers and this machine's kernel can be read instead; another machine's sets are not here. */
async function fromExporter(
  access: ExporterAccess,
  filter: SetFilter,
  stop: AbortSignal,
): Promise<Listing | null> {
  const client = new ExporterClient(access, stop);
  try {
    return { ...(await listedSets(client, filter, access.address.text)), notices: [] };
  } catch (error) {
    if (error instanceof ExporterError && error.code === 'no_answer' && access.address.here) return null;
    throw error;
  } finally {
    client.close();
  }
}

async function fromKernel(
  flags: ListFlags,
  { address }: ExporterAccess,
  filter: SetFilter,
  stop: AbortSignal,
): Promise<Listing> {
  const orphans = await orphanConfig(flags, false);
  const { snapshot, failure } = await collectOnce(
    collectorConfig(flags, orphans),
    flags['collector.timeout'],
    stop,
  );
  if (snapshot === null) throw new Error(failure?.message ?? 'nothing could be collected');
  const judged =
    (orphans?.stateFile ?? null) === null
      ? 'which does not tell held, suspected or orphaned: start the exporter, or name it with --exporter.url'
      : 'with the ledger of --state.file';
  const sets = Array.from({ length: snapshot.sets.length }, (_, row) => judgedSet(snapshot, row));
  return {
    sets: sets.filter((set) => passesFilter(set, filter)).map(setJson),
    collectedAt: snapshot.collectedAt,
    notices: [
      `no exporter answers at ${address.text}, so the kernel itself was read, ${judged}`,
      ...snapshot.notices,
    ],
  };
}
