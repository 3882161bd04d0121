import { readFileSync, readlinkSync, realpathSync, statfsSync, statSync } from 'node:fs';
import type { ObservedProcess } from './observed.ts';
import { READING_DENIED } from './processes.ts';
import { parseNamespace } from './task-look.ts';

/** What a proof of orphans needs, each true where it is missing: the reasons of `sysvsem_proof_blocked`. */
export interface MissingPreconditions {
  /** Not every process can be read: CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH, in the initial user namespace. */
  readonly no_ptrace: boolean;
  /** Not every set can be read: CAP_IPC_OWNER, in the initial user namespace. */
  readonly no_ipc_owner: boolean;
  /** Not every process can be seen, because this one lives in a PID namespace of its own. */
  readonly not_initial_pid_namespace: boolean;
  /** The procfs is none, shows another PID namespace, or hides processes (hidepid, subset, a mount over one of them). */
  readonly proc_restricted: boolean;
  /** semctl(2) cannot be called. */
  readonly semctl_unavailable: boolean;
}

/** PROC_PID_INIT_INO and PROC_USER_INIT_INO (include/linux/proc_ns.h). */
const INITIAL_PID_NAMESPACE = 4026531836;
const INITIAL_USER_NAMESPACE = 4026531837;

const CAP_DAC_OVERRIDE = 1;
const CAP_DAC_READ_SEARCH = 2;
const CAP_SETGID = 6;
const CAP_SETUID = 7;
const CAP_IPC_OWNER = 15;
const CAP_SYS_PTRACE = 19;

const PROC_SUPER_MAGIC = 0x9fa0;

/**
 * Which preconditions are missing for the calling thread, with the processes as it has just observed them: capabilities alone do not
 * tell, as a security module can refuse what they grant. What cannot be read counts as missing.
 */
export function missingPreconditions(facts: {
  readonly procfs: string;
  readonly semctlAvailable: boolean;
  readonly processes: readonly ObservedProcess[];
}): MissingPreconditions {
  const own = `${facts.procfs}/thread-self`;
  const has = initialCapabilities(own);
  const readsAnyFile = has(CAP_DAC_READ_SEARCH) || has(CAP_DAC_OVERRIDE);
  return {
    no_ptrace:
      !has(CAP_SYS_PTRACE) ||
      !readsAnyFile ||
      facts.processes.some(({ opaque }) => opaque === READING_DENIED),
    no_ipc_owner: !has(CAP_IPC_OWNER),
    not_initial_pid_namespace: namespaceOf(`${own}/ns/pid`) !== INITIAL_PID_NAMESPACE,
    proc_restricted: isRestricted(facts.procfs),
    semctl_unavailable: !facts.semctlAvailable,
  };
}

/** Whether the calling thread may run a program as any other user and group (CAP_SETUID, CAP_SETGID). */
export function mayBecomeOthers(procfs: string): boolean {
  const has = initialCapabilities(`${procfs}/thread-self`);
  return has(CAP_SETUID) && has(CAP_SETGID);
}

/** Which capabilities are effective in the initial user namespace; in any other they are worth nothing there. */
function initialCapabilities(task: string): (capability: number) => boolean {
  const initial = namespaceOf(`${task}/ns/user`) === INITIAL_USER_NAMESPACE;
  const capabilities = initial ? parseEffectiveCapabilities(read(`${task}/status`)) : 0n;
  return (capability) => ((capabilities >> BigInt(capability)) & 1n) === 1n;
}

/** The effective capabilities in a task's status, one bit each (capabilities(7)); none where there is no such line. */
export function parseEffectiveCapabilities(status: string): bigint {
  const mask = /^CapEff:\t([0-9a-f]{1,16})$/m.exec(status)?.[1];
  return mask === undefined ? 0n : BigInt(`0x${mask}`);
}

function isRestricted(procfs: string): boolean {
  try {
    if (statfsSync(procfs).type !== PROC_SUPER_MAGIC) return true;
    // A procfs of a PID namespace that this process is not in, or has another number in.
    if (readlinkSync(`${procfs}/self`) !== String(process.pid)) return true;
    const mounts = read(`${procfs}/thread-self/mountinfo`);
    return hidesProcesses(mounts, realpathSync(procfs), deviceOf(procfs));
  } catch {
    return true;
  }
}

/** `major:minor` of the filesystem a path is on, as mountinfo writes it (makedev(3)). */
function deviceOf(path: string): string {
  const { dev } = statSync(path, { bigint: true });
  const major = ((dev >> 8n) & 0xfffn) | ((dev >> 32n) & ~0xfffn);
  const minor = (dev & 0xffn) | ((dev >> 12n) & ~0xffn);
  return `${major}:${minor}`;
}

/**
 * Whether the procfs with number `device`, mounted at `path`, hides processes, by the text of a mountinfo (proc_pid_mountinfo(5), proc(5)):
 * through its options, through a mount over one of them, or because it is not listed at all.
 */
export function hidesProcesses(mountinfo: string, path: string, device: string): boolean {
  let listed = false;
  for (const line of mountinfo.split('\n')) {
    const fields = line.split(' ');
    if ((fields[4] ?? '').startsWith(`${path}/`) && /^[1-9]/.test(fields[4]?.slice(path.length + 1) ?? '')) {
      return true;
    }
    if (fields[2] !== device) continue;
    const [type, , options = ''] = fields.slice(fields.indexOf('-') + 1);
    if (type !== 'proc') continue;
    listed = true;
    if (options.split(',').some(hides)) return true;
  }
  return !listed;
}

/** hidepid=0 is also written `off`; each other value and each subset hides. */
function hides(option: string): boolean {
  const [name, value] = option.split('=');
  return name === 'subset' || (name === 'hidepid' && value !== '0' && value !== 'off');
}

function namespaceOf(link: string): number | null {
  try {
    return parseNamespace(readlinkSync(link));
  } catch {
    return null;
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
