import type { Socket } from 'node:net';

/** Processes that descend by forks alone from one exec: whoever of them lives may know the sets that one of them made. */
export class Family {
  readonly number: number;
  /** For people: what was run, and as which process it began. */
  readonly what: string;
  /** It has been an image of the built-in profile since its exec. */
  readonly image: boolean;
  readonly bornAt = performance.now();
  /** When the process began that became this family by exec: what it did before is laid at its door. */
  readonly since: number;
  /** When the kernel told that its last process was gone, by exit or exec; null while one lives. */
  endedAt: number | null = null;

  /**
   * `lifeline` is our end of a socket whose other end was opened by, or given to, the family's first process, is inherited by
   * fork and closed by exec or exit. The kernel counts its holders; it ends with the last.
   */
  constructor(number: number, what: string, image: boolean, lifeline: Socket, before?: Family) {
    this.number = number;
    this.since = before?.since ?? this.bornAt;
    this.what = what;
    this.image = image;
    lifeline.resume();
    lifeline.on('error', () => undefined);
    lifeline.once('close', () => (this.endedAt = performance.now()));
  }

  get alive(): boolean {
    return this.endedAt === null;
  }
}

/** All families of a test, by number. */
export class Families {
  readonly all = new Map<number, Family>();
  #next = 1;

  /** Enters a family; `number` is one that {@link reserve} gave, `before` the family that its process belonged to. */
  add(what: string, image: boolean, lifeline: Socket, number = this.reserve(), before?: Family): Family {
    const family = new Family(number, what, image, lifeline, before);
    this.all.set(number, family);
    return family;
  }

  /** A number for a family that is about to begin. */
  reserve(): number {
    return this.#next++;
  }

  get alive(): Family[] {
    return [...this.all.values()].filter((family) => family.alive);
  }
}
