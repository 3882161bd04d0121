import { Actor } from '../test/support/actor.ts';
import { eventuallyTrue } from '../test/support/eventually.ts';
import type { Scene } from './play.ts';

/** www-data. */
const APACHE_USER = 33;

/** A live daemon with sets that nothing but its life tells from those of a dead Apache: key 0, mode 0600, made by root, www-data's. */
export class Neighbour {
  readonly #actor: Actor;
  readonly semids: readonly number[];

  private constructor(actor: Actor, semids: readonly number[]) {
    this.#actor = actor;
    this.semids = semids;
  }

  /** Starts it with this many sets, and waits until the exporter has seen it. */
  static async start({ stage, atEnd }: Scene, count: number): Promise<Neighbour> {
    const actor = await Actor.start(atEnd, stage.namespace);
    const semids: number[] = [];
    while (semids.length < count) semids.push(await actor.makeSet(APACHE_USER));
    const neighbour = new Neighbour(actor, semids);
    await neighbour.canUseItsSets();
    // The kernel's times are whole seconds: sets that are not older than an Apache's launch could be the Apache's.
    const due = Math.max(...(await stage.namespace.kernelSets()).map(({ ctime }) => ctime)) + 3;
    await eventuallyTrue(
      () => Date.now() / 1000 >= due,
      () => 'the clock stands still',
    );
    await stage.exporter.nextCollection();
    return neighbour;
  }

  /** Whether it can operate on each of its sets. */
  async canUseItsSets(): Promise<boolean> {
    try {
      for (const semid of this.semids) await this.#actor.tell(`operate ${semid} 1`);
      return true;
    } catch {
      return false;
    }
  }
}
