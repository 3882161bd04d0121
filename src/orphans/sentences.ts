import type { ProofBlocker } from './vocabulary.ts';
import type { ObservedProcess } from '../kernel/observed.ts';
import type { User } from './users.ts';

/** What keeps the exporter from proving anything, each a clause for "because …". */
export const BLOCKER_CLAUSES: Readonly<Record<ProofBlocker, string>> = {
  no_ptrace: 'the exporter may not read other processes (CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH)',
  no_ipc_owner: 'the exporter may not read the semaphores of others (CAP_IPC_OWNER)',
  not_initial_pid_namespace: 'the exporter does not see all processes from its PID namespace',
  proc_restricted: 'the /proc it reads hides processes (hidepid or subset)',
  semctl_unavailable: 'the exporter cannot call semctl(2)',
};

const NAMED_PIDS = 5;

/** `process 12`, `processes 12 and 13`, or the first few and how many more. */
export function processesInWords(pids: readonly number[]): string {
  const [first] = pids;
  if (first === undefined) return 'no process';
  if (pids.length === 1) return `process ${first}`;
  if (pids.length <= NAMED_PIDS) return `processes ${pids.slice(0, -1).join(', ')} and ${pids.at(-1) ?? ''}`;
  return `processes ${pids.slice(0, NAMED_PIDS).join(', ')} and ${pids.length - NAMED_PIDS} more`;
}

/** A process by pid and name, with nothing in it that could break a line. */
export function processInWords(process: ObservedProcess): string {
  return `process ${process.pid} (${printable(process.comm)})`;
}

/** A program's name as it may stand in a log or on a page: a process may call itself anything. */
export function printable(comm: string): string {
  return comm.replace(/[^\x20-\x7e]/g, '?') || '?';
}

/** Seconds since the epoch as `2026-01-01T00:00:00Z`; `an unknown time` where no date has that number. */
export function timeInWords(seconds: number): string {
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime()) ? 'an unknown time' : date.toISOString().replace(/\.\d+Z$/, 'Z');
}

/** What a process was seen to do with a set, as a sentence. */
export function useInWords({ process, how, certain }: User): string {
  const who = processInWords(process);
  if (how === 'waits') return `A task of ${who} waits on it.`;
  return certain
    ? `The last operation on it was by ${who}, which lives.`
    : `The last operation on it was by pid ${process.pid}, and ${who} may be the one that did it.`;
}
