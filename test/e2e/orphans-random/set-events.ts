import type { Random } from '../../support/random.ts';
import type { DaemonProcess } from './daemons.ts';
import { enter, mayUse, ownerFor, tell, UIDS } from './event.ts';
import type { Event } from './event.ts';
import type { MadeSet } from './known-sets.ts';
import type { ToldSet } from './oracle.ts';
import type { World } from './world.ts';

/** What daemons and strangers do to sets, and how often compared with the rest. */
export const SET_EVENTS: readonly (readonly [weight: number, event: Event])[] = [
  [16, make],
  [12, use],
  [4, initialise],
  [2, waitOnSet],
  [3, give],
  [3, remove],
  [9, rebuild],
  [2, rebuildWithKey],
  [4, disturb],
  [1, removeByAnotherTool],
];

/** What can happen to a set that is about to be removed. */
export const ATTACKS: typeof SET_EVENTS = [
  [6, rebuild],
  [2, rebuildWithKey],
  [6, disturb],
  [1, removeByAnotherTool],
];

/** Most orphans that another tool removes at once. */
const REMOVED_AT_ONCE = 4;

async function make(world: World, random: Random): Promise<string | null> {
  const process = random.one(world.obedient);
  if (process === undefined) return null;
  const uid = ownerFor(world, process, random);
  const count = random.chance(0.8) ? 1 : 3;
  const answers: string[] = [];
  for (let number = 0; number < count; number++) {
    const answer = await process.tell('make', uid, uid);
    answers.push(answer);
    enter(world, answer, { uid, family: process.family });
  }
  return `${process.pid}: make for ${uid}: ${answers.join(', ')}`;
}

async function use(world: World, random: Random): Promise<string | null> {
  return withOwnSet(world, random, (semid, process) => {
    const undo = random.chance(0.5);
    if (undo) process.owes.add(semid);
    return ['use', semid, undo ? 1 : 0];
  });
}

async function initialise(world: World, random: Random): Promise<string | null> {
  return withOwnSet(world, random, (semid) => ['initialise', semid]);
}

async function waitOnSet(world: World, random: Random): Promise<string | null> {
  return withOwnSet(world, random, (semid, process) => {
    process.deaf = true;
    return ['wait', semid];
  });
}

/** Tells a process to do something with a set that its family made, which must still be there. */
async function withOwnSet(
  world: World,
  random: Random,
  command: (semid: number, process: DaemonProcess) => (string | number)[],
): Promise<string | null> {
  const set = random.one(world.sets.made.filter(({ family }) => family.alive));
  const process = random.one(world.obedient.filter((one) => one.family === set?.family && mayUse(one, set)));
  if (set === undefined || process === undefined) return null;
  const words = command(set.semid, process);
  const answer = await process.tell(...words);
  if (/Invalid argument|Identifier removed/.test(answer))
    throw new Error(`LIVE SET GONE: ${process.pid}: ${words.join(' ')}: ${answer}; ${JSON.stringify(set)}`);
  return `${process.pid}: ${words.join(' ')}: ${answer}`;
}

/** An image gives a set of its own to another user, as root may. */
async function give(world: World, random: Random): Promise<string | null> {
  const process = random.one(world.obedient.filter(({ uid, family }) => uid === 0 && family.image));
  const own = world.told.filter(({ semid }) => world.sets.madeAs(semid)?.family === process?.family);
  const set = random.one(own.filter(({ creatorUid }) => creatorUid === 0));
  if (process === undefined || set === undefined) return null;
  const uid = random.one(UIDS) ?? 33;
  world.sets.gives(set.semid, uid);
  return tell(process, 'give', String(set.semid), String(uid), String(uid));
}

async function remove(world: World, random: Random): Promise<string | null> {
  const process = random.one(world.obedient);
  const set = random.one(world.sets.made.filter(({ family }) => family === process?.family || !family.alive));
  if (process === undefined || set === undefined || !mayUse(process, set)) return null;
  world.sets.moves(set.semid);
  return tell(process, 'remove', String(set.semid));
}

