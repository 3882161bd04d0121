import type { SetUse } from '../kernel/observed.ts';
import type { SemaphoreSet } from '../kernel/set-table.ts';
import type { Update } from './entry.ts';
import type { Entry } from './ledger.ts';
import { hasMutexShape } from './profiles.ts';
import type { Scene } from './scene.ts';
import type { Verdict } from './shared-verdicts.ts';
import {
  BLOCKER_CLAUSES,
  printable,
  processInWords,
  processesInWords,
  timeInWords,
  useInWords,
} from './sentences.ts';
import type { User } from './users.ts';

/** What a verdict rests on. */
export interface Evidence {
  readonly set: SemaphoreSet;
  /** Null where the semaphores could not be read. */
  readonly use: SetUse | null;
  /** Null where no ledger can be kept: only what is to be seen at this moment counts then. */
  readonly update: Update | null;
  readonly users: readonly User[];
  /** It changed while this observation was made. */
  readonly changing: boolean;
}

/** The verdict of a set: the first row of the table in docs/orphan-proof.md that applies. */
export function verdictOf(evidence: Evidence, scene: Scene, minAgeSeconds: number): Verdict {
  const { set, update } = evidence;
  const inUse = useSentence(evidence);
  const holders = holdersOf(evidence, scene);
  if (inUse !== null) return { state: 'in_use', evidence: inUse, holders };
  if (set.key !== 0) {
    return { state: 'keyed', evidence: 'It has a key, so that any process may attach to it.', holders: [] };
  }
  const doubt = doubtOf(evidence, scene);
  if (doubt !== null || update === null) {
    return {
      state: 'unknown',
      evidence: doubt ?? 'It has not been watched, and one look cannot tell who knows it.',
      holders,
    };
  }
  const { entry } = update;
  const { candidates, sight, extinctSince, imageUse } = entry;
  // All that these verdicts rest on: thousands of sets share it.
  return scene.verdicts.of(candidates, sight, JSON.stringify([extinctSince, imageUse]), () => {
    const held = heldSentence(entry, holders, scene, minAgeSeconds);
    return held === null ? extinctVerdict(entry) : { state: 'held', evidence: held, holders };
  });
}

function extinctVerdict(entry: Entry): Verdict {
  const extinct = extinctSentence(entry);
  const attribution = attributionOf(entry);
  if (attribution !== null) {
    return { state: 'orphaned', evidence: `${extinct} ${attribution}`, holders: [] };
  }
  const since = timeInWords(entry.sight.wallTime);
  return {
    state: 'suspected',
    evidence: `${extinct} Only its shape tells that a program of a profile made it; watched since ${since}.`,
    holders: [],
  };
}

function useSentence({ use, update, users, changing }: Evidence): string | null {
  const [user] = users;
  if (user !== undefined) return useInWords(user);
  const waiters = use?.waiters ?? 0;
  if (waiters > 0) return waiters === 1 ? 'A task waits on it.' : `${waiters} tasks wait on it.`;
  if (changing) return 'It was operated on or changed while it was observed.';
  if (update?.changed === true) return 'It was operated on or changed since the previous observation.';
  return null;
}

function doubtOf({ set, use, update }: Evidence, scene: Scene): string | null {
  const { blockers } = scene.observation;
  if (blockers.length > 0) {
    return `Nothing can be proved, because ${blockers.map((blocker) => BLOCKER_CLAUSES[blocker]).join(', and ')}.`;
  }
  if (use === null) return 'Its semaphores could not be read.';
  if (set.uid === null || set.changedAt === null || set.creatorUid === null)
    return 'Its row could not be read in full.';
  const [opaque] = scene.census.opaque;
  if (opaque !== undefined) {
    const others = scene.census.opaque.length - 1;
    return `It cannot be told who knows it: ${processInWords(opaque)} cannot be read (${opaque.opaque ?? 'its family is unknown'})${others > 0 ? `, nor can ${others} more` : ''}.`;
  }
  const entry = update?.entry;
  // Who was seen using it is its family, whoever else could not be read when it was first seen.
  if (entry?.sight.opaque === true && entry.user === null) {
    return `Processes that could not be read were about when it was first seen, at ${timeInWords(entry.sight.wallTime)}.`;
  }
  if (!hasMutexShape(set) || scene.profilesOfUid(set.uid).length === 0) {
    return 'It is not of the kind that a known profile makes.';
  }
  if (entry?.contested === true) return 'Programs that share no ancestry were seen using it.';
  const foreign = entry?.foreignUse ?? null;
  if (foreign !== null) return `${printable(foreign)}, which is of no profile, was seen using it.`;
  return null;
}

function heldSentence(entry: Entry, holders: readonly number[], scene: Scene, minAge: number): string | null {
  const since = timeInWords(entry.sight.wallTime);
  if (entry.candidates.length > 0) {
    const verb = holders.length === 1 ? 'lives and may know it' : 'live and may know it';
    return `${capital(processesInWords(holders))} ${verb}; watched since ${since}.`;
  }
  const age = scene.observation.startedAt - entry.sight.at;
  if (age >= minAge && scene.number > entry.sight.observation) return null;
  return `No process that could know it lives, but it has been watched only since ${since}.`;
}

function extinctSentence({ extinctSince }: Entry): string {
  const when = extinctSince === null ? '' : ` since ${timeInWords(extinctSince)} at the latest`;
  return `Every process that could know it has been dead${when}.`;
}

function attributionOf({ imageUse, sight }: Entry): string | null {
  if (imageUse !== null)
    return `${printable(imageUse)} was seen using it; watched since ${timeInWords(sight.wallTime)}.`;
  if (!sight.imageAlive || sight.atFirstObservation) return null;
  return `It was first seen while a program of the profile lived, at ${timeInWords(sight.wallTime)}.`;
}

function holdersOf({ update, users }: Evidence, scene: Scene): readonly number[] {
  const candidates = scene.holdersOf(update?.entry.candidates ?? []);
  if (users.every(({ process }) => candidates.includes(process.pid))) return candidates;
  const pids = new Set([...candidates, ...users.map(({ process }) => process.pid)]);
  return [...pids].sort((one, other) => one - other);
}

function capital(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
