/** Outcomes of password checks by key, at most `size` of them. */
export class LoginCache {
  readonly #size: number;
  /** The one that was not asked for longest comes first. */
  readonly #outcomes = new Map<string, boolean>();

  constructor(size: number) {
    this.#size = size;
  }

  /** Undefined where it is not known. */
  get(key: string): boolean | undefined {
    const outcome = this.#outcomes.get(key);
    if (outcome !== undefined) {
      this.#outcomes.delete(key);
      this.#outcomes.set(key, outcome);
    }
    return outcome;
  }

  set(key: string, outcome: boolean): void {
    if (!this.#outcomes.has(key) && this.#outcomes.size >= this.#size)
      this.#outcomes.delete(this.#leastWanted());
    this.#outcomes.set(key, outcome);
  }

  /** A refusal where there is one: whoever tries passwords must not push out the scraper that knows its own. */
  #leastWanted(): string {
    let oldest: string | undefined;
    for (const [key, outcome] of this.#outcomes) {
      if (!outcome) return key;
      oldest ??= key;
    }
    return oldest ?? '';
  }
}
