import { vi } from 'vitest';
import type { Namespace } from './namespace.ts';
import { inWords } from './orphan-witness.ts';
import type { OrphanWitness, Told } from './orphan-witness.ts';

/** Something that makes sets when it starts and removes them when it stops. */
interface Startable {
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** What else starts on a machine seldom lives longer, and seldom does so in each of so many attempts. */
const PATIENCE = { timeout: 10_000, interval: 100 };
const ATTEMPTS = 6;

/**
 * Starts these, and waits until no other program on the machine is a candidate for their sets: one that was started
 * between the same observations, or within the second in which a set was made, rightly is until it ends. Starts them
 * again where it lives on. The observation that shows it.
 */
export async function startAlone(
  witness: OrphanWitness,
  namespace: Namespace,
  ...programs: readonly Startable[]
): Promise<Told> {
  for (let attempt = 1; ; attempt++) {
    const before = await witness.observe();
    for (const program of programs) await program.start();
    await witness.settled();
    try {
      return await vi.waitFor(async () => {
        const told = await witness.observe();
        if (!isAlone(told, before, namespace.processes())) throw new Error(inWords(told));
        return told;
      }, PATIENCE);
    } catch (error) {
      if (attempt === ATTEMPTS) throw error;
    }
    for (const program of programs) await program.stop();
  }
}

function isAlone(told: Told, before: Told, own: readonly number[]): boolean {
  const fresh = [...told.values()].filter(({ semid }) => !before.has(semid));
  return fresh.length > 0 && fresh.every(({ holders }) => holders.every((pid) => own.includes(pid)));
}
