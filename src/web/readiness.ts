import type { CollectionStatus } from '../collector/status.ts';
import type { FailureReason } from '../errors.ts';

/** A collection older than this many intervals is no longer trusted. */
const STALE_INTERVALS = 3;

/** Whether the exporter can be relied on; `reason` is one sentence. */
export type Readiness = { readonly ready: true } | { readonly ready: false; readonly reason: string };

/**
 * Ready while the last collection succeeded and is not older than three intervals; with interval 0, where
 * nothing collects between scrapes, once the first has succeeded.
 *
 * @param intervalMs period of the collection in milliseconds
 * @param now milliseconds since the epoch
 */
export function readiness(status: CollectionStatus, intervalMs: number, now: number): Readiness {
  if (intervalMs === 0 && status.lastSuccessAt !== null) return { ready: true };
  if (status.snapshot === null || status.lastSuccessAt === null) {
    return { ready: false, reason: whyNotCollected(status) };
  }
  const ageMs = now - status.lastSuccessAt * 1000;
  if (ageMs > STALE_INTERVALS * intervalMs) {
    const age = Math.round(ageMs / 1000);
    return {
      ready: false,
      reason: `The last collection ended ${age} s ago, more than ${STALE_INTERVALS} intervals.`,
    };
  }
  return { ready: true };
}

/** Why there is no snapshot, one sentence. */
export function whyNotCollected(status: CollectionStatus): string {
  if (status.failure === null) return 'No collection has ended yet.';
  return `The last collection failed: ${FAILURES[status.failure.reason]}; the exporter's log says more.`;
}

/** In words of our own: the message of a failure may name files of the machine, which are no client's business. */
const FAILURES: Readonly<Record<FailureReason, string>> = {
  spawn: 'ipcs could not be started',
  timeout: 'it took longer than it may',
  exit: 'ipcs ended with an error',
  output: 'ipcs wrote something other than a listing of sets',
  parse: 'a listing of sets could not be understood',
  procfs: 'procfs could not be read',
  worker: 'the thread that collects ended',
};
