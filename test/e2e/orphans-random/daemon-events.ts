import { vi } from 'vitest';
import type { Random } from '../../support/random.ts';
import type { DaemonProcess } from './daemons.ts';
import { DAEMONS, enter, tell, UIDS } from './event.ts';
import type { Event } from './event.ts';
import type { World } from './world.ts';

/** What daemons do and what happens to them, and how often compared with the rest. */
export const DAEMON_EVENTS: readonly (readonly [weight: number, event: Event])[] = [
  [8, start],
  [4, startMaker],
  [9, fork],
  [3, (world, random) => tell(random.one(world.obedient), 'daemonise')],
  [5, exec],
  [4, becomeUser],
  [1, unshare],
  [4, (world, random) => tell(random.one(world.obedient), 'exit')],
  [4, killProcess],
  [4, killFamily],
  [1, stop],
];

function start(world: World, random: Random): string | null {
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
  enter(world, answer, { uid: UIDS[0], family: process.family });
  return `start a daemon, other; ${process.pid}: make for ${UIDS[0]}: ${answer}`;
}

/** Starts a daemon and waits until it reports. */
export async function started(world: World, kind: 'image' | 'other'): Promise<DaemonProcess> {
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

async function fork(world: World, random: Random): Promise<string | null> {
  if (world.daemons.processes.size >= DAEMONS) return null;
  return tell(random.one(world.obedient), 'fork');
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
  if (!family.image && !(alone && world.sets.made.every((set) => set.family !== family))) return null;
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
  const unseen = world.sets.made.some(
    ({ family, madeAt }) => family === process.family && madeAt >= world.observedAt,
  );
  if (unseen || world.daemons.indebted.has(process.pid)) return null;
  process.away = true;
  return tell(process, 'unshare');
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
