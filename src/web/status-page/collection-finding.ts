import type { CollectionStatus } from '../../collector/status.ts';
import type { FailureReason } from '../../errors.ts';
import { readiness } from '../readiness.ts';
import { READ_THE_LOG, step } from './finding.ts';
import type { Finding, Step } from './finding.ts';
import { count, counted, moment } from './words.ts';
import type { Part } from './words.ts';

/**
 * Why there are no current numbers; null where there are. A snapshot that is older than readiness allows is none:
 * nobody must take yesterday's numbers for today's.
 */
export function collectionFinding(status: CollectionStatus, intervalMs: number, now: number): Finding | null {
  if (status.failure !== null) return failing(status, status.failure.reason, now);
  if (status.snapshot === null) {
    return {
      severity: 'notice',
      label: 'Starting',
      headline: 'The first collection has not ended yet',
      detail: ['There is nothing to show until then.'],
      steps: [],
      alert: null,
    };
  }
  if (intervalMs > 0 && !readiness(status, intervalMs, now * 1000).ready) {
    return {
      severity: 'warning',
      label: 'No current data',
      headline: 'Collections have stopped',
      detail: ['No collection has ended for more than three intervals. ', ...lastGood(status, now)],
      steps: [READ_THE_LOG, step(['Restart the exporter.'], 'systemctl restart sysvsem-exporter')],
      alert: 'SysvsemCollectionFailing',
    };
  }
  return null;
}

function failing(status: CollectionStatus, reason: FailureReason, now: number): Finding {
  const { why, mend } = FAILURES[reason];
  const failed = Object.values(status.failures).reduce((sum, times) => sum + times, 0);
  return {
    severity: 'warning',
    label: 'No current data',
    headline: 'The exporter cannot read the semaphores',
    detail: [
      `The last collection failed: ${why}. `,
      ...lastGood(status, now),
      ` ${count(failed)} of ${counted(status.collections, 'collection')} failed since start.`,
    ],
    steps: [READ_THE_LOG, mend, step(['Try a collection by hand.'], 'sysvsem-exporter metrics')],
    alert: 'SysvsemCollectionFailing',
  };
}

function lastGood({ lastSuccessAt }: CollectionStatus, now: number): readonly Part[] {
  const at = moment(lastSuccessAt, now);
  return at === null ? ['None has succeeded since start.'] : ['The last good one ended ', at, '.'];
}

/** In words of our own: the failure's message may name files of the machine, which are no client's business. */
const FAILURES: Readonly<Record<FailureReason, { readonly why: string; readonly mend: Step }>> = {
  spawn: {
    why: 'ipcs could not be started',
    mend: step(
      [
        'Install util-linux, name the program with ',
        { code: '--collector.ipcs-path' },
        ', or do without it: ',
        { code: '--collector.source=procfs' },
        '.',
      ],
      'ipcs -s',
    ),
  },
  timeout: {
    why: 'it took longer than it may',
    mend: step(
      ['See how long the listing takes; ', { code: '--collector.timeout' }, ' is what it may take.'],
      'time ipcs -s | wc -l',
    ),
  },
  exit: {
    why: 'ipcs ended with an error',
    mend: step(['See what it says.'], 'LC_ALL=C ipcs -s'),
  },
  output: {
    why: 'ipcs wrote something other than a listing of sets',
    mend: step(['See what it writes.'], 'LC_ALL=C ipcs -s | head'),
  },
  parse: {
    why: 'a listing of sets could not be understood',
    mend: step(['Compare the two listings.'], 'LC_ALL=C ipcs -s | head; head /proc/sysvipc/sem'),
  },
  procfs: {
    why: 'procfs could not be read',
    mend: step(['See whether the kernel’s list can be read.'], 'head /proc/sysvipc/sem'),
  },
  worker: {
    why: 'the thread that collects ended',
    mend: step(
      ['It is started again by itself; where that does not help, restart the exporter.'],
      'systemctl restart sysvsem-exporter',
    ),
  },
};
