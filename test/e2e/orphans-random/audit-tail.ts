import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs';

/** A record of the audit file, as far as tests look at it. */
export interface AuditRecord {
  readonly time: string;
  readonly event: string;
  readonly request: string;
  readonly semid?: number;
  readonly uid?: number;
  readonly gid?: number;
  readonly removed?: number;
  readonly skipped?: number;
  readonly failed?: number;
}

/** Reads an audit file on from where it stopped. */
export class AuditTail {
  readonly #path: string;
  #position = 0;

  constructor(path: string) {
    this.#path = path;
  }

  /** What was written since the last call. */
  read(): AuditRecord[] {
    if (!existsSync(this.#path)) return [];
    const file = openSync(this.#path, 'r');
    try {
      const bytes = Buffer.alloc(fstatSync(file).size - this.#position);
      this.#position += readSync(file, bytes, 0, bytes.length, this.#position);
      const lines = bytes
        .toString('utf8')
        .split('\n')
        .filter((line) => line !== '');
      return lines.map((line) => JSON.parse(line) as AuditRecord);
    } finally {
      closeSync(file);
    }
  }
}
