/** Why a collection failed: the `reason` of `sysvsem_collection_failures_total`. */
export const FAILURE_REASONS = ['spawn', 'timeout', 'exit', 'output', 'parse', 'procfs', 'worker'] as const;

/** One of {@link FAILURE_REASONS}. */
export type FailureReason = (typeof FAILURE_REASONS)[number];

/** A collection, or a part of one, that could not be done; the message is one sentence for the log. */
export class CollectionError extends Error {
  override readonly name = 'CollectionError';
  readonly code: FailureReason;

  constructor(code: FailureReason, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** A flag, file or address that cannot be used: the command ends with status 1 and this one sentence. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly code = 'usage';
}

/** The sentence of an error of any kind. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
