import { lstatSync, statSync, unlinkSync, type Stats } from 'node:fs';
import { connect, type Server } from 'node:net';
import { dirname } from 'node:path';

/** Owner and group may connect, others may not: the complement of mode 0660. */
const UMASK = 0o117;

/** How long a listener may take to take a connection before it counts as alive all the same. */
const PROBE_MS = 1_000;

/** What stands at the path of a Unix socket. */
export type Occupant = 'nothing' | 'stale socket' | 'live socket' | 'other file';

/** Listens on a Unix socket that has mode 0660 from the moment it exists. */
export function listenUnix(server: Server, path: string): void {
  // bind(2) takes the mode from the umask, which belongs to the whole process; Node binds a path before
  // listen() returns, so nothing else on this thread runs under this one.
  const umask = process.umask(UMASK);
  try {
    server.listen({ path });
  } finally {
    process.umask(umask);
  }
}

/**
 * Clears the path of a Unix socket where nobody listens on it any more, and says what stood there. Throws the
 * system's error where it may not look, ask or clear.
 */
export async function removeStaleSocket(path: string): Promise<Occupant> {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) {
    // Throws where there is no such folder, of which libuv says only that it may not bind there.
    statSync(dirname(path));
    return 'nothing';
  }
  if (!found.isSocket()) return 'other file';
  if (await isAnswered(path)) return 'live socket';
  // Another exporter may have cleared the path and begun to listen while this one asked.
  const now = lstatSync(path, { throwIfNoEntry: false });
  if (now === undefined) return 'nothing';
  if (!isSameFile(found, now)) return 'live socket';
  unlinkSync(path);
  return 'stale socket';
}

/** False only where the kernel says that nobody listens. Rejects where this user may not ask. */
async function isAnswered(path: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const probe = connect({ path });
    const settle = (answered: boolean): void => {
      probe.destroy();
      resolve(answered);
    };
    probe.setTimeout(PROBE_MS, () => {
      settle(true);
    });
    probe.once('connect', () => {
      settle(true);
    });
    probe.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EACCES') reject(error);
      // Whatever else goes wrong, a full backlog for instance, somebody listens.
      else settle(error.code !== 'ECONNREFUSED' && error.code !== 'ENOENT');
    });
  });
}

function isSameFile(a: Stats, b: Stats): boolean {
  return a.dev === b.dev && a.ino === b.ino && a.ctimeMs === b.ctimeMs;
}
