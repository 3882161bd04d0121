/** Where a command prints, and how wide the terminal is. */
export interface Terminal {
  /** Standard output. */
  readonly out: (text: string) => void;
  /** Standard error. */
  readonly err: (text: string) => void;
  /** Columns of the terminal; undefined where standard output is none. */
  readonly columns: number | undefined;
}
