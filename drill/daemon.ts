import { Actor } from '../test/support/actor.ts';
import type { Scene } from './play.ts';

/** A daemon of another user than Apache's, with sets of its own. */
export class Daemon {
  readonly #actor: Actor;
  #semids: readonly number[] = [];

  private constructor(actor: Actor) {
    this.#actor = actor;
  }

  /** Starts one without sets, as this uid. */
  static async start({ stage, atEnd }: Scene, uid: number): Promise<Daemon> {
    const actor = await Actor.start(atEnd, stage.namespace);
    await actor.tell(`become ${uid}`);
    return new Daemon(actor);
  }

  /** Takes this many sets at one go; with keys from `key` on, or without. */
  async take(count: number, key?: number): Promise<void> {
    const semids: number[] = [];
    for (let made = 0; made < count; made++)
      semids.push(await this.#actor.ask(key === undefined ? 'make' : `make ${key + made}`));
    this.#semids = semids;
  }

  /** Removes its sets, as it does when it is stopped in good order. */
  async giveBack(): Promise<void> {
    for (const semid of this.#semids) await this.#actor.tell(`remove ${semid}`);
    this.#semids = [];
  }
}
