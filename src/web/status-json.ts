import type { OwnerUsage, Snapshot } from '../collector/snapshot.ts';
import type { ProofBlocker } from '../orphans/vocabulary.ts';
import type { CollectionStatus } from '../collector/status.ts';
import type { SemaphoreLimits, SemaphoreTotals } from '../kernel/limits.ts';
import { isoMilliseconds } from './timestamp.ts';

/** The answer of `GET /api/v1/status`. What is not known is null, never 0 and never an empty list. */
export interface StatusJson {
  readonly version: string;
  /** Whether the last collection succeeded; a boolean, so that `jq -e .up` ends with the status a script expects. */
  readonly up: boolean;
  /** Inode of the IPC namespace that is read. */
  readonly ipcNamespace: number | null;
  readonly limits: SemaphoreLimits | null;
  readonly totals: SemaphoreTotals | null;
  readonly owners: readonly OwnerUsage[] | null;
  /** As of the last successful collection; null before the first. */
  readonly startDemand: Snapshot['startDemand'] | null;
  /** End of the last successful collection; null before the first. */
  readonly collectedAt: string | null;
  /** As of the last successful collection; null before the first. */
  readonly proofBlocked: readonly ProofBlocker[] | null;
}

/** What `GET /api/v1/status` answers. */
export function statusJson(status: CollectionStatus, version: string): StatusJson {
  const { snapshot, lastSuccessAt } = status;
  return {
    version,
    up: snapshot !== null,
    ipcNamespace: snapshot?.ipcNamespace?.inode ?? null,
    limits: snapshot?.limits ?? null,
    totals: snapshot?.totals ?? null,
    owners: snapshot?.owners ?? null,
    startDemand: lastSuccessAt === null ? null : status.startDemand,
    collectedAt: isoMilliseconds(lastSuccessAt),
    proofBlocked: lastSuccessAt === null ? null : status.proofBlocked,
  };
}
