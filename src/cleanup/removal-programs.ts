import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';

import { UsageError } from '../errors.ts';

/** The programs that remove a set as its owner, as absolute paths. */
export interface RemovalPrograms {
  /** setpriv(1), which gives up every privilege. */
  readonly setpriv: string;
  /** ipcrm(1), which removes. */
  readonly ipcrm: string;
}

/**
 * Where these programs are, by the PATH `path`; to be asked once, at the start, so that a later change of the
 * environment changes nothing. Throws a UsageError that names the one that is missing.
 */
export function findRemovalPrograms(path: string): RemovalPrograms {
  return { setpriv: find('setpriv', path), ipcrm: find('ipcrm', path) };
}

function find(name: string, path: string): string {
  const candidates = path.split(delimiter).filter(isAbsolute);
  const found = candidates.map((folder) => join(folder, name)).find(isProgram);
  if (found === undefined)
    throw new UsageError(
      `--cleanup.enabled: there is no ${name} in PATH, which removes sets as their owner; install util-linux, or leave the flag out`,
    );
  return found;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
