import { INIT_PID } from './observation.ts';
import type { ObservedProcess } from '../kernel/observed.ts';
import type { Observation } from './observation.ts';
import { isImage, knownExecutables } from './profiles.ts';
import type { KnownExecutables, Profile } from './profiles.ts';

/** The processes of one observation, ordered by what the ledger asks of them. */
export interface Census {
  /** All entries of a pid: more than one where it was two things in the two scans. */
  readonly byPid: ReadonlyMap<number, readonly ObservedProcess[]>;
  /** Live exec families of all IPC namespaces → their pids, ascending. Pid 1 and the exporter belong to none. */
  readonly families: ReadonlyMap<string, readonly number[]>;
  /** Family → start of its youngest member, boot clock. */
  readonly youngest: ReadonlyMap<string, number>;
  /** Families with a member in this IPC namespace that is an image of any profile. */
  readonly imageFamilies: ReadonlySet<string>;
  /** Uid → families with a member in this IPC namespace that carries it. */
  readonly familiesOfUid: ReadonlyMap<number, ReadonlySet<string>>;
  /** Names of the profiles that have an image in this IPC namespace. */
  readonly profilesAlive: ReadonlySet<string>;
  /** Process → names of the profiles it is an image of. */
  readonly profilesOf: ReadonlyMap<ObservedProcess, readonly string[]>;
  /** Sets of this IPC namespace → the processes of which a task blocks on it. */
  readonly blocked: ReadonlyMap<number, readonly ObservedProcess[]>;
  /** Processes that could not be read. */
  readonly opaque: readonly ObservedProcess[];
  readonly executables: KnownExecutables;
}

/** The processes of an observation in order. */
export function takeCensus(
  observation: Observation,
  profiles: readonly Profile[],
  known: KnownExecutables,
): Census {
  const executables = knownExecutables(profiles, observation.processes, known);
  const byPid = new Map<number, ObservedProcess[]>();
  const pidsOf = new Map<string, Set<number>>();
  const youngest = new Map<string, number>();
  const imageFamilies = new Set<string>();
  const familiesOfUid = new Map<number, Set<string>>();
  const profilesAlive = new Set<string>();
  const profilesOf = new Map<ObservedProcess, readonly string[]>();
  const blocked = new Map<number, ObservedProcess[]>();
  const opaque: ObservedProcess[] = [];

  for (const process of observation.processes) {
    if (process.pid === observation.ownPid) continue;
    grouped(byPid, process.pid).push(process);
    for (const call of process.blockedOn)
      if (call.ipcNamespace === observation.ipcNamespace) grouped(blocked, call.semid).push(process);
    if (process.pid === INIT_PID) continue;
    if (process.opaque !== null || process.family === null) opaque.push(process);
    if (process.family !== null) {
      numbered(pidsOf, process.family).add(process.pid);
      const startedAt = process.startTicks / observation.ticksPerSecond;
      youngest.set(process.family, Math.max(youngest.get(process.family) ?? 0, startedAt));
    }

    const images = profiles.filter((profile) => isImage(profile, process, executables));
    if (images.length > 0)
      profilesOf.set(
        process,
        images.map((profile) => profile.name),
      );
    if (!process.ipcNamespaces.includes(observation.ipcNamespace)) continue;
    for (const { name } of images) profilesAlive.add(name);
    if (process.family === null) continue;
    if (images.length > 0) imageFamilies.add(process.family);
    for (const uid of process.uids) numbered(familiesOfUid, uid).add(process.family);
  }
  const families = new Map(
    [...pidsOf].map(([family, pids]) => [family, [...pids].sort((one, other) => one - other)]),
  );
  return {
    byPid,
    families,
    youngest,
    imageFamilies,
    familiesOfUid,
    profilesAlive,
    profilesOf,
    blocked,
    opaque,
    executables,
  };
}

function grouped<Key, Value>(groups: Map<Key, Value[]>, key: Key): Value[] {
  const group = groups.get(key) ?? [];
  if (group.length === 0) groups.set(key, group);
  return group;
}

function numbered<Key, Value>(groups: Map<Key, Set<Value>>, key: Key): Set<Value> {
  let group = groups.get(key);
  if (group === undefined) groups.set(key, (group = new Set<Value>()));
  return group;
}
