import type { SemaphoreSet } from '../kernel/set-table.ts';
import { isDeepStrictEqual } from 'node:util';
import { CandidatePool } from './candidates.ts';
import type { Candidates } from './candidates.ts';
import { takeCensus } from './census.ts';
import type { Census } from './census.ts';
import type { Ledger, Sight } from './ledger.ts';
import { CLOCK_SLACK } from './observation.ts';
import type { ObservedProcess } from '../kernel/observed.ts';
import type { Observation } from './observation.ts';
import { profilesOfOwner } from './profiles.ts';
import type { Profile } from './profiles.ts';
import { SharedVerdicts } from './shared-verdicts.ts';

/** What one observation and the ledger before it say together, asked for each set. */
export class Scene {
  readonly observation: Observation;
  readonly census: Census;
  /** The ledger that this observation continues; null where it is the first. */
  readonly previous: Ledger | null;
  /** Number of this observation. */
  readonly number: number;
  /** Live families → end of the observation that first saw them, boot clock. */
  readonly families: ReadonlyMap<string, number>;
  readonly pool = new CandidatePool();
  readonly verdicts = new SharedVerdicts();
  /** Families that only the present profiles take for images: the ledger's candidates were chosen without them. */
  readonly newImages: Candidates;
  readonly #profiles: readonly Profile[];
  readonly #recent: Candidates;
  readonly #profilesOfUid = new Map<number, readonly string[]>();
  readonly #firstSights = new Map<string, Candidates>();
  readonly #sights = new Map<string, Sight>();
  readonly #holders = new Map<Candidates, readonly number[]>();

  constructor(previous: Ledger | null, observation: Observation, profiles: readonly Profile[]) {
    this.observation = observation;
    this.previous = previous;
    this.number = (previous?.observations ?? 0) + 1;
    this.#profiles = profiles;
    this.census = takeCensus(observation, profiles, previous?.executables ?? new Map());
    this.families = new Map(
      [...this.census.families.keys()].map((family) => [
        family,
        previous?.families.get(family) ?? observation.endedAt,
      ]),
    );
    this.#recent = this.pool.of(this.#recentFamilies());
    this.newImages = this.pool.of(this.#newImageFamilies());
  }

  /** The profiles whose images are candidates after this observation: the former ones until all images could be read. */
  get coveredProfiles(): readonly Profile[] {
    return this.previous !== null && this.census.opaque.length > 0 ? this.previous.profiles : this.#profiles;
  }

  /** Wall clock at the start of the observation, whole seconds. */
  get wallTime(): number {
    return Math.round(this.observation.startedAt + this.observation.bootedAt);
  }

  /** Names of the profiles that may be given sets of the owner `uid`. */
  profilesOfUid(uid: number): readonly string[] {
    let names = this.#profilesOfUid.get(uid);
    if (names === undefined) {
      const owner = this.observation.ownerNames.get(uid);
      names = profilesOfOwner(this.#profiles, uid, owner).map((profile) => profile.name);
      this.#profilesOfUid.set(uid, names);
    }
    return names;
  }

  /** Whether a process is an image of a profile that may be given sets of the owner `uid`. */
  isImageFor(process: ObservedProcess, uid: number): boolean {
    const relevant = this.profilesOfUid(uid);
    return (this.census.profilesOf.get(process) ?? []).some((name) => relevant.includes(name));
  }

  /** Live processes of these families, by pid, ascending. */
  holdersOf(candidates: Candidates): readonly number[] {
    let holders = this.#holders.get(candidates);
    if (holders === undefined) {
      const pids = candidates.flatMap((family) => this.census.families.get(family) ?? []);
      holders = [...new Set(pids)].sort((one, other) => one - other);
      this.#holders.set(candidates, holders);
    }
    return holders;
  }

  /** All families that could hold a set that may have come to be since the previous observation began. */
  firstCandidates({ uid, creatorUid }: SemaphoreSet): Candidates {
    const key = `${uid} ${creatorUid}`;
    let candidates = this.#firstSights.get(key);
    if (candidates === undefined) {
      const { familiesOfUid, imageFamilies } = this.census;
      candidates = this.pool.of([
        ...imageFamilies,
        ...(familiesOfUid.get(uid ?? -1) ?? []),
        // Root makes sets for others; that all of root's programs may know each of them would be no use.
        ...(creatorUid === 0 ? [] : (familiesOfUid.get(creatorUid ?? -1) ?? [])),
        ...this.#recent,
      ]);
      this.#firstSights.set(key, candidates);
    }
    return candidates;
  }

  /**
   * The circumstances under which a set is first seen now. `known` are those of a set that had its id before and may be the
   * same: an image that came later cannot have made that one.
   */
  sight(uid: number | null, known: Sight | null): Sight {
    const { profilesAlive, opaque } = this.census;
    const atFirstObservation = known?.atFirstObservation ?? this.previous === null;
    const imageAlive =
      known?.imageAlive !== false && this.profilesOfUid(uid ?? -1).some((name) => profilesAlive.has(name));
    const key = `${imageAlive} ${atFirstObservation}`;
    let sight = this.#sights.get(key);
    if (sight === undefined) {
      sight = {
        observation: this.number,
        at: this.observation.startedAt,
        wallTime: this.wallTime,
        atFirstObservation,
        imageAlive,
        opaque: opaque.length > 0,
      };
      this.#sights.set(key, sight);
    }
    return sight;
  }

  /**
   * Families that may have begun since the previous observation did. Its scans came after its listing, so that a
   * family they were the first to see may still have made a set which only the present listing shows.
   */
  #recentFamilies(): string[] {
    if (this.previous === null) return [];
    const { families, previous } = this.previous;
    return [...this.families.keys()].filter((family) => {
      const knownAt = families.get(family);
      if (knownAt === undefined) return true;
      const youngest = this.census.youngest.get(family) ?? 0;
      return knownAt > previous.startedAt && youngest >= previous.startedAt - CLOCK_SLACK;
    });
  }

  #newImageFamilies(): string[] {
    if (this.previous === null || isDeepStrictEqual(this.previous.profiles, this.#profiles)) return [];
    const former = takeCensus(this.observation, this.previous.profiles, this.previous.executables);
    return [...this.census.imageFamilies].filter((family) => !former.imageFamilies.has(family));
  }
}
