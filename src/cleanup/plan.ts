import type { SetState } from '../orphans/vocabulary.ts';
import type { JudgedEvidence } from '../orphans/judge.ts';
import { isSameProof, proofOf, type Proof, type RemovableState } from './proof.ts';

/** Why a set is left alone: the `code` of a skipped set and the `reason` of `sysvsem_cleanup_skipped_sets_total`. */
export const SKIP_CODES = [
  'in_use',
  'held',
  'keyed',
  'unknown',
  'suspected',
  'too_recent',
  'over_limit',
  'changed',
  'gone',
] as const;

/** One of {@link SKIP_CODES}. */
export type SkipCode = (typeof SKIP_CODES)[number];

/** A set that is left alone, and why. */
export interface Skipped {
  readonly semid: number;
  readonly code: SkipCode;
  /** A sentence. */
  readonly reason: string;
}

/** What may be removed. Each condition only ever narrows it. */
export interface Question {
  /** Uids of the owners whose sets may be removed. 0 counts for nothing. */
  readonly uids: readonly number[];
  readonly states: readonly RemovableState[];
  /** Only sets that have not changed for this long, seconds. */
  readonly minAgeSeconds: number;
  readonly maxSets: number;
  /** Where it is not null, only these, and only while nothing of them has changed. */
  readonly only: readonly Proof[] | null;
}

/** What an observation answers to a question. */
export interface Plan {
  /** To be removed, longest unchanged first. */
  readonly planned: readonly Proof[];
  /** All other sets that were asked for. */
  readonly skipped: readonly Skipped[];
}

/**
 * What may be removed of the sets that an observation judged at the wall time `now`, seconds since the epoch. Nothing is
 * planned but a proof (see {@link proofOf}) that meets every condition of the question.
 */
export function planCleanup(
  judged: ReadonlyMap<number, JudgedEvidence>,
  question: Question,
  now: number,
): Plan {
  const skipped: Skipped[] = [];
  const fit: Proof[] = [];
  for (const { semid, evidence, planned } of askedFor(judged, question)) {
    const answer = consider(evidence, planned, question, now);
    if (answer === null) continue;
    if ('code' in answer) skipped.push({ semid, ...answer });
    else fit.push(answer);
  }
  fit.sort((one, other) => unchangedSince(one) - unchangedSince(other) || one.set.semid - other.set.semid);
  for (const { set } of fit.slice(question.maxSets)) skipped.push({ semid: set.semid, ...OVER_LIMIT });
  return { planned: fit.slice(0, question.maxSets), skipped };
}

interface Asked {
  readonly semid: number;
  /** Null for a set that is not there, or was not judged. */
  readonly evidence: JudgedEvidence | null;
  /** As it was planned; null where there is no plan. */
  readonly planned: Proof | null;
}

function askedFor(judged: ReadonlyMap<number, JudgedEvidence>, { uids, only }: Question): Asked[] {
  if (only !== null)
    return only.map((planned) => {
      const { semid } = planned.set;
      return { semid, evidence: judged.get(semid) ?? null, planned };
    });
  return [...judged]
    .filter(([, { set }]) => set.uid !== null && uids.includes(set.uid))
    .map(([semid, evidence]) => ({ semid, evidence, planned: null }));
}

type Reason = Omit<Skipped, 'semid'>;

const GONE: Reason = { code: 'gone', reason: 'It is there no more.' };
const CHANGED: Reason = { code: 'changed', reason: 'It is not what it was when it was planned.' };
const OVER_LIMIT: Reason = { code: 'over_limit', reason: 'More sets fit than one request may remove.' };
const TOO_RECENT: Reason = { code: 'too_recent', reason: 'It changed more recently than the minimum age.' };
const NO_PROOF: Reason = { code: 'unknown', reason: 'Its proof is not complete.' };

/** The proof by which a set may be removed, or why it may not be; null where nobody asked for such sets. */
function consider(
  evidence: JudgedEvidence | null,
  planned: Proof | null,
  { uids, states, minAgeSeconds }: Question,
  now: number,
): Proof | Reason | null {
  if (evidence === null) return GONE;
  const { set, verdict } = evidence;
  if (planned !== null && (set.uid !== planned.set.uid || set.key !== planned.set.key)) return CHANGED;
  if (set.key !== 0) return { code: 'keyed', reason: reasonOf('keyed', verdict.state, verdict.evidence) };
  if (verdict.state !== 'orphaned' && verdict.state !== 'suspected')
    return { code: verdict.state, reason: verdict.evidence };
  const proof = proofOf(evidence);
  if (proof === null || proof.set.uid === 0 || !uids.includes(proof.set.uid)) return NO_PROOF;
  if (planned !== null && !isSameProof(planned, proof)) return CHANGED;
  if (!states.includes(proof.state))
    return proof.state === 'suspected' ? { code: 'suspected', reason: proof.evidence } : null;
  // Without a minimum age a clock that was set back must not keep an orphan for ever.
  if (minAgeSeconds > 0 && now - unchangedSince(proof) < minAgeSeconds) return TOO_RECENT;
  return proof;
}

function reasonOf(code: SkipCode, state: SetState, evidence: string): string {
  return code === state ? evidence : 'It has a key, so that any process may attach to it.';
}

/** Last operation or change, seconds since the epoch. */
function unchangedSince({ set }: Proof): number {
  return Math.max(set.changedAt, set.operatedAt);
}
