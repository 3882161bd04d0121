import { SET_STATES } from './vocabulary.ts';
import type { SetState } from './vocabulary.ts';
import type { SetTable } from '../kernel/set-table.ts';
import type { Judged } from './judge.ts';
import { isSameSetAt, isUnchangedAt } from './rows.ts';
import type { Verdict } from './shared-verdicts.ts';

/** The judgement of every set of a table, row by row; sentences and holders are shared between rows. */
export interface Judgements {
  /** Row → index into {@link SET_STATES}. */
  readonly states: Uint8Array;
  /** Row → index into `sentences`. */
  readonly sentence: Uint32Array;
  /** Row → index into `holderLists`. */
  readonly holders: Uint32Array;
  /** Why, each one sentence in words. */
  readonly sentences: readonly string[];
  /** Processes that may know the set, by pid, ascending. */
  readonly holderLists: readonly (readonly number[])[];
}

const UNJUDGED: Verdict = {
  state: 'unknown',
  evidence: 'It appeared or changed while the sets were read; the next observation judges it.',
  holders: [],
};

/** The verdicts of an observation row by row of `table`; a set that is no longer as it was judged is `unknown`. */
export function judgementsOf({ sets }: Pick<Judged, 'sets'>, table: SetTable): Judgements {
  const verdicts = Array.from({ length: table.length }, (_, row) => {
    const evidence = sets.get(table.value(row, 'semid'));
    if (evidence === undefined) return UNJUDGED;
    const isThere = isProof(evidence.verdict.state) ? isUnchangedAt : isSameSetAt;
    return isThere(evidence.set, table, row) ? evidence.verdict : UNJUDGED;
  });
  const sentences = new Numbering<string>();
  const holderLists = new Numbering<readonly number[]>();
  return {
    states: Uint8Array.from(verdicts, ({ state }) => SET_STATES.indexOf(state)),
    sentence: Uint32Array.from(verdicts, ({ evidence }) => sentences.of(evidence)),
    holders: Uint32Array.from(verdicts, ({ holders }) => holderLists.of(holders)),
    sentences: sentences.values,
    holderLists: holderLists.values,
  };
}

function isProof(state: SetState): boolean {
  return state === 'orphaned' || state === 'suspected';
}

class Numbering<Value> {
  readonly values: Value[] = [];
  readonly #numbers = new Map<Value, number>();

  of(value: Value): number {
    let number = this.#numbers.get(value);
    if (number === undefined) {
      number = this.values.push(value) - 1;
      this.#numbers.set(value, number);
    }
    return number;
  }
}
