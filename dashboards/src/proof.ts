import { renamed } from './words.ts';

/** What a proof needs, instead of the name of what is missing. */
export const PROOF_NEEDS = renamed({
  no_ptrace: 'Reading every process',
  no_ipc_owner: 'Reading every set',
  not_initial_pid_namespace: "The host's PID namespace",
  proc_restricted: 'An unrestricted /proc',
  semctl_unavailable: 'semctl(2)',
});

/** How to give back what is missing, in as few words as a table has room for. */
export const PROOF_REMEDIES = renamed({
  no_ptrace: 'CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH',
  no_ipc_owner: 'CAP_IPC_OWNER',
  not_initial_pid_namespace: 'pid: host, hostPID: true',
  proc_restricted: 'no hidepid, no subset',
  semctl_unavailable: 'see the log',
});
