import { messageOf } from '../errors.ts';
import type { Log } from '../log.ts';
import type { AuditRecord } from './audit.ts';
import type { Batch, BatchResult, Outcome } from './messages.ts';
import type { Skipped } from './plan.ts';
import type { Proof } from './proof.ts';
import { outcomeRecord, removalRecord, requestRecord, type RequestId } from './records.ts';
import type { RemovalPrograms } from './removal-programs.ts';

/**
 * Most sets that one call of ipcrm removes. To start it takes milliseconds, the call itself a microsecond a set: so a set
 * waits no noticeably longer from its check to its removal than it would alone.
 */
const BATCH = 64;

/** What became of the sets of a plan that was applied. */
export interface Application {
  readonly removed: readonly Proof[];
  readonly skipped: readonly Skipped[];
  readonly failed: readonly { readonly semid: number; readonly error: string }[];
  /** Sets that are there afterwards. */
  readonly setsAfter: number;
}

/** What the application of a plan works with. */
export interface ApplyTools {
  readonly source: { remove(batch: Batch): Promise<BatchResult> };
  readonly programs: RemovalPrograms;
  readonly log: Log;
  readonly stop: AbortSignal;
  /** Resolves when these records are on the disk. */
  readonly write: (records: readonly AuditRecord[]) => Promise<void>;
}

/**
 * Removes the sets of a plan in batches of one owner. Of each batch it is on the disk that it is about to be removed, and
 * what became of the batch before, or it is not removed. It ends early, after the batch at hand, where the exporter is
 * told to end, the audit cannot be written or a batch did not come to an end; what is left then has failed. Never rejects.
 */
export async function applyPlan(
  planned: readonly Proof[],
  by: RequestId,
  setsBefore: number,
  { source, programs, log, stop, write }: ApplyTools,
): Promise<Application> {
  const outcomes = new Map<Proof, Outcome>();
  let unwritten: readonly AuditRecord[] = [];
  let setsAfter = setsBefore;
  let whyEnded: string | null = null;
  for (const proofs of batchesOf(planned)) {
    whyEnded ??= stop.aborted ? 'not tried, because the exporter is about to end' : null;
    if (whyEnded !== null) break;
    try {
      await write([...unwritten, ...proofs.map((proof) => removalRecord(by, proof))]);
      unwritten = [];
    } catch (error) {
      log.error('The audit file cannot be written; nothing more is removed', { err: messageOf(error) });
      whyEnded = 'not tried, because the audit cannot be written';
      break;
    }
    let results: readonly Outcome[];
    try {
      const result = await source.remove({ proofs, programs });
      results = result.outcomes;
      setsAfter = result.sets;
      if (!result.goOn) whyEnded = 'not tried, because a removal before it did not come to an end';
    } catch (error) {
      log.error('A batch of a cleanup failed', { err: messageOf(error) });
      results = proofs.map(({ set }) => ({
        kind: 'failed',
        semid: set.semid,
        error: 'the thread that removes failed; the log of the exporter says why',
      }));
      whyEnded = 'not tried, because a removal before it failed';
    }
    proofs.forEach((proof, at) => {
      const outcome = results[at];
      if (outcome !== undefined) outcomes.set(proof, outcome);
    });
    unwritten = results.map((outcome) => outcomeRecord(by, outcome));
  }
  const application = { ...applicationOf(planned, outcomes, whyEnded), setsAfter };
  await writeEnd(application, by, unwritten, { log, write });
  return application;
}

/** The sets, in their order, in batches that each have one owner. */
function batchesOf(planned: readonly Proof[]): Proof[][] {
  const owners = new Map<string, Proof[]>();
  for (const proof of planned) {
    const owner = `${proof.set.uid}:${proof.set.gid}`;
    const sets = owners.get(owner) ?? [];
    if (sets.length === 0) owners.set(owner, sets);
    sets.push(proof);
  }
  return [...owners.values()].flatMap((sets) =>
    Array.from({ length: Math.ceil(sets.length / BATCH) }, (_, at) =>
      sets.slice(at * BATCH, (at + 1) * BATCH),
    ),
  );
}

function applicationOf(
  planned: readonly Proof[],
  outcomes: ReadonlyMap<Proof, Outcome>,
  whyEnded: string | null,
): Omit<Application, 'setsAfter'> {
  const removed: Proof[] = [];
  const skipped: Skipped[] = [];
  const failed: { semid: number; error: string }[] = [];
  for (const proof of planned) {
    const outcome = outcomes.get(proof);
    if (outcome === undefined)
      failed.push({ semid: proof.set.semid, error: whyEnded ?? 'nobody told what became of it' });
    else if (outcome.kind === 'removed') removed.push(proof);
    else if (outcome.kind === 'skipped')
      skipped.push({ semid: outcome.semid, code: outcome.code, reason: outcome.reason });
    else failed.push({ semid: outcome.semid, error: outcome.error });
  }
  return { removed, skipped, failed };
}

/** What has been done cannot be undone: where this cannot be written, the log has to do. */
async function writeEnd(
  { removed, skipped, failed }: Omit<Application, 'setsAfter'>,
  by: RequestId,
  unwritten: readonly AuditRecord[],
  { log, write }: Pick<ApplyTools, 'log' | 'write'>,
): Promise<void> {
  const counts = { removed: removed.length, skipped: skipped.length, failed: failed.length };
  try {
    await write([...unwritten, requestRecord('applied', by, counts)]);
  } catch (error) {
    log.error('The audit file cannot be written; this cleanup has no end in it', {
      err: messageOf(error),
      request: by.request,
      ...counts,
    });
  }
}
