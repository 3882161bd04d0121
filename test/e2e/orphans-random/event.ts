import type { Random } from '../../support/random.ts';
import type { DaemonProcess } from './daemons.ts';
import type { MadeSet } from './known-sets.ts';
import type { World } from './world.ts';

/** Something that can happen: what it was, in words, or null where it could not. */
export type Event = (world: World, random: Random) => Promise<string | null> | string | null;

/** Users that Apaches run as, and daemons too. */
export const UIDS = [33, 33, 7] as const;

/** One whose sets nobody but their makers may know. */
export const RARE_UID = 9;

/** Most processes of daemons at a time. */
export const DAEMONS = 14;

/** Tells a process to do something; what it was told and answered, null without a process. */
export async function tell(process: DaemonProcess | undefined, ...words: string[]): Promise<string | null> {
  if (process === undefined) return null;
  return `${process.pid}: ${words.join(' ')}: ${await process.tell(...words)}`;
}

/** Whether the kernel lets a process operate on a set. */
export function mayUse({ uid }: DaemonProcess, set: Pick<MadeSet, 'uid'>): boolean {
  return uid === 0 || uid === set.uid;
}

/**
 * The owner of a set that a process makes. By assumption A0 a set that is given to another user is made by an image. A program
 * that is none makes sets for itself, or for others while it is so new that nobody can have ruled it out.
 */
export function ownerFor(world: World, { uid, family }: DaemonProcess, random: Random): number {
  return uid === 0 && (family.image || world.isNew(family)) ? (random.one([...UIDS, 0]) ?? 0) : uid;
}

/** Enters a set that a process was told to make, by what it answered. */
export function enter(
  world: World,
  answer: string,
  set: Pick<MadeSet, 'uid' | 'family'> & Partial<MadeSet>,
): void {
  const [verb, semid] = answer.split(' ');
  if (verb === 'made')
    world.sets.enter({ reused: false, againstA0: false, keyed: false, ...set, semid: Number(semid) });
  else if (verb === 'error') throw new Error(`a set could not be made: ${answer}`);
}
