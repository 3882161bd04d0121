import type { SemaphoreSet } from '../kernel/set-table.ts';
import type { SetUse } from '../kernel/observed.ts';
import { updatedEntry } from './entry.ts';
import type { Update } from './entry.ts';
import { continues } from './ledger.ts';
import type { Entry, Ledger } from './ledger.ts';
import type { Observation } from './observation.ts';
import { operationWindow } from './operation.ts';
import { hasMutexShape, isNamedAsImage } from './profiles.ts';
import type { Profile } from './profiles.ts';
import { isReadInFull, rowsInBoth } from './rows.ts';
import { Scene } from './scene.ts';
import { learnStartDemand } from './start-demand.ts';
import type { Instance, LiveSet } from './start-demand.ts';
import { usersOf } from './users.ts';
import { verdictOf } from './verdict.ts';
import type { Verdict } from './shared-verdicts.ts';

/** What an observation is judged by. */
export interface Rule {
  readonly profiles: readonly Profile[];
  /** `--orphans.min-age`, seconds. */
  readonly minAgeSeconds: number;
}

/** A set that was judged, as it was when it was. */
export interface JudgedEvidence {
  readonly set: SemaphoreSet;
  /** Null where the semaphores could not be read. */
  readonly use: SetUse | null;
  readonly verdict: Verdict;
}

/** The outcome of one observation. */
export interface Judged {
  /** The ledger to give to the next observation; null while there is none. */
  readonly ledger: Ledger | null;
  /** By semid; a set that is not in both listings has no verdict. */
  readonly sets: ReadonlyMap<number, JudgedEvidence>;
  /** Sets that became `orphaned` in this observation. */
  readonly newlyOrphaned: readonly SemaphoreSet[];
}

/**
 * Judges all sets of an observation and carries the ledger on. A ledger of another boot or IPC namespace counts for
 * nothing. While a precondition of a proof is missing, or the listing lacks what only the kernel's own tells, the ledger
 * stays as it is, as if nobody had looked.
 */
export function judge(ledger: Ledger | null, observation: Observation, rule: Rule): Judged {
  const previous = ledger !== null && continues(ledger, observation) ? ledger : null;
  const scene = new Scene(previous, observation, rule.profiles);
  return observation.blockers.length === 0 && isReadInFull(observation.before)
    ? watch(previous, scene, rule)
    : glance(previous, scene, rule);
}

/** Judges without a ledger, where nothing will be watched: only `in_use`, `keyed` and `unknown` can be told. */
export function judgeOnce(observation: Observation, rule: Rule): Judged {
  return glance(null, new Scene(null, observation, rule.profiles), rule);
}

function watch(previous: Ledger | null, scene: Scene, rule: Rule): Judged {
  const entries = new Map<number, Entry>();
  const sets = new Map<number, JudgedEvidence>();
  const newlyOrphaned: SemaphoreSet[] = [];
  const live: LiveSet[] = [];
  let changed = false;
  for (const { set, use, changing } of rowsInBoth(scene.observation)) {
    const earlier = previous?.entries.get(set.semid) ?? null;
    const update = updatedEntry(earlier, set, use, scene);
    const evidence = judged({ set, use, update, users: update.users, changing }, scene, rule);
    const entry = counted(update, evidence.verdict);
    if (entry !== update.entry) newlyOrphaned.push(set);
    changed ||= entry !== earlier;
    entries.set(set.semid, entry);
    sets.set(set.semid, evidence);
    const { state } = evidence.verdict;
    if ((state === 'in_use' || state === 'held') && hasMutexShape(set))
      live.push({ set, candidates: entry.candidates });
  }
  const { bootId, ipcNamespace, startedAt, endedAt, bootedAt } = scene.observation;
  const known = previous?.startDemand ?? [];
  const startDemand = learnStartDemand(known, live, instancesIn(scene, rule.profiles), scene);
  changed ||= startDemand !== known || entries.size !== previous?.entries.size;
  const ledger: Ledger = {
    bootId,
    ipcNamespace,
    observations: scene.number,
    previous: { startedAt, endedAt, bootedAt },
    families: scene.families,
    executables: scene.census.executables,
    profiles: scene.coveredProfiles,
    entries,
    startDemand,
    revision: (previous?.revision ?? 0) + (changed ? 1 : 0),
  };
  return { ledger, sets, newlyOrphaned };
}

/** Judges without a ledger: only what is to be seen at this moment. */
function glance(previous: Ledger | null, scene: Scene, rule: Rule): Judged {
  const sets = new Map<number, JudgedEvidence>();
  for (const { set, use, changing } of rowsInBoth(scene.observation)) {
    const { endedAt, bootedAt } = scene.observation;
    const operation = operationWindow(null, set, use, { endedAt, bootedAt, previous: null });
    const users = usersOf(set, use, operation, scene);
    sets.set(set.semid, judged({ set, use, update: null, users, changing }, scene, rule));
  }
  return { ledger: previous, sets, newlyOrphaned: [] };
}

function judged(evidence: Parameters<typeof verdictOf>[0], scene: Scene, rule: Rule): JudgedEvidence {
  return { set: evidence.set, use: evidence.use, verdict: verdictOf(evidence, scene, rule.minAgeSeconds) };
}

function counted({ entry }: Update, { state }: Verdict): Entry {
  return state === 'orphaned' && !entry.counted ? { ...entry, counted: true } : entry;
}

/** Running services: families whose processes go by the name of an image. A tool that maps its libraries is none. */
function instancesIn({ observation }: Scene, profiles: readonly Profile[]): Instance[] {
  const instances = new Map<string, Instance>();
  for (const process of observation.processes) {
    const { family } = process;
    if (family === null || !process.ipcNamespaces.includes(observation.ipcNamespace)) continue;
    const startedAt = process.startTicks / observation.ticksPerSecond + observation.bootedAt;
    for (const profile of profiles) {
      if (!isNamedAsImage(profile, process)) continue;
      const key = `${profile.name} ${family}`;
      const known = instances.get(key);
      instances.set(key, {
        profile: profile.name,
        family,
        startedAt: Math.min(known?.startedAt ?? startedAt, startedAt),
        uids: new Set([...(known?.uids ?? []), ...process.uids]),
      });
    }
  }
  return [...instances.values()];
}
