/** Lines of a text one by one, counted, so that an endless run of newlines costs no memory. */
export class Lines {
  readonly #text: string;
  #at = 0;
  #number = 0;
  #start = 0;
  #end = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** Whether all lines have been read. */
  ended(): boolean {
    return this.#at === this.#text.length;
  }

  /** Goes on to the next line; false where the text ends before a newline does, then the line is what is left. */
  next(): boolean {
    const newline = this.#text.indexOf('\n', this.#at);
    this.#number++;
    this.#start = this.#at;
    this.#end = newline < 0 ? this.#text.length : newline;
    this.#at = newline < 0 ? this.#end : newline + 1;
    return newline >= 0;
  }

  /** Goes on to the next line that is not empty, and stops before it. */
  skipEmpty(): void {
    while (this.#text[this.#at] === '\n') {
      this.#at++;
      this.#number++;
    }
  }

  /** Where the line that was read last begins, in characters of the text. */
  get start(): number {
    return this.#start;
  }

  /** Where it ends, its newline left out. */
  get end(): number {
    return this.#end;
  }

  /** The line itself. */
  get line(): string {
    return this.#text.slice(this.#start, this.#end);
  }

  /** Its number in the text, the first is 1. */
  get number(): number {
    return this.#number;
  }
}
