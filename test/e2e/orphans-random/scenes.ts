import { vi } from 'vitest';
import type { Random } from '../../support/random.ts';
import { started } from './daemon-events.ts';
import { enter, RARE_UID } from './event.ts';
import { rebuiltBy } from './set-events.ts';
import type { World } from './world.ts';

/** Lets one of the histories happen that need observations at their very moments: never while another is made. */
export async function play(world: World, random: Random): Promise<string | null> {
  return random.chance(0.5) ? rebuildWithoutImages(world, random) : replaceInOneSecond(world);
}

/**
 * While no image is about, a program that is none makes a set of their shape under an orphan's id. What is suspected of it
 * is not the point; it must never be called an orphan while that program lives, even if images come back.
 */
async function rebuildWithoutImages(world: World, random: Random): Promise<string | null> {
  const others = () => world.obedient.filter(({ uid, family }) => uid === 0 && !family.image);
  if (others().length === 0 || world.daemons.imagesStarting > 0) return null;
  await world.killAll('images');
  await world.observe();
  const process = random.one(others());
  const orphan = random.one(world.told.filter((set) => world.sets.isOrphan(set)));
  if (process === undefined || orphan === undefined) return 'kill all images';
  await secondBegins();
  const rebuilt = await rebuiltBy(world, process, {
    semid: orphan.semid,
    uid: RARE_UID,
    againstA0: true,
  });
  await world.observe();
  // Times count whole seconds: for all that the exporter can tell, this image may have made it.
  const image = await started(world, 'image');
  await world.observe();
  image.signal('SIGKILL');
  await world.observe();
  return `kill all images; ${rebuilt}; an image came and went`;
}

/** An image is replaced by another one, and its set by that one's under the same id, within one second. */
async function replaceInOneSecond(world: World): Promise<string | null> {
  await world.killAll('images');
  const maker = await started(world, 'image');
  await world.observe();
  await secondBegins();
  const made = await maker.tell('make', RARE_UID, RARE_UID);
  enter(world, made, { uid: RARE_UID, family: maker.family });
  await world.observe();
  await world.killAll('images');
  const heir = await started(world, 'image');
  const semid = Number(made.split(' ')[1]);
  const rebuilt = await rebuiltBy(world, heir, { semid, uid: RARE_UID });
  await world.observe();
  await world.observe();
  return `kill all images; ${maker.pid}: ${made}; kill it; ${rebuilt}`;
}

/** Waits for a second to begin, so that what follows happens within it. */
async function secondBegins(): Promise<void> {
  await vi.waitFor(
    () => {
      if (Date.now() % 1000 > 100) throw new Error('it is too late in this second');
    },
    { timeout: 5000, interval: 10 },
  );
}
