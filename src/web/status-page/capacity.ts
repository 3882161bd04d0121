import type { Snapshot } from '../../collector/snapshot.ts';
import { plain } from './words.ts';

/** One of the two things that run out, against its limit. */
export interface Resource {
  readonly kind: 'sets' | 'semaphores';
  /** The kernel's name of the limit. */
  readonly limitName: 'SEMMNI' | 'SEMMNS';
  readonly used: number;
  /** As the kernel has it: may be 0, negative, or less than what is used; null where it could not be read. */
  readonly limit: number | null;
  /** What is left, never negative; null where the limit could not be read. */
  readonly free: number | null;
}

/** How often a service can still start. */
export interface StartCapacity {
  /** Such as `apache (www-data)`. */
  readonly service: string;
  /** Sets that one start needs; 0 is possible. */
  readonly demand: number;
  /** Null where a limit could not be read, or where a start needs nothing. */
  readonly remaining: number | null;
  /** What runs out first; null where `remaining` is. */
  readonly limitedBy: Resource | null;
}

/** Sets and semaphores against their limits. */
export function resources(snapshot: Snapshot): readonly [Resource, Resource] {
  const { totals, limits } = snapshot;
  return [
    resource('sets', 'SEMMNI', totals.sets, limits?.sets ?? null),
    resource('semaphores', 'SEMMNS', totals.semaphores, limits?.semaphores ?? null),
  ];
}

function resource(
  kind: Resource['kind'],
  limitName: Resource['limitName'],
  used: number,
  limit: number | null,
): Resource {
  return { kind, limitName, used, limit, free: limit === null ? null : Math.max(0, limit - used) };
}

/**
 * Starts that remain of each service, the fewest first. One start takes `demand` sets of one semaphore each, so
 * that the scarcer of the two resources decides.
 */
export function startCapacities(
  startDemand: Snapshot['startDemand'],
  [sets, semaphores]: readonly [Resource, Resource],
): readonly StartCapacity[] {
  const scarcer = (semaphores.free ?? 0) < (sets.free ?? 0) ? semaphores : sets;
  const { free } = scarcer;
  const known = sets.free !== null && semaphores.free !== null && free !== null;
  return startDemand
    .map(({ profile, owner, sets: demand }) => {
      const service = `${plain(profile, 40)} (${plain(owner, 40)})`;
      if (!known || demand <= 0) return { service, demand, remaining: null, limitedBy: null };
      return { service, demand, remaining: Math.floor(free / demand), limitedBy: scarcer };
    })
    .sort((a, b) => (a.remaining ?? Infinity) - (b.remaining ?? Infinity));
}
