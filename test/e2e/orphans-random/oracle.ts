import { vi } from 'vitest';
import type { Family } from './families.ts';
import type { KnownSets, MadeSet } from './known-sets.ts';

/** A set as `GET /api/v1/sets` tells it, as far as the oracle looks at it. */
export interface ToldSet {
  readonly semid: number;
  readonly uid: number;
  readonly gid: number;
  readonly creatorUid: number;
  readonly changedAt: string;
  readonly state: string;
  readonly evidence: string;
  readonly holders: readonly number[];
}

/** What became of one set: its maker, and what the exporter said of it. */
interface SetRecord {
  readonly family: Family;
  readonly made: MadeSet | null;
  /** Its maker lived throughout the observation that first showed it, and is one whose sets can be proved. */
  readonly watched: boolean;
  /** End of the last observation that could not tell it from a new set, because times count whole seconds. */
  newUntil: number;
  /** Observations that began after its last holder was gone. */
  observedDead: number;
  /** `observedDead` when it was called an orphan; null until then. */
  provenAfter: number | null;
  /** Why it may go without proof; null where it may not. */
  excuse: string | null;
}

/** How many sets were judged, and how. */
export interface Account {
  readonly observations: number;
  /** Verdicts about sets that a live process may know: none of them may be `orphaned`. */
  readonly verdictsOfLive: number;
  readonly sets: number;
  readonly watchedOrphans: number;
  /** Number of observations after the last holder's end → sets that were proved in that one. */
  readonly provenAfter: Readonly<Record<number, number>>;
  /** Sets that were proved later, when what excused the delay was over. */
  readonly provenLater: number;
  /** Why watched orphans went without proof to the end → how many. */
  readonly excused: Readonly<Record<string, number>>;
  readonly unattributed: number;
}

/** The exporter has this many observations to prove an orphan whose maker was watched. */
const OBSERVATIONS = 3;

/** By how much the exporter's start of an observation, and the kernel's stamps, may lie off ours. */
const CLOCK_SLACK_MS = 200;

/**
 * Knows which sets are in use, because it was told by those who make them and by the kernel which families live. It
 * uses nothing that the exporter goes by.
 */
export class Oracle {
  readonly #sets: KnownSets;
  /** Of our processes: the family that they began in. Undefined for all others of the machine. */
  readonly #familyOf: (pid: number) => Family | undefined;
  /** Ids of sets that change once more after their last holder is gone. */
  readonly #owed = new Set<number>();
  readonly #records = new Map<string, SetRecord>();
  /** Wall clock at the start of the previous observation, milliseconds. */
  #previousAt = 0;
  #observations = 0;
  #verdictsOfLive = 0;
  #unattributed = 0;

  constructor(sets: KnownSets, familyOf: (pid: number) => Family | undefined) {
    this.#sets = sets;
    this.#familyOf = familyOf;
  }

  /** A process calls exec and owes this set an undo, which the kernel makes good when it ends under its new program. */
  owes(semid: number): void {
    this.#owed.add(semid);
  }

