import { fileURLToPath } from 'node:url';
import type { Namespace } from './namespace.ts';

/** Sets to make, all alike. */
export interface SetPlan {
  /** Creator, and owner unless the sets are given away; 0 by default. */
  readonly uid?: number;
  /** As `uid` by default. */
  readonly gid?: number;
  /** IPC_PRIVATE by default. */
  readonly key?: number;
  /** Semaphores in each set; 1 by default. */
  readonly semaphores?: number;
  /** 0600 by default. */
  readonly mode?: number;
  /** New owner, as Apache does it: made by root, given to its user. */
  readonly giveTo?: { readonly uid: number; readonly gid: number };
  /** 1 by default. */
  readonly count?: number;
}

/** Changes to the sets of a namespace, done in the order of these fields. */
export interface SetChanges {
  readonly create?: readonly SetPlan[];
  /** SETVAL. */
  readonly set?: readonly { readonly semid: number; readonly semaphore?: number; readonly value: number }[];
  /** semop(2) with one operation; one that has to wait makes the change wait, until its namespace ends. */
  readonly operate?: readonly { readonly semid: number; readonly semaphore?: number; readonly by: number }[];
  /** IPC_SET of another owner. */
  readonly give?: readonly { readonly semid: number; readonly uid: number; readonly gid: number }[];
  /** IPC_RMID. */
  readonly remove?: readonly number[];
}

const PROGRAM = fileURLToPath(new URL('programs/sets.mjs', import.meta.url));

/** Changes sets in a namespace; the semids that each plan made. Throws where the kernel refuses one of the calls. */
export async function changeSets(namespace: Namespace, changes: SetChanges): Promise<number[][]> {
  const { code, stdout, stderr } = await namespace.run([process.execPath, PROGRAM], {
    input: JSON.stringify(changes),
  });
  if (code !== 0) throw new Error(`the sets cannot be changed: ${stderr}`);
  return JSON.parse(stdout) as number[][];
}

/** Makes sets in a namespace; the semids that each plan made. */
export async function createSets(namespace: Namespace, ...create: readonly SetPlan[]): Promise<number[][]> {
  return changeSets(namespace, { create });
}
