import type { Snapshot } from '../../collector/snapshot.ts';
import type { SemaphoreLimits } from '../../kernel/limits.ts';
import type { Resource, StartCapacity } from './capacity.ts';
import { READ_THE_LOG, step } from './finding.ts';
import type { Finding, Step } from './finding.ts';
import { count, counted, share } from './words.ts';

/** Shares of a limit from which it is near, as the alerts have them. */
const NEAR = { warning: 0.8, critical: 0.9 } as const;

/** Most sets that the kernel takes for SEMMNI (ipc/util.h: IPCMNI), and most semaphores for SEMMNS (an int). */
const HIGHEST = { sets: 32_768, semaphores: 2_147_483_647 } as const;

/** Limits that a distribution without a reason of its own ships; a raise goes at least that far. */
const USUAL = { sets: 128, semaphores: 32_000 } as const;

/**
 * What there is to say about the limits: exhausted, too little for a start, near, or unreadable; null where there
 * is room. The thresholds are those of the alerts SysvsemSetsNearLimit, SysvsemSemaphoresNearLimit and
 * SysvsemApacheStartAtRisk.
 */
export function limitFinding(
  snapshot: Snapshot,
  both: readonly [Resource, Resource],
  starts: readonly StartCapacity[],
): Finding | null {
  const { limits } = snapshot;
  if (limits === null) return unreadable(both[0]);
  const full = both.filter(({ free }) => free === 0);
  if (full.length > 0) {
    return {
      severity: 'critical',
      label: 'Exhausted',
      headline: 'No new semaphore set can be made',
      detail: [
        ...full.map((resource) => `${usage(resource)} `),
        'A program that needs one fails with “No space left on device” (errno 28); the disk is not the cause.',
      ],
      steps: raise(limits, full),
      alert: alertOf(full[0] ?? both[0]),
    };
  }
  return (
    startRisk('critical', limits, starts) ??
    near('critical', limits, both) ??
    startRisk('warning', limits, starts) ??
    near('warning', limits, both)
  );
}

function unreadable(sets: Resource): Finding {
  return {
    severity: 'warning',
    label: 'Limits unknown',
    headline: 'The kernel’s limits cannot be read',
    detail: [`${counted(sets.used, 'set')} in use; how many more fit is not known.`],
    steps: [READ_THE_LOG],
    alert: 'SysvsemCollectionFailing',
  };
}

/** A service of which less than one start, or less than three, remains. */
function startRisk(
  severity: keyof typeof NEAR,
  limits: SemaphoreLimits,
  starts: readonly StartCapacity[],
): Finding | null {
  const atRisk = starts.find(({ demand, limitedBy }) => {
    if (limitedBy?.free === null || limitedBy?.limit === null || limitedBy === null) return false;
    const least = severity === 'critical' ? demand : Math.min(3 * demand, limitedBy.limit / 2);
    return limitedBy.free < least;
  });
  if (atRisk?.limitedBy === null || atRisk === undefined) return null;
  const { service, demand, limitedBy } = atRisk;
  const remaining = atRisk.remaining ?? 0;
  return {
    severity,
    label: severity === 'critical' ? 'Start would fail' : 'Start at risk',
    headline:
      remaining === 0
        ? `The next start of ${service} would fail`
        : `${counted(remaining, 'start')} of ${service} ${remaining === 1 ? 'remains' : 'remain'}`,
    detail: [`One start needs ${counted(demand, 'set')}. ${usage(limitedBy)}`],
    steps: raise(limits, [limitedBy]),
    alert: 'SysvsemApacheStartAtRisk',
  };
}

function near(
  severity: keyof typeof NEAR,
  limits: SemaphoreLimits,
  both: readonly Resource[],
): Finding | null {
  const close = both.filter(({ used, limit }) => limit !== null && used >= NEAR[severity] * limit);
  const [first] = close;
  if (first === undefined || first.limit === null) return null;
  return {
    severity,
    label: 'Near the limit',
    headline: `${share(first.used, first.limit) ?? ''} of the ${first.kind} are in use`,
    detail: [close.map(usage).join(' ')],
    steps: raise(limits, close),
    alert: alertOf(first),
  };
}

/** How much of a resource is used, one sentence, also where the limit is a strange one. */
function usage({ kind, limitName, used, limit, free }: Resource): string {
  if (limit === null || free === null) return `${count(used)} ${kind} are in use.`;
  if (limit <= 0) {
    return `The limit of ${kind} (${limitName}) is ${count(limit)}: the kernel refuses every new set.`;
  }
  if (used > limit) {
    return `${count(used)} ${kind} are in use, more than the limit (${limitName}) of ${count(limit)}, which was lowered since.`;
  }
  return `${count(used)} of ${count(limit)} ${kind} are in use, ${free === 0 ? 'none is' : `${count(free)} ${free === 1 ? 'is' : 'are'}`} free.`;
}

function raise(limits: SemaphoreLimits, scarce: readonly Resource[]): readonly Step[] {
  const sets = scarce.find(({ kind }) => kind === 'sets');
  const semaphores = scarce.find(({ kind }) => kind === 'semaphores');
  const raised = {
    sets: sets ? doubled(sets) : limits.sets,
    semaphores: semaphores ? doubled(semaphores) : limits.semaphores,
  };
  const look = step(['See who holds the sets.'], 'sysvsem-exporter list');
  if (raised.sets === limits.sets && raised.semaphores === limits.semaphores) {
    return [
      look,
      step(['The limit is the highest that the kernel takes: some program must let go of its sets.']),
    ];
  }
  const capped = (sets && raised.sets === HIGHEST.sets) ?? false;
  const values = [limits.semaphoresPerSet, raised.semaphores, limits.operationsPerCall, raised.sets];
  return [
    look,
    step(
      [
        'If they are all needed, raise the limit. It holds until the next boot; a file in ',
        { code: '/etc/sysctl.d' },
        ` keeps it.${capped ? ' The kernel takes no more sets than this.' : ''}`,
      ],
      `sysctl -w kernel.sem="${values.join(' ')}"`,
    ),
  ];
}

function doubled({ kind, used, limit }: Resource): number {
  const wanted = Math.max(2 * Math.max(used, limit ?? 0), USUAL[kind]);
  return Math.max(Math.min(wanted, HIGHEST[kind]), limit ?? 0);
}

function alertOf({ kind }: Resource): string {
  return kind === 'sets' ? 'SysvsemSetsNearLimit' : 'SysvsemSemaphoresNearLimit';
}
