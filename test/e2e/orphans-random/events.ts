import type { Random } from '../../support/random.ts';
import { APACHE_EVENTS } from './apache-events.ts';
import { DAEMON_EVENTS } from './daemon-events.ts';
import type { Event } from './event.ts';
import { ATTACKS, SET_EVENTS } from './set-events.ts';
import type { World } from './world.ts';

const EVENTS = [...APACHE_EVENTS, ...DAEMON_EVENTS, ...SET_EVENTS];

/** How often an attack is tried that may be impossible at present. */
const TRIES = 20;

/** Lets one thing happen; in words. */
export async function happen(world: World, random: Random): Promise<string> {
  for (;;) {
    const happened = await pick(EVENTS, random)?.(world, random);
    if (happened !== null && happened !== undefined) return happened;
  }
}

/** Lets something happen to a set that may be about to be removed; null where nothing can. */
export async function attack(world: World, random: Random): Promise<string | null> {
  for (let tries = 0; tries < TRIES; tries++) {
    const happened = await pick(ATTACKS, random)?.(world, random);
    if (happened !== null && happened !== undefined) return happened;
  }
  return null;
}

function pick(events: typeof ATTACKS, random: Random): Event | undefined {
  let left = random.next() * events.reduce((sum, [weight]) => sum + weight, 0);
  return events.find(([weight]) => (left -= weight) < 0)?.[1];
}
