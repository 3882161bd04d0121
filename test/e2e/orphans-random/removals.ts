import { vi } from 'vitest';
import type { CleanupAnswer } from '../../support/cleanup.ts';
import { semidsOf } from '../../support/cleanup.ts';
import type { KernelRow } from '../../support/namespace.ts';
import type { AuditRecord } from './audit-tail.ts';
import type { Call } from './ipcrm-gate.ts';
import type { Family } from './families.ts';
import type { KnownSets, MadeSet } from './known-sets.ts';

/** The kernel's list of sets, and when we began to read it. */
export interface Listing {
  readonly at: number;
  readonly rows: readonly KernelRow[];
}

/** All that there is to know of one cleanup that was applied. Times are of `performance.now()`. */
export interface Application {
  readonly askedAt: number;
  /** The plan that was applied; null without one. */
  readonly plan: { readonly semids: readonly number[]; readonly answeredAt: number } | null;
  /** Uids that were asked for; null for all. */
  readonly uids: readonly number[] | null;
  readonly maxSets: number | null;
  readonly before: Listing;
  readonly after: Listing;
  /** Null where the exporter ended before it could answer. */
  readonly answer: CleanupAnswer | null;
  /** What was in the audit file when the answer came. */
  readonly records: readonly AuditRecord[];
  readonly calls: readonly Call[];
  /** Nothing else was done meanwhile, so that the counts of sets must be the kernel's. */
  readonly quiet: boolean;
}

/** A family's end is news to us when the kernel's message has been read, which may be this much later, milliseconds. */
const NEWS_SLACK_MS = 500;

/** Judges what a cleanup did by what the makers of the sets and the kernel tell, never by what the exporter goes by. */
export class RemovalJudge {
  readonly #sets: KnownSets;
  /** Whether an Apache may have removed this set by itself, at that time or later. */
  readonly #mayApacheRemove: (family: Family, time: number) => boolean;

  constructor(sets: KnownSets, mayApacheRemove: (family: Family, time: number) => boolean) {
    this.#sets = sets;
    this.#mayApacheRemove = mayApacheRemove;
  }

  /** Throws where a live set was removed, or something was done that was not written down, not asked for or not told. */
  async judge(application: Application): Promise<void> {
    this.#expectLiveSetsThere(application.after);
    for (const record of application.records) await this.#expectExtinct(record, application);
    this.#expectAsked(application);
    this.#expectWrittenDown(application);
    this.#expectNothingElseGone(application);
    if (application.answer !== null) expectTrueAnswer(application.answer, application);
  }

