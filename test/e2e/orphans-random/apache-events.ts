import type { Random } from '../../support/random.ts';
import type { Apache } from './apaches.ts';
import { UIDS } from './event.ts';
import type { Event } from './event.ts';
import type { World } from './world.ts';

const APACHES = 4;

/** What happens to Apaches, and how often compared with the rest. */
export const APACHE_EVENTS: readonly (readonly [weight: number, event: Event])[] = [
  [8, start],
  [8, visit],
  [3, signalParent('SIGKILL')],
  [5, kill],
  [3, killChild],
  [3, signalParent('SIGUSR1')],
  [3, signalParent('SIGHUP')],
  [2, signalParent('SIGTERM')],
  [2, signalParent('SIGSEGV')],
];

async function start(world: World, random: Random): Promise<string | null> {
  if (world.liveApaches.length >= APACHES) return null;
  const apache = await world.startApache({
    mpm: random.chance(0.5) ? 'prefork' : 'event',
    uid: random.one(UIDS) ?? 33,
    daemonises: random.chance(0.7),
    parts: (['ssl', 'digest', 'proxy'] as const).filter(() => random.chance(0.5)),
  });
  return `start ${named(apache)} as ${apache.plan.uid}`;
}

function visit(world: World, random: Random): string | null {
  const apache = random.one(world.liveApaches);
  apache?.visit();
  return apache === undefined ? null : `visit ${named(apache)}`;
}

function signalParent(signal: NodeJS.Signals): Event {
  return (world, random) => {
    const apache = random.one(world.liveApaches);
    const parent = apache?.parent();
    if (apache === undefined || parent === undefined) return null;
    apache.signal([parent], signal);
    return `${signal} to the parent ${parent} of ${named(apache)}`;
  };
}

function kill(world: World, random: Random): string | null {
  const apache = random.one(world.liveApaches);
  apache?.signal(apache.processes(), 'SIGKILL');
  return apache === undefined ? null : `kill ${named(apache)}`;
}

function killChild(world: World, random: Random): string | null {
  const apache = random.one(world.liveApaches);
  const child = random.one((apache?.processes() ?? []).filter((pid) => pid !== apache?.parent()));
  if (apache === undefined || child === undefined) return null;
  apache.signal([child], random.chance(0.5) ? 'SIGKILL' : 'SIGSEGV');
  return `kill the child ${child} of ${named(apache)}`;
}

function named({ family }: Apache): string {
  return `Apache ${family.number} (${family.what})`;
}
