import type { SetState } from './vocabulary.ts';
import type { Candidates } from './candidates.ts';
import type { Sight } from './ledger.ts';

/** What is known of one set's use, and why. */
export interface Verdict {
  readonly state: SetState;
  /** One sentence or more. */
  readonly evidence: string;
  /** Processes that may know the set, by pid, ascending. */
  readonly holders: readonly number[];
}

/** Verdicts of one observation that many sets share: thousands that one crash left behind are told in one object. */
export class SharedVerdicts {
  readonly #verdicts = new Map<Candidates, Map<Sight, Map<string, Verdict>>>();

  /** One verdict for all sets with these candidates, this sight and whatever else `key` stands for. */
  of(candidates: Candidates, sight: Sight, key: string, make: () => Verdict): Verdict {
    const verdicts = emplaced(emplaced(this.#verdicts, candidates), sight);
    let verdict = verdicts.get(key);
    if (verdict === undefined) verdicts.set(key, (verdict = make()));
    return verdict;
  }
}

function emplaced<Key, Inner, Value>(maps: Map<Key, Map<Inner, Value>>, key: Key): Map<Inner, Value> {
  let map = maps.get(key);
  if (map === undefined) maps.set(key, (map = new Map<Inner, Value>()));
  return map;
}
