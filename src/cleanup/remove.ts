import { CollectionError, messageOf } from '../errors.ts';
import { readSetListing } from '../kernel/procfs.ts';
import type { Semctl } from '../kernel/semctl.ts';
import type { SemaphoreSet } from '../kernel/set-table.ts';
import { ipcrmAs, type Owner } from './as-owner.ts';
import { whatIpcrmSaid, type IpcrmWords } from './ipcrm-words.ts';
import type { Batch, BatchResult, Outcome } from './messages.ts';
import { isSameSet, isSameUse, type Proof } from './proof.ts';

/** What a removal works with, in the thread that reads the machine. */
export interface RemovalTools {
  readonly procfs: string;
  readonly semctl: Semctl;
  /** Told the process group of the child that runs, 0 for none. */
  readonly onSpawn: (group: number) => void;
}

/**
 * Removes those sets of a batch whose proofs still stand: each is read once more, whole, and nothing happens between the last
 * of these readings and the start of ipcrm. What became of them is read from the kernel afterwards. Rejects, and then
 * nothing was removed, where they cannot be read before.
 */
export async function removeBatch({ proofs, programs }: Batch, tools: RemovalTools): Promise<BatchResult> {
  const owner = ownerOf(proofs);
  const sets = setsNow(tools);
  const read = setReader(proofs, tools);
  const doubts = new Map(proofs.map((proof) => [proof, doubtOf(proof, read, tools.semctl)]));
  const standing = proofs.filter((proof) => doubts.get(proof) === null);
  if (standing.length === 0) return { outcomes: [...doubts.values()].filter(isOutcome), sets, goOn: true };
  const words = await remove(standing, owner, { programs, onSpawn: tools.onSpawn });
  const after = readAfter(standing, tools);
  const outcomes = proofs.map((proof) => doubts.get(proof) ?? outcomeOf(proof, after, words));
  return { outcomes, sets: after?.sets ?? sets, goOn: words.ended && after !== null };
}

/** The one owner of all sets of a batch. Throws where there are two, or a set that may never be removed. */
function ownerOf(proofs: readonly Proof[]): Owner {
  const [first] = proofs;
  if (first === undefined) throw new RangeError('a batch has a set at least');
  const { uid, gid } = first.set;
  for (const { set, use } of proofs) {
    if (set.uid !== uid || set.gid !== gid) throw new RangeError('all sets of a batch have one owner');
    if (set.uid === 0 || set.key !== 0 || use.waiters !== 0)
      throw new RangeError(`semid ${set.semid} is of a kind that is never removed`);
  }
  return { uid, gid };
}

/** What is there under a semid; null where it may not be read. */
type SetReader = (semid: number) => SemaphoreSet | 'gone' | null;

/**
 * Asks the kernel for one set at a time: that takes a microsecond, and right before its removal. Where only the listing can be
 * read it is read now, once for all of them.
 */
function setReader(proofs: readonly Proof[], { procfs, semctl }: RemovalTools): SetReader {
  if (semctl.knowsSets) return (semid) => semctl.set(semid);
  const semids = new Set(proofs.map(({ set }) => set.semid));
  const table = readSetListing(procfs);
  const rows = new Map<number, SemaphoreSet>();
  for (let row = 0; row < table.length; row++) {
    const semid = table.value(row, 'semid');
    if (semids.has(semid)) rows.set(semid, table.at(row));
  }
  return (semid) => rows.get(semid) ?? 'gone';
}

/** What is there after a removal. */
interface After {
  /** Under the semids that were to be removed. */
  readonly found: ReadonlyMap<Proof, ReturnType<SetReader>>;
  /** All sets. */
  readonly sets: number;
}

/** Null where it cannot be read. */
function readAfter(proofs: readonly Proof[], tools: RemovalTools): After | null {
  try {
    const read = setReader(proofs, tools);
    const found = new Map(proofs.map((proof) => [proof, read(proof.set.semid)]));
    return { found, sets: setsNow(tools) };
  } catch {
    return null;
  }
}

function setsNow({ semctl }: RemovalTools): number {
  return semctl.info().totals.sets;
}

const CHANGED = 'It changed since it was proved.';
const GONE = 'Somebody else removed it.';

/** Why a set is left alone after all; null where its proof still stands. */
function doubtOf({ set, use }: Proof, read: SetReader, semctl: Semctl): Outcome | null {
  const { semid } = set;
  const found = read(semid);
  if (found === 'gone') return { kind: 'skipped', semid, code: 'gone', reason: GONE };
  if (found === null || !isSameSet(set, found))
    return { kind: 'skipped', semid, code: 'changed', reason: CHANGED };
  const now = semctl.use(semid, set.semaphores);
  if (now === 'gone') return { kind: 'skipped', semid, code: 'gone', reason: GONE };
  if (now === null || !isSameUse(use, now))
    return { kind: 'skipped', semid, code: 'changed', reason: CHANGED };
  return null;
}

function isOutcome(outcome: Outcome | null): outcome is Outcome {
  return outcome !== null;
}

async function remove(
  proofs: readonly Proof[],
  owner: Owner,
  how: Parameters<typeof ipcrmAs>[2],
): Promise<IpcrmWords> {
  try {
    const args = proofs.flatMap(({ set }) => ['-s', String(set.semid)]);
    return whatIpcrmSaid(await ipcrmAs(owner, args, how));
  } catch (error) {
    const started = !(error instanceof CollectionError && error.code === 'spawn');
    return { complaint: messageOf(error), gone: new Set(), denied: new Set(), started, ended: false };
  }
}

function outcomeOf(proof: Proof, after: After | null, words: IpcrmWords): Outcome {
  const { set } = proof;
  const { semid } = set;
  const found = after?.found.get(proof) ?? null;
  if (words.gone.has(semid)) return { kind: 'skipped', semid, code: 'gone', reason: GONE };
  if (found === 'gone') {
    return words.started
      ? { kind: 'removed', semid }
      : { kind: 'skipped', semid, code: 'gone', reason: GONE };
  }
  const isAnother = found !== null && !isSameSet(set, found);
  if (words.denied.has(semid) && isAnother)
    return { kind: 'skipped', semid, code: 'changed', reason: CHANGED };
  // Only another set under its id can be there after it was removed without a complaint.
  if (isAnother && words.complaint === null) return { kind: 'removed', semid };
  const unread = 'what became of it could not be read from the kernel';
  const error = found === null ? unread : 'ipcrm ended well, but the set is still there';
  return { kind: 'failed', semid, error: words.complaint ?? error };
}
