import type { Random } from '../../support/random.ts';
import { started } from './daemon-events.ts';
import type { DaemonProcess } from './daemons.ts';
import { enter, mayUse, RARE_UID, UIDS } from './event.ts';
import type { World } from './world.ts';

/** Most sets that are left behind at once. */
const MOST_LEFT = 12;

/**
 * Images that make sets, are seen using them, and are killed: orphans that are proved soon, whatever else lives. A use tells
 * who holds a set only when the second of its making is over, so that each crash is the end of the image before.
 */
export class Crashes {
  readonly #world: World;
  #image: DaemonProcess | null = null;

  constructor(world: World) {
    this.#world = world;
  }

  /** Kills the last image, if it still lives, and has another make sets; in words. */
  async next(random: Random): Promise<string> {
    const crashed = await this.#crash(random);
    const image = await started(this.#world, 'image');
    this.#image = image;
    await this.#world.observe();
    const answers: string[] = [];
    for (let number = Math.ceil(random.next() * MOST_LEFT); number > 0; number--) {
      const uid = random.one([...UIDS, RARE_UID]) ?? RARE_UID;
      const answer = await image.tell('make', uid, uid);
      enter(this.#world, answer, { uid, family: image.family });
      answers.push(answer);
    }
    await this.#world.observe();
    return `${crashed}; ${image.pid}: ${answers.join(', ')}`;
  }

  /** Sometimes a child lives on, and knows all its sets. */
  async #crash(random: Random): Promise<string> {
    const image = this.#image;
    if (image === null || !this.#world.obedient.includes(image)) return 'no image to kill';
    const own = this.#world.sets.made.filter(({ family }) => family === image.family);
    for (const set of own) if (mayUse(image, set)) await image.tell('use', set.semid, 0);
    await this.#world.observe();
    const child = random.chance(0.3) ? await image.tell('fork') : 'no child';
    image.signal('SIGKILL');
    return `${image.pid}: use ${own.map(({ semid }) => semid).join(' ')}; ${child}; kill ${image.pid}`;
  }
}
