import { vi } from 'vitest';
import type { Random } from '../../support/random.ts';
import type { Apache } from './apaches.ts';
import type { DaemonProcess } from './daemons.ts';
import type { MadeSet } from './oracle.ts';
import type { World } from './world.ts';

/** Users that Apaches run as, and daemons too. */
const UIDS = [33, 33, 7] as const;
/** One whose sets nobody but their makers may know. */
const RARE_UID = 9;
const APACHES = 4;
const DAEMONS = 14;

/** Something that can happen: what it was, in words, or null where it could not. */
type Event = (world: World, random: Random) => Promise<string | null> | string | null;

/** What happens, and how often compared with the rest. */
const EVENTS: readonly (readonly [weight: number, event: Event])[] = [
  [8, startApache],
  [8, visitApache],
  [3, killApacheParent],
  [5, killApache],
  [3, killApacheChild],
  [3, signalApache('SIGUSR1')],
  [3, signalApache('SIGHUP')],
  [2, signalApache('SIGTERM')],
  [2, signalApache('SIGSEGV')],
  [8, startDaemon],
  [4, startMaker],
  [16, make],
  [12, use],
  [4, initialise],
  [2, waitOnSet],
  [9, fork],
  [3, daemonise],
  [5, exec],
  [4, becomeUser],
  [1, unshare],
  [4, exit],
  [4, killProcess],
  [4, killFamily],
  [1, stop],
  [3, remove],
  [6, rebuild],
  [1, rebuildWithoutImages],
  [1, replaceInOneSecond],
];

/** Lets one thing happen; in words. */
export async function happen(world: World, random: Random): Promise<string> {
  const total = EVENTS.reduce((sum, [weight]) => sum + weight, 0);
  for (;;) {
    let left = random.next() * total;
    const event = EVENTS.find(([weight]) => (left -= weight) < 0)?.[1];
    const happened = await event?.(world, random);
    if (happened !== null && happened !== undefined) return happened;
  }
}

async function startApache(world: World, random: Random): Promise<string | null> {
  if (world.liveApaches.length >= APACHES) return null;
  const apache = await world.startApache({
    mpm: random.chance(0.5) ? 'prefork' : 'event',
    uid: random.one(UIDS) ?? 33,
    daemonises: random.chance(0.7),
    parts: (['ssl', 'digest', 'proxy'] as const).filter(() => random.chance(0.5)),
  });
  return `start ${named(apache)} as ${apache.plan.uid}`;
}

function visitApache(world: World, random: Random): string | null {
  const apache = random.one(world.liveApaches);
  apache?.visit();
  return apache === undefined ? null : `visit ${named(apache)}`;
}

function killApacheParent(world: World, random: Random): string | null {
  return signalParent(world, random, 'SIGKILL');
}

function signalApache(signal: NodeJS.Signals): Event {
  return (world, random) => signalParent(world, random, signal);
}

function signalParent(world: World, random: Random, signal: NodeJS.Signals): string | null {
  const apache = random.one(world.liveApaches);
  const parent = apache?.parent();
  if (apache === undefined || parent === undefined) return null;
  apache.signal([parent], signal);
  return `${signal} to the parent ${parent} of ${named(apache)}`;
}

function killApache(world: World, random: Random): string | null {
  const apache = random.one(world.liveApaches);
  apache?.signal(apache.processes(), 'SIGKILL');
  return apache === undefined ? null : `kill ${named(apache)}`;
}

function killApacheChild(world: World, random: Random): string | null {
  const apache = random.one(world.liveApaches);
  const child = random.one((apache?.processes() ?? []).filter((pid) => pid !== apache?.parent()));
  if (apache === undefined || child === undefined) return null;
  apache.signal([child], random.chance(0.5) ? 'SIGKILL' : 'SIGSEGV');
  return `kill the child ${child} of ${named(apache)}`;
}

function startDaemon(world: World, random: Random): string | null {
  if (world.daemons.processes.size >= DAEMONS) return null;
  const kind = random.chance(0.6) ? 'image' : 'other';
  world.startDaemon(kind);
  return `start a daemon, ${kind}`;
}

