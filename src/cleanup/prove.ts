import { messageOf } from '../errors.ts';
import { mayBecomeOthers } from '../kernel/preconditions.ts';
import { readLimits, readSetListing } from '../kernel/procfs.ts';
import type { UserNames } from '../kernel/user-names.ts';
import type { OrphanWatch } from '../orphans/orphan-watch.ts';
import { BLOCKER_CLAUSES } from '../orphans/sentences.ts';
import { ipcrmAs, type Owner } from './as-owner.ts';
import type { Proved, TableUse } from './messages.ts';
import { planCleanup, type Plan, type Question } from './plan.ts';
import type { RemovalPrograms } from './removal-programs.ts';

/** What a proof works with, in the thread that watches the sets. */
export interface ProvingTools {
  readonly procfs: string;
  readonly watch: OrphanWatch;
  readonly names: UserNames;
  readonly programs: RemovalPrograms;
  readonly onSpawn: (group: number) => void;
}

const NAMES_TIMEOUT = 2_000;

/**
 * Observes the sets afresh and answers a question about them; or tells what is missing for a proof, or for becoming
 * the owner of each planned set. Never rejects.
 */
export async function prove(question: Question, tools: ProvingTools): Promise<Proved> {
  if (!mayBecomeOthers(tools.procfs)) {
    return cannotBecome(
      'the exporter lacks CAP_SETUID and CAP_SETGID, so that it cannot remove a set as its owner',
    );
  }
  try {
    // Before, because the sets have to be read right after the clock.
    const names = await namesOf(question, tools);
    const startedAt = tools.watch.readClock();
    const listing = readSetListing(tools.procfs);
    const { judged, proofBlocked, notices } = tools.watch.observeOnce(startedAt, listing, names);
    const [blocker] = proofBlocked;
    if (blocker !== undefined) {
      const clauses = proofBlocked.map((reason) => BLOCKER_CLAUSES[reason]).join(', and ');
      return { kind: 'blocked', code: blocker, message: `Nothing can be proved, because ${clauses}.` };
    }
    if (judged === null) return notJudged(notices.join('; '));
    const plan = planCleanup(judged.sets, question, Date.now() / 1000);
    const refusal = await whoCannotBeBecome(plan, tools);
    if (refusal !== null) return cannotBecome(refusal);
    return { kind: 'plan', plan, names, table: tableUse(listing.length, tools.procfs) };
  } catch (error) {
    return notJudged(messageOf(error));
  }
}

function cannotBecome(why: string): Proved {
  return { kind: 'blocked', code: 'cannot_become_owner', message: `No set can be removed: ${why}.` };
}

function notJudged(why: string): Proved {
  return { kind: 'blocked', code: 'not_judged', message: `The sets could not be judged: ${why}` };
}

/** Names of all owners, asked for or not: profiles may go by them, and an observation serves all sets. */
function namesOf({ uids }: Question, { procfs, names }: ProvingTools): Promise<ReadonlyMap<number, string>> {
  const sets = readSetListing(procfs);
  const owners = Array.from({ length: sets.length }, (_, row) => sets.value(row, 'uid'));
  return names.namesOf(new Set([...uids, ...owners]), AbortSignal.timeout(NAMES_TIMEOUT));
}

/** A capability does not tell all: a system-call filter can refuse what it grants. Tried once for each owner. */
async function whoCannotBeBecome({ planned }: Plan, tools: ProvingTools): Promise<string | null> {
  const owners = new Map<string, Owner>(planned.map(({ set }) => [`${set.uid}:${set.gid}`, set]));
  for (const owner of owners.values()) {
    try {
      const { failure } = await ipcrmAs(owner, ['--version'], tools);
      if (failure !== null) return `ipcrm cannot be run as uid ${owner.uid}, gid ${owner.gid}: it ${failure}`;
    } catch (error) {
      return messageOf(error);
    }
  }
  return null;
}

function tableUse(sets: number, procfs: string): TableUse {
  try {
    return { sets, limit: readLimits(procfs).sets };
  } catch {
    return { sets, limit: null };
  }
}
