import { chmodSync, existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { vi } from 'vitest';
import type { AtEnd } from '../../support/program.ts';
import { pathOf } from '../../support/requirements.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

/** One call of ipcrm that was to remove sets. */
export interface Call {
  readonly pid: number;
  readonly semids: readonly number[];
}

/**
 * Where a gate can be: the exporter asks ipcrm for its version, as the owner, after it has proved the sets and before their last check;
 * it calls it to remove them after that.
 */
export type GatePlace = 'before the check' | 'after the check';

/**
 * The exporter's ipcrm, which writes down what it is asked to remove, and waits while a gate is shut: so that a test has
 * the moments between proof, last check and removal for itself.
 */
export class IpcrmGate {
  /** Its body, for sh. */
  readonly script: string;
  readonly #calls: string;
  readonly #arrivals: string;
  readonly #shut: Readonly<Record<GatePlace, string>>;

  constructor(atEnd: AtEnd) {
    const folder = temporaryFolder(atEnd);
    this.#calls = join(folder, 'calls');
    this.#arrivals = join(folder, 'arrivals');
    this.#shut = {
      'before the check': join(folder, 'shut-before'),
      'after the check': join(folder, 'shut-after'),
    };
    chmodSync(folder, 0o755);
    for (const file of [this.#calls, this.#arrivals]) {
      writeFileSync(file, '');
      // It is run as the owner of the sets.
      chmodSync(file, 0o666);
    }
    this.script = `
gate=${this.#shut['after the check']}
if [ "$1" = --version ]; then gate=${this.#shut['before the check']}; else echo "$$ $*" >> ${this.#calls}; fi
if [ -e $gate ]; then echo >> ${this.#arrivals}; fi
while [ -e $gate ]; do sleep 0.05; done
exec ${pathOf('ipcrm') ?? ''} "$@"`;
  }

  shut(place: GatePlace): void {
    writeFileSync(this.#arrivals, '');
    writeFileSync(this.#shut[place], '');
  }

  open(): void {
    for (const path of Object.values(this.#shut)) rmSync(path, { force: true });
  }

  /** Whether an ipcrm has come to the gate since it was shut. */
  get isWaitedAt(): boolean {
    return statSync(this.#arrivals).size > 0;
  }

  /** All calls after the first `known` ones. */
  callsAfter(known: number): readonly Call[] {
    const lines = readFileSync(this.#calls, 'utf8').split('\n').slice(known, -1);
    return lines.map((line) => {
      const [pid = '', ...args] = line.split(' ');
      return { pid: Number(pid), semids: args.filter((arg) => arg !== '-s').map(Number) };
    });
  }

  /** Resolves when these calls have ended, however that came. */
  async ended(calls: readonly Call[]): Promise<void> {
    await vi.waitFor(
      () => {
        if (calls.some(({ pid }) => existsSync(`/proc/${pid}`))) throw new Error('ipcrm does not end');
      },
      { timeout: 10_000, interval: 5 },
    );
  }
}