/** A program that is no image begins, and makes a set for another user at once. */
async function startMaker(world: World): Promise<string | null> {
  if (world.daemons.processes.size >= DAEMONS) return null;
  const process = await started(world, 'other');
  if (!world.isNew(process.family)) return 'start a daemon, other';
  const answer = await process.tell('make', UIDS[0], UIDS[0]);
  enter(world, answer, { uid: UIDS[0], family: process.family, reused: false, againstA0: false });
  return `start a daemon, other; ${process.pid}: make for ${UIDS[0]}: ${answer}`;
}

/** Starts a daemon and waits until it reports. */
async function started(world: World, kind: 'image' | 'other'): Promise<DaemonProcess> {
  const known = new Set(world.families.all.keys());
  world.startDaemon(kind);
  return vi.waitFor(
    () => {
      const image = kind === 'image';
      const process = world.obedient.find(
        ({ family }) => !known.has(family.number) && family.image === image,
      );
      if (process === undefined) throw new Error('the daemon does not report');
      return process;
    },
    { timeout: 20_000, interval: 10 },
  );
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

async function make(world: World, random: Random): Promise<string | null> {
  const process = random.one(world.obedient);
  if (process === undefined) return null;
  const uid = ownerFor(world, process, random);
  const count = random.chance(0.8) ? 1 : 3;
  const answers: string[] = [];
  for (let number = 0; number < count; number++) {
    const answer = await process.tell('make', uid, uid);
    answers.push(answer);
    enter(world, answer, { uid, family: process.family, reused: false, againstA0: false });
  }
  return `${process.pid}: make for ${uid}: ${answers.join(', ')}`;
}

/**
 * By assumption A0 a set that is given to another user is made by an image. A program that is none makes sets for itself, or
 * for others while it is so new that nobody can have ruled it out.
 */
function ownerFor(world: World, { uid, family }: DaemonProcess, random: Random): number {
  return uid === 0 && (family.image || world.isNew(family)) ? (random.one([...UIDS, 0]) ?? 0) : uid;
}

function enter(world: World, answer: string, set: Omit<MadeSet, 'semid' | 'madeAt'>): void {
  const [verb, semid] = answer.split(' ');
  if (verb === 'made') world.oracle.enter({ ...set, semid: Number(semid) });
  else if (verb === 'error') throw new Error(`a set could not be made: ${answer}`);
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

/** Tells a process to do something with a set that its family made. */
async function withOwnSet(
  world: World,
  random: Random,
  command: (semid: number, process: DaemonProcess) => (string | number)[],
): Promise<string | null> {
  const set = random.one(world.oracle.made.filter(({ family }) => family.alive));
  const process = random.one(world.obedient.filter((one) => one.family === set?.family && mayUse(one, set)));
  if (set === undefined || process === undefined) return null;
  const words = command(set.semid, process);
  return `${process.pid}: ${words.join(' ')}: ${await process.tell(...words)}`;
}

function mayUse({ uid }: DaemonProcess, set: Pick<MadeSet, 'uid'>): boolean {
  return uid === 0 || uid === set.uid;
}

async function fork(world: World, random: Random): Promise<string | null> {
  if (world.daemons.processes.size >= DAEMONS) return null;
  return tell(random.one(world.obedient), 'fork');
}

async function daemonise(world: World, random: Random): Promise<string | null> {
  return tell(random.one(world.obedient), 'daemonise');
}

async function exit(world: World, random: Random): Promise<string | null> {
  return tell(random.one(world.obedient), 'exit');
}

async function exec(world: World, random: Random): Promise<string | null> {
  const process = random.one(world.obedient);
  if (process === undefined) return null;
  const { image, other } = world.daemons.executables;
  const executable = random.chance(0.5) ? image : other;
  if (executable === image) world.daemons.imagesStarting++;
  for (const semid of process.owes) world.oracle.owes(semid);
  if (process.owes.size > 0) world.daemons.indebted.add(process.pid);
  return tell(process, 'exec', executable);
}

/** A program that is no image changes its user only while it is alone, so that all who know its sets carry that user. */
async function becomeUser(world: World, random: Random): Promise<string | null> {
  const process = random.one(world.obedient.filter(({ uid }) => uid === 0));
  if (process === undefined) return null;
  const { family } = process;
  const alone = [...world.daemons.processes].filter((other) => other.family === family).length === 1;
  if (!family.image && !(alone && world.oracle.made.every((set) => set.family !== family))) return null;
  const uid = random.one(UIDS) ?? 33;
  const answer = await process.tell(random.chance(0.6) ? 'become' : 'carry', uid);
  process.uid = uid;
  return `${process.pid}: become ${uid}: ${answer}`;
}

/**
 * By assumption A0 a set's maker is in its namespace when the set is first seen: it leaves only later. By A1 it is not one
 * that called exec while it owed an undo, which the kernel would make good now, in the name of another program.
 */
async function unshare(world: World, random: Random): Promise<string | null> {
  const process = random.one(world.obedient.filter(({ uid }) => uid === 0));
  if (process === undefined) return null;
  const unseen = world.oracle.made.some(
    ({ family, madeAt }) => family === process.family && madeAt >= world.observedAt,
  );
  if (unseen || world.daemons.indebted.has(process.pid)) return null;
  process.away = true;
  return tell(process, 'unshare');
}

async function tell(process: DaemonProcess | undefined, ...words: string[]): Promise<string | null> {
  if (process === undefined) return null;
  return `${process.pid}: ${words.join(' ')}: ${await process.tell(...words)}`;
}

function killProcess(world: World, random: Random): string | null {
  const process = random.one(world.daemons.processes);
  process?.signal('SIGKILL');
  return process === undefined ? null : `kill ${process.pid}`;
}

function killFamily(world: World, random: Random): string | null {
  const family = random.one(world.daemons.processes)?.family;
  if (family === undefined) return null;
  for (const process of world.daemons.processes) if (process.family === family) process.signal('SIGKILL');
  return `kill family ${family.number}`;
}

function stop(world: World, random: Random): string | null {
  const process = random.one(world.obedient);
  if (process === undefined) return null;
  process.deaf = true;
  process.signal('SIGSTOP');
  return `stop ${process.pid}`;
}

async function remove(world: World, random: Random): Promise<string | null> {
  const process = random.one(world.obedient);
  const set = random.one(
    world.oracle.made.filter(({ family }) => family === process?.family || !family.alive),
  );
  if (process === undefined || set === undefined || !mayUse(process, set)) return null;
  world.oracle.moves(set.semid);
  return tell(process, 'remove', String(set.semid));
}

/** Removes a set, an orphan's or its own, and makes another of the same id at once. */
async function rebuild(world: World, random: Random): Promise<string | null> {
  const process = random.one(world.obedient.filter(({ uid }) => uid === 0));
  if (process === undefined) return null;
  const own = world.oracle.made.filter(({ family }) => family === process.family).map(({ semid }) => semid);
  const orphans = world.told.filter((set) => world.oracle.isOrphan(set)).map(({ semid }) => semid);
  const semid = random.one(random.chance(0.5) ? own : orphans);
  if (semid === undefined) return null;
  return rebuiltBy(world, process, semid, ownerFor(world, process, random), false);
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
  const orphan = random.one(world.told.filter((set) => world.oracle.isOrphan(set)));
  if (process === undefined || orphan === undefined) return 'kill all images';
  await secondBegins();
  const rebuilt = await rebuiltBy(world, process, orphan.semid, RARE_UID, true);
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
  enter(world, made, { uid: RARE_UID, family: maker.family, reused: false, againstA0: false });
  await world.observe();
  await world.killAll('images');
  const heir = await started(world, 'image');
  const semid = Number(made.split(' ')[1]);
  const rebuilt = await rebuiltBy(world, heir, semid, RARE_UID, false);
  await world.observe();
  await world.observe();
  return `kill all images; ${maker.pid}: ${made}; kill it; ${rebuilt}`;
}

async function rebuiltBy(
  world: World,
  process: DaemonProcess,
  semid: number,
  uid: number,
  againstA0: boolean,
): Promise<string> {
  world.oracle.moves(semid);
  const answer = await process.tell('rebuild', semid, uid, uid);
  enter(world, answer, { uid, family: process.family, reused: true, againstA0 });
  return `${process.pid}: rebuild ${semid} for ${uid}: ${answer}`;
}

function named({ family }: Apache): string {
  return `Apache ${family.number} (${family.what})`;
}
