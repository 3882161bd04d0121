import type { CleanupBlocker } from './messages.ts';

/** Why a cleanup that was asked for rightly cannot be done. */
export type CleanupRefusal =
  CleanupBlocker | 'cleanup_running' | 'plan_unknown' | 'audit_unwritable' | 'shutting_down';

/** A cleanup that was refused before anything was removed; the message is one sentence for the client. */
export class CleanupError extends Error {
  override readonly name = 'CleanupError';
  readonly code: CleanupRefusal;

  constructor(code: CleanupRefusal, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
