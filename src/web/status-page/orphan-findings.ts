import type { Snapshot } from '../../collector/snapshot.ts';
import type { ProofBlocker } from '../../orphans/vocabulary.ts';
import { READ_THE_LOG, step } from './finding.ts';
import type { Finding, Step } from './finding.ts';
import type { Phrase } from './words.ts';
import { count, counted } from './words.ts';

/** Sets in the states that the page speaks of. */
export interface StateTotals {
  readonly orphaned: number;
  readonly suspected: number;
  readonly unknown: number;
}

/** Sums over all owners. */
export function stateTotals({ owners }: Snapshot): StateTotals {
  const sum = (state: keyof StateTotals) =>
    owners.reduce((total, { states }) => total + states[state].sets, 0);
  return { orphaned: sum('orphaned'), suspected: sum('suspected'), unknown: sum('unknown') };
}

/** Proven orphans, and how to be rid of them; null where there is none. */
export function orphanFinding({ orphaned, suspected }: StateTotals, cleanupEnabled: boolean): Finding | null {
  if (orphaned === 0) return null;
  const more =
    suspected === 0 ? '' : ` ${count(suspected)} more ${suspected === 1 ? 'is' : 'are'} suspected.`;
  return {
    severity: 'notice',
    label: orphaned === 1 ? 'Orphan' : 'Orphans',
    headline: `${counted(orphaned, 'orphaned set')} can be removed`,
    detail: [`No living process can know ${orphaned === 1 ? 'it' : 'them'}: this is proven.${more}`],
    steps: [
      step(['See the orphans, with the evidence for each.'], 'sysvsem-exporter list --state orphaned'),
      ...(cleanupEnabled ? CLEANUP : [CLEANUP_OFF]),
    ],
    alert: 'SysvsemOrphansAccumulating',
  };
}

const CLEANUP: readonly Step[] = [
  step(
    ['See what a cleanup would remove. Nothing is removed yet.'],
    'sysvsem-exporter cleanup --token-file FILE',
  ),
  step(
    ['Remove it. Each set is proved afresh just before.'],
    'sysvsem-exporter cleanup --apply --token-file FILE',
  ),
];

const CLEANUP_OFF = step([
  'Cleanup is switched off in this exporter. ',
  { code: '--cleanup.enabled' },
  ', ',
  { code: '--cleanup.token-file' },
  ' and ',
  { code: '--cleanup.allow-owner' },
  ' switch it on; then ',
  { code: 'sysvsem-exporter cleanup' },
  ' removes orphans, and nothing else.',
]);

/** That nothing can be proven, or that this collection could not judge; null where sets are judged. */
export function proofFinding(snapshot: Snapshot): Finding | null {
  if (snapshot.proofBlocked.length > 0) {
    return {
      severity: 'notice',
      label: 'Proof limited',
      headline: 'Orphans cannot be proven here',
      detail: ['That none is shown does not mean that there is none.'],
      steps: [step(['Give the exporter what a proof needs.'], null, 'proof')],
      alert: 'SysvsemProofBlocked',
    };
  }
  if (snapshot.collectors.orphans?.success !== false) return null;
  return {
    severity: 'notice',
    label: 'Not judged',
    headline: 'The last collection could not tell orphans from sets in use',
    detail: ['It counted the sets; their states are unknown.'],
    steps: [READ_THE_LOG],
    alert: null,
  };
}

/** That the sets are not the host's; null where they are, or where nobody could tell. */
export function namespaceFinding({ ipcNamespace }: Snapshot): Finding | null {
  if (ipcNamespace === null || ipcNamespace.initial) return null;
  return {
    severity: 'warning',
    label: 'Private namespace',
    headline: 'These are not the host’s semaphores',
    detail: [
      `The exporter runs in an IPC namespace of its own (${ipcNamespace.inode}) and sees only what is in it.`,
    ],
    steps: [
      step([
        'To watch the host, run it in the host’s IPC namespace: ',
        { code: 'PrivateIPC=no' },
        ' in a unit, ',
        { code: '--ipc=host' },
        ' for a container, ',
        { code: 'hostIPC: true' },
        ' in a pod.',
      ]),
    ],
    alert: 'SysvsemPrivateNamespace',
  };
}

/** What each missing precondition means, and its mend. */
export const PROOF_BLOCKED: Readonly<Record<ProofBlocker, { readonly why: string; readonly mend: Phrase }>> =
  {
    no_ptrace: {
      why: 'The exporter may not look into every process, so it cannot tell that none holds a set.',
      mend: [
        'Give it ',
        { code: 'CAP_SYS_PTRACE' },
        ' and ',
        { code: 'CAP_DAC_READ_SEARCH' },
        ', as ',
        { code: 'AmbientCapabilities=' },
        ' in its unit.',
      ],
    },
    no_ipc_owner: {
      why: 'The exporter may not read how every set is used.',
      mend: ['Give it ', { code: 'AmbientCapabilities=CAP_IPC_OWNER' }, ' in its unit.'],
    },
    not_initial_pid_namespace: {
      why: 'The exporter runs in a PID namespace of its own and cannot see every process.',
      mend: [
        'Run it on the host, or with the host’s PID namespace: ',
        { code: '--pid=host' },
        ' for a container, ',
        { code: 'hostPID: true' },
        ' in a pod.',
      ],
    },
    proc_restricted: {
      why: '/proc hides processes from the exporter (hidepid or subset=pid).',
      mend: [
        'Set ',
        { code: 'ProtectProc=default' },
        ' and ',
        { code: 'ProcSubset=all' },
        ' in its unit, or remount: ',
        { code: 'mount -o remount,hidepid=0 /proc' },
        '.',
      ],
    },
    semctl_unavailable: {
      why: 'The exporter cannot call semctl(2): the koffi library did not load.',
      mend: [
        'Install the package again, on a platform that koffi has a prebuilt library for; the log has the cause.',
      ],
    },
  };
