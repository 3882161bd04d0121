import type { SetUse } from '../kernel/observed.ts';
import type { SemaphoreSet } from '../kernel/set-table.ts';
import type { Entry } from './ledger.ts';
import { CLOCK_SLACK } from './observation.ts';
import { hasChanged, operationWindow } from './operation.ts';
import type { Scene } from './scene.ts';
import type { User } from './users.ts';
import { usersOf } from './users.ts';

/** An entry after an observation, and what the observation saw of the set's use. */
export interface Update {
  readonly entry: Entry;
  readonly users: readonly User[];
  /** The set shows other times, values or last pids than at the previous observation. */
  readonly changed: boolean;
}

/** Whether two rows are of one set, as far as what never changes of a set can tell. */
function isSameSet(one: SemaphoreSet, other: SemaphoreSet): boolean {
  return (
    one.semid === other.semid &&
    one.key === other.key &&
    one.creatorUid === other.creatorUid &&
    one.creatorGid === other.creatorGid &&
    one.semaphores === other.semaphores
  );
}

/** The entry of a set after an observation; `earlier` is null for one that has none. */
export function updatedEntry(
  earlier: Entry | null,
  set: SemaphoreSet,
  use: SetUse | null,
  scene: Scene,
): Update {
  const known = earlier !== null && isSameSet(earlier.set, set) ? earlier : null;
  const changed = known !== null && hasChanged(known, set, use);
  const renewed = known === null || mayBeReplaced(known.set, set, scene);
  const clocks = {
    endedAt: scene.observation.endedAt,
    bootedAt: scene.observation.bootedAt,
    previous: scene.previous?.previous ?? null,
  };
  const watched: Entry = renewed
    ? firstSeen(known, set, use, scene, operationWindow(known, set, use, clocks))
    : withSurvivors(known, scene);
  const reread: Entry =
    !renewed && (changed || (watched.use === null) !== (use === null))
      ? { ...watched, set, use, operation: operationWindow(known, set, use, clocks) }
      : watched;
  const users = usersOf(set, use, reread.operation, scene);
  const used = users.length === 0 ? reread : withUsers(reread, users, scene);
  return { entry: withExtinction(used, scene), users, changed };
}

/**
 * Whether another set may have taken the place of this one since the previous observation began. Times count
 * whole seconds, and a clock that was set back repeats some of them.
 */
function mayBeReplaced(before: SemaphoreSet, now: SemaphoreSet, scene: Scene): boolean {
  const previous = scene.previous?.previous;
  if (previous === undefined) return true;
  const offset = Math.min(previous.bootedAt, scene.observation.bootedAt);
  const second = Math.floor(previous.startedAt + offset - CLOCK_SLACK);
  return (
    before.changedAt !== now.changedAt ||
    before.uid !== now.uid ||
    before.gid !== now.gid ||
    before.mode !== now.mode ||
    (now.changedAt ?? second) >= second
  );
}

/** An entry that begins now; what an earlier set of the same id was known to is kept, in case it is still that set. */
function firstSeen(
  known: Entry | null,
  set: SemaphoreSet,
  use: SetUse | null,
  scene: Scene,
  operation: Entry['operation'],
): Entry {
  const first = scene.firstCandidates(set);
  return {
    set,
    use,
    sight: scene.sight(set.uid, known?.sight ?? null),
    candidates: known === null ? first : scene.pool.union(withSurvivors(known, scene).candidates, first),
    user: null,
    imageUse: null,
    foreignUse: null,
    // Should it still be that set, who else knows it cannot be told.
    contested: known?.contested ?? false,
    operation,
    extinctSince: null,
    counted: false,
  };
}

/**
 * Those of an entry's candidates that live, and what other profiles than before make one. While a process is opaque, it
 * may belong to any family: none is taken for dead.
 */
function withSurvivors(entry: Entry, scene: Scene): Entry {
  const surviving =
    scene.census.opaque.length > 0
      ? entry.candidates
      : scene.pool.surviving(entry.candidates, scene.census.families);
  // Once its user is known, so is the one family that all holders are of.
  const candidates = entry.user === null ? scene.pool.union(surviving, scene.newImages) : surviving;
  return candidates === entry.candidates ? entry : { ...entry, candidates };
}

function withUsers(entry: Entry, users: readonly User[], scene: Scene): Entry {
  let { candidates, user, imageUse, foreignUse, contested } = entry;
  for (const { process, certain } of users) {
    const { family } = process;
    if (family === null) continue;
    if (!certain) {
      candidates = scene.pool.union(candidates, scene.pool.of([family]));
      continue;
    }
    if (scene.isImageFor(process, entry.set.uid ?? -1)) imageUse ??= process.comm;
    else foreignUse ??= process.comm;
    if ((user ?? family) === family && candidates.includes(family)) {
      user = family;
      if (candidates.length > 1) candidates = scene.pool.of([family]);
    } else {
      contested = true;
      candidates = scene.pool.union(candidates, scene.pool.of([family]));
    }
  }
  const same =
    candidates === entry.candidates &&
    user === entry.user &&
    imageUse === entry.imageUse &&
    foreignUse === entry.foreignUse &&
    contested === entry.contested;
  return same ? entry : { ...entry, candidates, user, imageUse, foreignUse, contested };
}

function withExtinction(entry: Entry, scene: Scene): Entry {
  const extinct = entry.candidates.length === 0;
  if (extinct === (entry.extinctSince !== null)) return entry;
  return { ...entry, extinctSince: extinct ? scene.wallTime : null };
}
