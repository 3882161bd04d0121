import { familyOfGroup } from './apaches.ts';
import type { Families, Family } from './families.ts';

/** A set that a daemon said it made. */
export interface MadeSet {
  readonly semid: number;
  readonly uid: number;
  readonly family: Family;
  /** Another set had this id before. */
  readonly reused: boolean;
  /** Its maker is one that assumption A0 excludes; it was made while no image was about. */
  readonly againstA0: boolean;
  /** It has a key, so that anybody may come and use it, also when its maker is gone. */
  readonly keyed: boolean;
  readonly madeAt: number;
  /** Tells it from another set of the same id and maker. */
  readonly serial: number;
}

/** What tells whose a set is. */
export type SetName = Readonly<Record<'semid' | 'gid', number>>;

/**
 * Whose sets are whose: daemons tell what they make, and each Apache's have a group of their own. All times are
 * milliseconds of `performance.now()`.
 */
export class KnownSets {
  readonly #families: Families;
  readonly #made = new Map<number, MadeSet>();
  /** All sets that ever had an id, the oldest first. */
  readonly #past = new Map<number, MadeSet[]>();
  /** When somebody of the tests last began or ended to make or remove a set of this id. */
  readonly #moved = new Map<number, number>();
  /** When somebody who does not hold it last changed a set of this id. */
  readonly #disturbed = new Map<number, number>();
  #serial = 0;

  constructor(families: Families) {
    this.#families = families;
  }

  /** Sets that daemons made and that are still there. */
  get made(): MadeSet[] {
    return [...this.#made.values()];
  }

  /** What a daemon made under this id and that is still there. */
  madeAs(semid: number): MadeSet | undefined {
    return this.#made.get(semid);
  }

  /** Somebody is about to remove this id, or has. */
  moves(semid: number): void {
    this.#moved.set(semid, performance.now());
    this.#made.delete(semid);
  }

  /** A daemon has made this set. */
  enter(set: Omit<MadeSet, 'madeAt' | 'serial'>): void {
    const made: MadeSet = { ...set, madeAt: performance.now(), serial: this.#serial++ };
    this.#moved.set(set.semid, made.madeAt);
    this.#made.set(set.semid, made);
    this.#past.set(set.semid, [...(this.#past.get(set.semid) ?? []), made]);
  }

  /** Somebody who does not hold this set is about to use it, to set its value or to give it away. */
  disturbs(semid: number): void {
    this.#disturbed.set(semid, performance.now());
  }

  /** Its holder gives a set to another owner. */
  gives(semid: number, uid: number): void {
    const made = this.#made.get(semid);
    if (made !== undefined) this.#made.set(semid, { ...made, uid });
  }

  /** When this id was last moved; -1 for never. */
  movedAt(semid: number): number {
    return this.#moved.get(semid) ?? -1;
  }

  /** When a set of this id was last moved or disturbed; -1 for never. */
  changedAt(semid: number): number {
    return Math.max(this.movedAt(semid), this.#disturbed.get(semid) ?? -1);
  }

  wasDisturbed(semid: number): boolean {
    return this.#disturbed.has(semid);
  }

  /** Who made the set; undefined for somebody else's. */
  makerOf(set: SetName): Family | undefined {
    return this.#made.get(set.semid)?.family ?? this.apacheOf(set);
  }

  /** The Apache whose set this is, or was. */
  apacheOf({ gid = -1 }: { readonly gid?: number }): Family | undefined {
    return this.#families.all.get(familyOfGroup(gid) ?? 0);
  }

  /** The last set that a daemon had made under this id by that time, whether or not it is still there. */
  madeBy(semid: number, time: number): MadeSet | undefined {
    return this.#past.get(semid)?.findLast(({ madeAt }) => madeAt <= time);
  }

  /** Whether a process may still come to use it. */
  isLive(set: SetName): boolean {
    return this.#made.get(set.semid)?.keyed === true || this.makerOf(set)?.alive === true;
  }

  /** Whether nobody can know it any more. */
  isOrphan(set: SetName): boolean {
    return this.makerOf(set) !== undefined && !this.isLive(set);
  }
}
