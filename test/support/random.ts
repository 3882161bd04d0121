/** Numbers that only look random: the same for the same seed (mulberry32). */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** At least 0 and less than 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let bits = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  }

  /** True this often. */
  chance(probability: number): boolean {
    return this.next() < probability;
  }

  /** One of these; undefined where there is none. */
  one<Value>(values: Iterable<Value>): Value | undefined {
    const list = [...values];
    return list[Math.floor(this.next() * list.length)];
  }
}
