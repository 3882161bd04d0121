/**
 * The exec families that could know a set: sorted, without repetition. Equal lists of one ledger are one object, so
 * that thousands of sets with the same history cost one list.
 */
export type Candidates = readonly string[];

/** Makes lists of candidates for one observation, each distinct list once. */
export class CandidatePool {
  readonly #lists = new Map<string, Candidates>();
  readonly #survivors = new Map<Candidates, Candidates>();
  readonly #unions = new Map<Candidates, Map<Candidates, Candidates>>();

  /** The list of these families. */
  of(families: Iterable<string>): Candidates {
    const list = [...new Set(families)].sort();
    return this.#intern(list);
  }

  /** Those of `candidates` that are in `alive`. */
  surviving(candidates: Candidates, alive: ReadonlyMap<string, unknown>): Candidates {
    let left = this.#survivors.get(candidates);
    if (left === undefined) {
      left = candidates.every((family) => alive.has(family))
        ? candidates
        : this.#intern(candidates.filter((family) => alive.has(family)));
      this.#survivors.set(candidates, left);
    }
    return left;
  }

  /** All of both lists. */
  union(one: Candidates, other: Candidates): Candidates {
    let unions = this.#unions.get(one);
    if (unions === undefined) this.#unions.set(one, (unions = new Map<Candidates, Candidates>()));
    let union = unions.get(other);
    if (union === undefined) {
      const missing = other.filter((family) => !one.includes(family));
      union = missing.length === 0 ? one : this.of([...one, ...missing]);
      unions.set(other, union);
    }
    return union;
  }

  #intern(list: Candidates): Candidates {
    const key = list.join(' ');
    const known = this.#lists.get(key);
    if (known !== undefined) return known;
    this.#lists.set(key, list);
    return list;
  }
}
