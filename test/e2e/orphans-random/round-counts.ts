import type { Application } from './removals.ts';

/** What the cleanups came to that were judged: a test that judged nothing shows here. */
export class RoundCounts {
  /** Cleanups that were applied, and those of them that removed something. */
  rounds = 0;
  removing = 0;
  removed = 0;
  /** Sets that a live process could use when a cleanup was applied, over all cleanups. */
  liveSets = 0;
  /** Applied plans that were older than something else that happened. */
  oldPlans = 0;
  /** What happened meanwhile → cleanups that called ipcrm. */
  readonly meanwhile: Record<string, number> = {};
  /** Cleanups that the exporter was ended in. */
  ended = 0;
  /** Cleanups beside these that were refused, because a process of the machine could not be read. */
  unprovable = 0;
  /** Cleanups beside which nothing happened, so that the counts of sets were compared with the kernel's. */
  counted = 0;
  /** What went wrong with a set → how often. */
  readonly failed: Record<string, number> = {};
  /** Code → sets that were left alone. */
  readonly skipped: Record<string, number> = {};

  /** Counts one more. */
  count(
    { answer, records, calls, quiet, plan }: Application,
    { live, old, meanwhile }: { readonly live: number; readonly old: boolean; readonly meanwhile: string },
  ): void {
    const removed = records.filter(({ event }) => event === 'removed').length;
    this.rounds++;
    if (removed > 0) this.removing++;
    this.removed += removed;
    this.liveSets += live;
    if (old && plan !== null) this.oldPlans++;
    if (calls.length > 0) countIn(this.meanwhile, meanwhile);
    if (quiet) this.counted++;
    if (answer === null) this.ended++;
    for (const { error } of answer?.failed ?? []) countIn(this.failed, error);
    for (const { code } of answer?.skipped ?? []) countIn(this.skipped, code);
  }
}

function countIn(counts: Record<string, number>, what: string): void {
  counts[what] = (counts[what] ?? 0) + 1;
}
