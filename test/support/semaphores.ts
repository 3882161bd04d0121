import type { Namespace } from './namespace.ts';

/** One semaphore of a set, as `ipcs` tells it. */
export interface Semaphore {
  readonly waiters: number;
  /** 0 for none. */
  readonly lastPid: number;
}

/** The semaphores of a set; none where it is gone. */
export async function semaphoresOf(namespace: Namespace, semid: number): Promise<Semaphore[]> {
  const { stdout } = await namespace.run(['env', 'LC_ALL=C', 'ipcs', '-s', '-i', String(semid)]);
  return stdout
    .split('\n')
    .filter((line) => /^\d+(\s+\d+){4}\s*$/.test(line))
    .map((line) => {
      const [, , ncount = 0, zcount = 0, lastPid = 0] = line.trim().split(/\s+/).map(Number);
      return { waiters: ncount + zcount, lastPid };
    });
}
