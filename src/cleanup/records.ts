import type { AuditRecord } from './audit.ts';
import type { Outcome } from './messages.ts';
import type { Proof } from './proof.ts';
import type { Skipped } from './plan.ts';

/** Who asks. */
export interface Asker {
  /** Fingerprint of the token, never the token. */
  readonly token: string;
  /** Address of the client; `unix` on a Unix socket. */
  readonly address: string;
}

/** Which request a record belongs to, and who made it. */
export interface RequestId extends Asker {
  readonly request: string;
}

/** A request, as it was asked and how it ended or began. */
export function requestRecord(
  event: 'plan' | 'apply' | 'applied' | 'refused',
  by: RequestId,
  facts: Readonly<Record<string, unknown>>,
): AuditRecord {
  return { event, ...by, ...facts };
}

/** A set that is about to be removed, with all that its proof rests on. */
export function removalRecord({ request }: RequestId, { set, use, state, evidence }: Proof): AuditRecord {
  return { event: 'remove', request, ...set, ...use, state, evidence };
}

/** What became of a set that was about to be removed. */
export function outcomeRecord({ request }: RequestId, outcome: Outcome): AuditRecord {
  const { kind, ...facts } = outcome;
  return { event: kind, request, ...facts };
}

/** A set that was left alone from the start. */
export function skippedRecord({ request }: RequestId, skipped: Skipped): AuditRecord {
  return { event: 'skipped', request, ...skipped };
}
