/** What is known of a set's use, from the most to the least certain use (docs/orphan-proof.md). */
export const SET_STATES = ['in_use', 'held', 'keyed', 'suspected', 'orphaned', 'unknown'] as const;

/** One of {@link SET_STATES}. */
export type SetState = (typeof SET_STATES)[number];

/** What keeps the exporter from proving orphans: the `reason` of `sysvsem_proof_blocked`. */
export const PROOF_BLOCKERS = [
  'no_ptrace',
  'no_ipc_owner',
  'not_initial_pid_namespace',
  'proc_restricted',
  'semctl_unavailable',
] as const;

/** One of {@link PROOF_BLOCKERS}. */
export type ProofBlocker = (typeof PROOF_BLOCKERS)[number];