  /** What a daemon that lives has made is in the kernel's list, whatever anybody tells. */
  #expectLiveSetsThere({ at, rows }: Listing): void {
    const there = new Set(rows.map(({ semid }) => semid));
    const mayMiss = ({ semid, madeAt }: MadeSet) => madeAt >= at || this.#sets.movedAt(semid) >= at;
    for (const made of this.#sets.made) {
      if (there.has(made.semid) || mayMiss(made) || !(made.keyed || made.family.alive)) continue;
      throw new Error(`LIVE SET GONE: ${inWords(made)}`);
    }
  }

  /** All holders of what is to be removed were gone before it was written down, or it was found out and left alone. */
  async #expectExtinct(record: AuditRecord, { askedAt, before, records }: Application): Promise<void> {
    const { event, semid = -1 } = record;
    if (event !== 'remove') return;
    const outcome = outcomeOf(record, records);
    const writtenAt = timeOf(record);
    // One that came under its id since it was proved must have been found out by the last check, or by the kernel.
    const proved = outcome?.event === 'removed' ? writtenAt : askedAt;
    const row = before.rows.find((each) => each.semid === semid);
    const apache = this.#sets.apacheOf(row ?? record);
    const made = apache === undefined ? this.#sets.madeBy(semid, proved) : undefined;
    const maker = apache ?? made?.family;
    // Its maker was killed before it could tell that it had made it.
    if (maker === undefined) return;
    const evidence = `${JSON.stringify(record)}; ${JSON.stringify(outcome)}; made: ${inWords(made)}; askedAt ${askedAt}, writtenAt ${writtenAt}`;
    if (made?.keyed === true && this.#sets.movedAt(semid) <= made.madeAt)
      throw new Error(`LIVE SET REMOVED: anybody may use it, for it has a key: ${evidence}`);
    await vi.waitFor(
      () => {
        if (maker.endedAt === null)
          throw new Error(`LIVE SET REMOVED: family ${maker.number} (${maker.what}) lives: ${evidence}`);
      },
      { timeout: 2000, interval: 20 },
    );
    if ((maker.endedAt ?? 0) > writtenAt + NEWS_SLACK_MS)
      throw new Error(
        `LIVE SET REMOVED: family ${maker.number} (${maker.what}) lived until ${maker.endedAt ?? ''}: ${evidence}`,
      );
  }

  #expectAsked({ plan, uids, maxSets, askedAt, records }: Application): void {
    const removed = records.filter(({ event }) => event === 'removed').map(({ semid = -1 }) => semid);
    if (maxSets !== null && removed.length > maxSets)
      throw new Error(`MORE THAN ASKED FOR: ${removed.join(' ')}`);
    const foreign = records.find(({ event, uid = 0 }) => event === 'remove' && uids?.includes(uid) === false);
    if (foreign !== undefined) throw new Error(`NOT ASKED FOR: ${JSON.stringify(foreign)}`);
    if (plan === null) return;
    const { semids, answeredAt } = plan;
    for (const semid of removed) {
      if (!semids.includes(semid)) throw new Error(`NOT PLANNED: ${semid}`);
      const changedAt = this.#sets.changedAt(semid);
      if (changedAt > answeredAt && changedAt < askedAt)
        throw new Error(`STALE PLAN: ${semid} has changed since it was planned, and was removed`);
    }
  }

  /** Of everything that ipcrm was called for it was on the disk before, and nothing is told as removed without a call. */
  #expectWrittenDown({ records, calls }: Application): void {
    const written = new Set(records.filter(({ event }) => event === 'remove').map(({ semid }) => semid));
    const called = new Set(calls.flatMap(({ semids }) => semids));
    for (const semid of called) if (!written.has(semid)) throw new Error(`NOT IN THE AUDIT: ${semid}`);
    for (const { event, semid = -1 } of records)
      if (event === 'removed' && !called.has(semid)) throw new Error(`NEVER REMOVED: ${semid}`);
  }

  /** Every set that is gone was removed by the exporter, which wrote it down, or by one of the tests' own processes. */
  #expectNothingElseGone({ before, after, records }: Application): void {
    const there = new Set(after.rows.map(({ semid }) => semid));
    const removed = new Set(
      records.flatMap((record) =>
        record.event === 'remove' && outcomeOf(record, records)?.event !== 'skipped' ? record.semid : [],
      ),
    );
    for (const row of before.rows) {
      const { semid } = row;
      if (there.has(semid) || removed.has(semid) || this.#sets.movedAt(semid) >= before.at) continue;
      // An Apache had made it and not given it to its user yet.
      if (row.uid === 0 && this.#sets.madeBy(semid, Infinity) === undefined) continue;
      const apache = this.#sets.apacheOf(row);
      if (apache === undefined || !this.#mayApacheRemove(apache, before.at))
        throw new Error(`GONE WITHOUT A RECORD: ${JSON.stringify(row)}`);
    }
  }
}

/** What became of a set that was to be removed; undefined where the exporter ended before it could tell. */
function outcomeOf(record: AuditRecord, records: readonly AuditRecord[]): AuditRecord | undefined {
  return records.find(
    (each) => each !== record && each.semid === record.semid && each.request === record.request,
  );
}

/** The answer says what the audit says, and what the kernel's lists say of sets and counts. */
function expectTrueAnswer(answer: CleanupAnswer, { records, before, after, quiet }: Application): void {
  const end = records.find(({ event }) => event === 'applied');
  const own = records.filter(({ request }) => request === end?.request);
  const removed = semidsOf(answer.removed);
  const recorded = own.flatMap(({ event, semid }) => (event === 'removed' ? (semid ?? -1) : []));
  const told = [answer.removed.length, answer.skipped.length, answer.failed.length];
  const planned = semidsOf(answer.planned);
  const written = own.flatMap(({ event, semid }) => (event === 'remove' ? (semid ?? -1) : []));
  if (removed.join() !== recorded.sort((one, other) => one - other).join())
    throw new Error(`THE AUDIT DIFFERS FROM THE ANSWER: ${recorded.join(' ')}; ${answer.text}`);
  if (end?.removed !== told[0] || end?.failed !== told[2])
    throw new Error(`THE AUDIT'S COUNTS DIFFER FROM THE ANSWER'S: ${JSON.stringify(end)}; ${answer.text}`);
  if (!written.every((semid) => planned.includes(semid)))
    throw new Error(`THE AUDIT NAMES MORE THAN WAS PLANNED: ${written.join(' ')}; ${answer.text}`);
  if (!quiet) return;
  const left = before.rows.map(({ semid }) => semid).filter((semid) => !removed.includes(semid));
  const sameAsBefore = left.join() === after.rows.map(({ semid }) => semid).join();
  // An Apache that had begun before goes on, and makes or removes sets of its own.
  if (sameAsBefore && (answer.before.sets !== before.rows.length || answer.after.sets !== after.rows.length))
    throw new Error(`WRONG COUNTS: ${before.rows.length} and ${after.rows.length} sets; ${answer.text}`);
}

/** When a record was written, by `performance.now()`. */
function timeOf({ time }: AuditRecord): number {
  return performance.now() - (Date.now() - Date.parse(time));
}

function inWords(made: MadeSet | undefined): string {
  if (made === undefined) return 'by an Apache';
  const { family, ...set } = made;
  return `${JSON.stringify(set)} by family ${family.number} (${family.what}, ${family.alive ? 'alive' : 'ended'})`;
}
