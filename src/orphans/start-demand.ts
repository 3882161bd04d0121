import type { Candidates } from './candidates.ts';
import type { StartDemand } from './ledger.ts';
import type { Scene } from './scene.ts';
import type { SemaphoreSet } from '../kernel/set-table.ts';

/** A set that is used or held, and by whom. */
export interface LiveSet {
  readonly set: SemaphoreSet;
  readonly candidates: Candidates;
}

/** A running service: one exec family of a profile's images. */
export interface Instance {
  readonly profile: string;
  readonly family: string;
  /** Start of its oldest live process, wall clock, seconds since the epoch. */
  readonly startedAt: number;
  /** Users that its processes run as. */
  readonly uids: ReadonlySet<number>;
}

interface Holding {
  readonly instance: Instance;
  readonly uid: number;
  readonly sets: SemaphoreSet[];
}

/** A launcher makes some sets before it forks the server, whose start is all that is left of it. */
const LAUNCH_SECONDS = 1;
/** A start is over when it has made no set for this long, or has lasted this long. */
const PAUSE_SECONDS = 3;
const START_SECONDS = 10;

/**
 * The start demand after an observation. Only the newest instance that lives counts, only with sets made since its
 * start: what older generations left is not of it. What a reload leaks is not counted either: once the start is
 * over, the number grows only if a single reload makes more sets than the whole start did.
 */
export function learnStartDemand(
  known: readonly StartDemand[],
  live: readonly LiveSet[],
  instances: readonly Instance[],
  scene: Scene,
): readonly StartDemand[] {
  const learned = new Map(known.map((demand) => [keyOf(demand.profile, demand.uid), demand]));
  let changed = false;
  for (const [key, holding] of newestHoldings(live, instances, scene)) {
    const before = learned.get(key) ?? null;
    const after = demandAfter(before, holding, scene);
    if (after === before || after === null) continue;
    learned.set(key, after);
    changed = true;
  }
  return changed ? [...learned.values()] : known;
}

function newestHoldings(
  live: readonly LiveSet[],
  instances: readonly Instance[],
  scene: Scene,
): ReadonlyMap<string, Holding> {
  const newestFirst = [...instances].sort((one, other) => other.startedAt - one.startedAt);
  const instancesOf = new Map<Candidates, readonly Instance[]>();
  const holdings = new Map<string, Holding>();
  for (const { set, candidates } of live) {
    const { uid, changedAt } = set;
    if (uid === null || changedAt === null) continue;
    let holding = instancesOf.get(candidates);
    if (holding === undefined) {
      holding = newestFirst.filter(({ family }) => candidates.includes(family));
      instancesOf.set(candidates, holding);
    }
    for (const instance of holding) {
      if (changedAt < Math.floor(instance.startedAt - LAUNCH_SECONDS)) continue;
      // A set that another user made beside it is held by it too, as far as one can tell, but is none of its own.
      if (!instance.uids.has(uid) || !scene.profilesOfUid(uid).includes(instance.profile)) continue;
      const key = keyOf(instance.profile, uid);
      const newest = holdings.get(key);
      if (newest?.instance === instance) newest.sets.push(set);
      else if (newest === undefined || newest.instance.startedAt < instance.startedAt)
        holdings.set(key, { instance, uid, sets: [set] });
    }
  }
  return holdings;
}

function demandAfter(known: StartDemand | null, holding: Holding, scene: Scene): StartDemand | null {
  const { instance, uid, sets } = holding;
  if (known?.family === instance.family) {
    return known.starting === null ? reloaded(known, sets) : started(known, known.starting, holding, scene);
  }
  // What is replaced must have been there at two observations: `apachectl` runs the same program for a moment.
  if (known !== null && scene.previous?.families.has(instance.family) !== true) return known;
  const starting = isOver(holding, scene) ? null : sets.map((set) => set.semid);
  const { profile, family } = instance;
  return { profile, uid, sets: starting === null ? firstAndLast(sets) : sets.length, family, starting };
}

/** An instance whose start has been seen to its end: only a single larger burst can mean a larger need. */
function reloaded(known: StartDemand, sets: readonly SemaphoreSet[]): StartDemand {
  const latest = latestChange(sets);
  const burst = sets.filter((set) => set.changedAt === latest).length;
  return burst > known.sets ? { ...known, sets: burst } : known;
}

function started(
  known: StartDemand,
  starting: readonly number[],
  holding: Holding,
  scene: Scene,
): StartDemand {
  const { instance, sets } = holding;
  const present = new Set(sets.map((set) => set.semid));
  // A set of the start is gone: the server has reloaded, and what was counted before is the start.
  if (starting.some((semid) => !present.has(semid))) return { ...known, starting: null };
  const over = isOver(holding, scene);
  if (!over && present.size === starting.length) return known;
  const end = instance.startedAt + START_SECONDS;
  const ofStart = sets.filter((set) => (set.changedAt ?? 0) <= end).length;
  return { ...known, sets: Math.max(known.sets, ofStart), starting: over ? null : [...present] };
}

/** Sets of an instance that was there before the exporter: those of its start, and those of its last reload. */
function firstAndLast(sets: readonly SemaphoreSet[]): number {
  const earliest = sets.reduce(
    (least, set) => Math.min(least, set.changedAt ?? least),
    Number.POSITIVE_INFINITY,
  );
  const latest = latestChange(sets);
  return sets.filter(
    ({ changedAt }) => (changedAt ?? 0) <= earliest + START_SECONDS || (changedAt ?? 0) >= latest - 1,
  ).length;
}

function isOver({ instance, sets }: Holding, scene: Scene): boolean {
  const now = scene.wallTime;
  return now - latestChange(sets) >= PAUSE_SECONDS || now - instance.startedAt >= START_SECONDS;
}

function latestChange(sets: readonly SemaphoreSet[]): number {
  return sets.reduce((latest, set) => Math.max(latest, set.changedAt ?? 0), 0);
}

function keyOf(profile: string, uid: number): string {
  return `${uid} ${profile}`;
}
