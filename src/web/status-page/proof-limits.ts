import type { Snapshot } from '../../collector/snapshot.ts';
import type { CollectionStatus } from '../../collector/status.ts';
import { PROOF_BLOCKED } from './orphan-findings.ts';
import type { Phrase } from './words.ts';

/** What keeps the exporter from proving orphans. */
export interface ProofLimits {
  readonly text: Phrase;
  /** Missing preconditions, each with its name in `sysvsem_proof_blocked`. */
  readonly missing: readonly { readonly reason: string; readonly why: string; readonly mend: Phrase }[];
}

/** What limits proof, as of the last successful collection. */
export function proofLimits(
  status: CollectionStatus,
  snapshot: Snapshot | null,
  orphansEnabled: boolean,
): ProofLimits {
  if (!orphansEnabled) {
    return { text: ['Sets are not judged: ', { code: '--no-collector.orphans' }, ' is given.'], missing: [] };
  }
  if (status.lastSuccessAt === null) {
    return { text: ['Not known before the first successful collection.'], missing: [] };
  }
  const missing = status.proofBlocked.map((reason) => ({ reason, ...PROOF_BLOCKED[reason] }));
  if (missing.length > 0) {
    return { text: ['Without these, sets stay unknown and nothing is called an orphan:'], missing };
  }
  if (snapshot?.collectors.orphans?.success === false) {
    return { text: ['The last collection could not judge the sets; the log says why.'], missing };
  }
  const then = snapshot === null ? 'As of the last good collection, nothing' : 'Nothing';
  return {
    text: [
      `${then}: the exporter sees every process and every set. It calls a set orphaned once all that could know it have ended.`,
    ],
    missing,
  };
}