  /** Compares what an observation told that began then, and has just ended, with the truth. Throws where it is wrong. */
  async compare(sets: readonly ToldSet[], beganAt: number): Promise<void> {
    const now = performance.now();
    const previousAt = this.#previousAt;
    this.#previousAt = Date.now() - (now - beganAt);
    this.#observations++;
    for (const set of sets) {
      // One that was removed or made during the observation may have been told of as either.
      if (this.#sets.movedAt(set.semid) >= beganAt) continue;
      const family = this.#sets.makerOf(set);
      if (family === undefined) {
        this.#unattributed++;
        continue;
      }
      const record = this.#recordOf(set, family, beganAt);
      // A change in the second of the previous observation may have made a new set, whose watch begins anew.
      const maybeNew = Date.parse(set.changedAt) + 1000 + CLOCK_SLACK_MS > previousAt;
      if (maybeNew) record.newUntil = now;
      if (this.#sets.isLive(set)) await this.#expectNoOrphan(set, record);
      else if (family.endedAt !== null && family.endedAt < beganAt && !maybeNew)
        this.#expectProof(set, record, family.endedAt);
    }
  }

  /** What has been judged so far. */
  account(): Account {
    const records = [...this.#records.values()];
    const orphans = records.filter(({ watched, observedDead }) => watched && observedDead > 0);
    const times = orphans.flatMap(({ provenAfter }) => provenAfter ?? []);
    return {
      observations: this.#observations,
      verdictsOfLive: this.#verdictsOfLive,
      sets: records.length,
      watchedOrphans: orphans.length,
      provenAfter: counted(times.filter((time) => time <= OBSERVATIONS)),
      provenLater: times.filter((time) => time > OBSERVATIONS).length,
      excused: counted(
        orphans.flatMap(({ provenAfter, excuse, observedDead }) =>
          provenAfter === null && observedDead >= OBSERVATIONS ? (excuse ?? 'none') : [],
        ),
      ),
      unattributed: this.#unattributed,
    };
  }

  #recordOf(set: ToldSet, family: Family, beganAt: number): SetRecord {
    const made = this.#sets.madeAs(set.semid) ?? null;
    const key = `${set.semid} ${family.number} ${made?.serial ?? 'apache'}`;
    let record = this.#records.get(key);
    if (record === undefined) {
      const watched = family.image && family.alive && family.bornAt < beganAt;
      record = { family, made, watched, newUntil: 0, observedDead: 0, provenAfter: null, excuse: null };
      this.#records.set(key, record);
    }
    return record;
  }

  async #expectNoOrphan(set: ToldSet, { family, made }: SetRecord): Promise<void> {
    this.#verdictsOfLive++;
    const mayBeSuspected = made?.againstA0 === true;
    if (set.state !== 'orphaned' && (set.state !== 'suspected' || mayBeSuspected)) return;
    // The news of its end may still be on its way.
    await vi.waitFor(
      () => {
        if (!this.#sets.isLive(set)) return;
        const maker = `family ${family.number} (${family.what})`;
        throw new Error(
          `FALSE ORPHAN: ${maker} lives, or it has a key, and this is known: ${JSON.stringify(set)}; ${JSON.stringify(made)}`,
        );
      },
      { timeout: 2000, interval: 20 },
    );
  }

  #expectProof(set: ToldSet, record: SetRecord, endedAt: number): void {
    record.observedDead++;
    if (set.state === 'orphaned') record.provenAfter ??= record.observedDead;
    if (!record.watched || record.observedDead < OBSERVATIONS) return;
    record.excuse = set.state === 'orphaned' ? null : this.#excuse(set, record, endedAt);
    if (set.state === 'orphaned' || record.excuse !== null) return;
    throw new Error(
      `NO PROOF after ${record.observedDead} observations: all of family ${record.family.number} (${record.family.what}) are gone, but ${JSON.stringify(set)}`,
    );
  }

  /** Why a proof may fail to come though nobody knows the set; null where nothing excuses that. */
  #excuse(
    { semid, state, evidence, holders }: ToldSet,
    { made, newUntil }: SetRecord,
    endedAt: number,
  ): string | null {
    if (this.#sets.wasDisturbed(semid)) return 'a stranger changed it';
    if (state === 'unknown' && /could not be read|cannot be read|may not read/.test(evidence))
      return 'a process cannot be read';
    if (state === 'suspected' && newUntil > endedAt) return 'its maker died in the second of its last change';
    // What was doubtful of the set that had its id before stays so, for it may still be that set.
    const doubtful = state === 'suspected' || isContested(evidence);
    if (doubtful && made?.reused === true) return 'an id that had another set before';
    // The undo is made in the name of the new program, which may be seen while it ends.
    if ((state === 'in_use' || isContested(evidence)) && this.#owed.has(semid)) return 'an undo after exec';
    if ((state !== 'held' && state !== 'in_use') || holders.length === 0) return null;
    const ours = holders.flatMap((pid) => this.#familyOf(pid) ?? []);
    // Who began after the last holder's end, when the set was not new any more, is no candidate.
    if (ours.some(({ since }) => since > Math.max(endedAt, newUntil))) return null;
    return ours.length > 0 ? 'another candidate of ours lives' : 'another candidate of the machine lives';
  }
}

function isContested(evidence: string): boolean {
  return evidence.startsWith('Programs that share no ancestry');
}

function counted(values: readonly (string | number)[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}
