import { createHash } from 'node:crypto';
import { SET_FIELDS } from '../kernel/set-table.ts';
import type { Candidates } from './candidates.ts';
import type { Ledger, Sight } from './ledger.ts';

/** Version of the format; a file of any other version is not read. */
export const LEDGER_VERSION = 1;

/** Most bytes of a state file, read or written; 32 768 sets take some 4 MB. */
export const MAX_LEDGER_BYTES = 64 * 1024 * 1024;

/** A ledger as text: JSON with a version and a checksum, so that what was cut or altered is never believed. */
export function encodeLedger(ledger: Ledger): string {
  const sights = new Index<Sight>((each) => JSON.stringify(each));
  const lists = new Index<Candidates>((each) => each.join(' '));
  const entries = [...ledger.entries.values()].map((each) => [
    SET_FIELDS.map((field) => each.set[field]),
    each.use && [each.use.lastPids, each.use.values, each.use.waiters],
    [sights.of(each.sight), lists.of(each.candidates), each.user === null ? null : lists.of([each.user])],
    [each.imageUse, each.foreignUse, each.contested],
    [each.operation.after, each.operation.before],
    each.extinctSince,
    each.counted,
  ]);
  const { bootId, ipcNamespace, observations, previous, revision, profiles, startDemand } = ledger;
  const payload = JSON.stringify({
    bootId,
    ipcNamespace,
    observations,
    previous,
    revision,
    families: [...ledger.families],
    executables: [...ledger.executables],
    profiles,
    sights: sights.values,
    candidates: lists.values,
    entries,
    startDemand,
  });
  return `{"version":${LEDGER_VERSION},"sha256":"${checksum(payload)}","ledger":${payload}}\n`;
}

/** What a state file vouches for its content with: SHA-256 in hexadecimal. */
export function checksum(payload: string): string {
  return createHash('sha256').update(payload).digest('hex');
}

/** Numbers distinct values, equal ones alike. */
class Index<Value extends object> {
  readonly values: Value[] = [];
  readonly #byObject = new Map<Value, number>();
  readonly #byText = new Map<string, number>();
  readonly #textOf: (value: Value) => string;

  constructor(textOf: (value: Value) => string) {
    this.#textOf = textOf;
  }

  of(value: Value): number {
    let number = this.#byObject.get(value);
    if (number !== undefined) return number;
    const text = this.#textOf(value);
    number = this.#byText.get(text) ?? this.values.push(value) - 1;
    this.#byText.set(text, number);
    this.#byObject.set(value, number);
    return number;
  }
}
