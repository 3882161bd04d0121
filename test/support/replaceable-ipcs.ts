import { renameSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { AtEnd } from './program.ts';
import { pathOf } from './requirements.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** A path for `--collector.ipcs-path` behind which the program can be changed in one step. */
export class ReplaceableIpcs {
  readonly path: string;

  /** It is the real `ipcs` at first. */
  constructor(atEnd: AtEnd) {
    this.path = join(temporaryFolder(atEnd), 'ipcs');
    this.becomeReal();
  }

  /** From now on it is the real `ipcs`. */
  becomeReal(): void {
    this.become(pathOf('ipcs') ?? '');
  }

  /** From now on it is this program, which does not have to exist. */
  become(program: string): void {
    symlinkSync(program, `${this.path}.new`);
    renameSync(`${this.path}.new`, this.path);
  }
}
