import type { Apache } from '../test/support/apache.ts';
import { eventuallyTrue } from '../test/support/eventually.ts';

/** What became of a start or a reload of Apache. */
export interface Attempt {
  readonly what: 'start' | 'reload';
  /** When it was asked for, milliseconds since the epoch. */
  readonly at: number;
  readonly serves: boolean;
  /** Of `apache2 -k start`; null for a reload. */
  readonly status: number | null;
  /** What it has written to the error_log meanwhile, without the times and pids. */
  readonly log: readonly string[];
}

/** Starts Apache as apachectl does, and waits until it serves or is gone. */
export async function tryStart(apache: Apache): Promise<Attempt> {
  return attempt(apache, 'start', async () => (await apache.tryToStart()).code);
}

/** Has Apache reload gracefully, and waits until it has or is gone. */
export async function tryReload(apache: Apache): Promise<Attempt> {
  return attempt(apache, 'reload', () => {
    apache.signal('SIGUSR1');
    return null;
  });
}

async function attempt(
  apache: Apache,
  what: Attempt['what'],
  ask: () => Promise<number | null> | null,
): Promise<Attempt> {
  const before = apache.log.length;
  const at = Date.now();
  const status = await ask();
  const written = () => apache.log.slice(before);
  let serves = false;
  await eventuallyTrue(
    async () => {
      serves = written().includes('resuming normal operations') && (await apache.isServing());
      return serves || apache.pids().length === 0;
    },
    () => `Apache neither serves nor ends: ${apache.log}`,
    { timeout: 60_000, interval: 20 },
  );
  const log = written()
    .trimEnd()
    .split('\n')
    .map((line) => line.replace(/^(\[[^\]]*\] ){1,3}/, '').trimEnd());
  return { what, at, serves, status, log };
}