/** Removes a set, its own or an orphan's, and makes another of the same id at once. */
async function rebuild(world: World, random: Random): Promise<string | null> {
  const process = random.one(world.obedient.filter(({ uid }) => uid === 0));
  if (process === undefined) return null;
  const own = random.one(world.sets.made.filter(({ family }) => family === process.family));
  const set = random.chance(0.3) ? own : anOrphan(world, random);
  if (set === undefined) return null;
  const { semid } = set;
  // Only an image may make one for any owner, such as the old one's.
  const uid = process.family.image && random.chance(0.5) ? set.uid : ownerFor(world, process, random);
  return world.mayRemake(semid, uid) ? rebuiltBy(world, process, { semid, uid }) : null;
}

/** Another set, but one that anybody may use from now on, comes under an orphan's id. */
async function rebuildWithKey(world: World, random: Random): Promise<string | null> {
  const process = random.one(world.obedient.filter(({ uid }) => uid === 0));
  const set = anOrphan(world, random);
  if (process === undefined || set === undefined) return null;
  const { semid } = set;
  const uid = random.chance(0.5) ? set.uid : (random.one(UIDS) ?? 33);
  if (!world.mayRemake(semid, uid)) return null;
  return rebuiltBy(world, process, { semid, uid, keyed: true });
}

/** Has a process remove a set and make another under its id. */
export async function rebuiltBy(
  world: World,
  process: DaemonProcess,
  set: Pick<MadeSet, 'semid' | 'uid'> & Partial<MadeSet>,
): Promise<string> {
  const { semid, uid } = set;
  world.sets.moves(semid);
  const key = set.keyed === true ? [world.nextKey()] : [];
  const answer = await process.tell('rebuild', semid, uid, uid, ...key);
  enter(world, answer, { ...set, family: process.family, reused: true });
  return `${process.pid}: rebuild ${semid} for ${uid}${set.keyed === true ? ' with a key' : ''}: ${answer}`;
}

/** Somebody who does not know it, but sees it in a listing, changes an orphan: one that lives on, or is gone at once. */
async function disturb(world: World, random: Random): Promise<string | null> {
  const process = random.one(world.obedient.filter(({ uid }) => uid === 0));
  const set = anOrphan(world, random);
  if (process === undefined || set === undefined) return null;
  world.sets.disturbs(set.semid);
  const semid = String(set.semid);
  const kind = random.one(['use', 'use', 'initialise', 'give']);
  if (kind === 'use' && random.chance(0.8)) {
    await world.namespace.run(['perl', '-e', 'semop($ARGV[0], pack("s!3", 0, 1, 0))', semid]);
    return `a stranger uses ${semid}`;
  }
  if (kind === 'use') return tell(process, 'use', semid, '0');
  if (kind === 'initialise' || set.creatorUid !== 0) return tell(process, 'initialise', semid);
  const uid = set.uid === 33 ? 7 : 33;
  world.sets.gives(set.semid, uid);
  return tell(process, 'give', semid, String(uid), String(set.gid));
}

/** An administrator removes orphans at the same time. */
async function removeByAnotherTool(world: World, random: Random): Promise<string | null> {
  const orphans = new Set(Array.from({ length: REMOVED_AT_ONCE }, () => anOrphan(world, random)?.semid));
  orphans.delete(undefined);
  const semids = [...orphans].map(String);
  if (semids.length === 0) return null;
  for (const semid of semids) world.sets.moves(Number(semid));
  await world.namespace.run(['ipcrm', ...semids.flatMap((semid) => ['-s', semid])]);
  return `ipcrm removes ${semids.join(' ')}`;
}

/** One that nobody knows; preferably one that a cleanup is to remove. */
function anOrphan(world: World, random: Random): ToldSet | undefined {
  const orphans = world.told.filter((set) => world.sets.isOrphan(set));
  const planned = orphans.filter(({ semid }) => world.planned.includes(semid));
  return random.one(planned.length > 0 && random.chance(0.7) ? planned : orphans);
}
