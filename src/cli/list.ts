import { judgedSet, type JudgedSet, type SetState, SET_STATES } from '../collector/snapshot.ts';
import { UsageError } from '../errors.ts';
import { setJson } from '../web/set-json.ts';
import { collectOnce } from './collect-once.ts';
import { collectorConfig, type CollectorFlags } from './flags.ts';
import { orphanConfig, type OrphanFlags } from './orphan-flags.ts';
import { renderSetTable } from './set-table-text.ts';
import type { Terminal } from './terminal.ts';

/** Flags of `list`. */
export interface ListFlags extends CollectorFlags, OrphanFlags {
  readonly json: boolean;
  readonly owner?: readonly string[];
  readonly state?: readonly string[];
}

/** Prints one table of the sets here and now. Throws a UsageError for a state that there is none of. */
export async function list(flags: ListFlags, terminal: Terminal, stop: AbortSignal): Promise<void> {
  const wanted = filterOf(flags);
  const { snapshot, failure } = await collectOnce(
    collectorConfig(flags, orphanConfig(flags, false)),
    flags['collector.timeout'],
    stop,
  );
  if (snapshot === null) throw new Error(failure?.message ?? 'nothing could be collected');
  for (const notice of snapshot.notices) terminal.err(`sysvsem-exporter: ${notice}\n`);
  const sets = Array.from({ length: snapshot.sets.length }, (_, row) => judgedSet(snapshot, row)).filter(
    wanted,
  );
  if (flags.json) terminal.out(`${JSON.stringify(sets.map(setJson), null, 2)}\n`);
  else terminal.out(renderSetTable(sets, terminal.columns, snapshot.collectedAt));
}

function filterOf({ owner, state }: ListFlags): (set: JudgedSet) => boolean {
  const unknown = state?.find((name) => !SET_STATES.includes(name as SetState));
  if (unknown !== undefined) {
    throw new UsageError(`--state ${unknown} is no state of a set: use one of ${SET_STATES.join(', ')}`);
  }
  return (set) =>
    (owner === undefined ||
      owner.includes(set.owner) ||
      (set.uid !== null && owner.includes(String(set.uid)))) &&
    (state === undefined || state.includes(set.state));
}
