import type { ObservedProcess } from '../kernel/observed.ts';
import type { SemaphoreSet } from '../kernel/set-table.ts';

/** A family of programs whose sets may be attributed to it. */
export interface Profile {
  /** The `profile` of `sysvsem_start_demand_sets`. */
  readonly name: string;
  /** Base names of its executables. */
  readonly images: readonly string[];
  /** Beginnings of the base names of libraries that only such programs map. */
  readonly libraries: readonly string[];
  /** Owners, by name or uid, whose sets it may be given; null for any owner. */
  readonly owners: readonly string[] | null;
}

/** Apache httpd under the names that distributions give it. */
export const APACHE: Profile = {
  name: 'apache',
  images: ['apache2', 'httpd', 'httpd.worker', 'httpd.event', 'httpd-prefork'],
  libraries: ['libapr-', 'mod_mpm_'],
  owners: null,
};

/** Executables, `device:inode`, that have been seen under a profile's name, each with that profile's name. */
export type KnownExecutables = ReadonlyMap<string, string>;

const COMM_LENGTH = 15;

/** Beginnings of library names that the scan of processes must look for. */
export function libraryPrefixes(profiles: readonly Profile[]): string[] {
  return [...new Set(profiles.flatMap((profile) => profile.libraries))];
}

/** Whether the file that a process executes is called as one of the profile's images. */
function executesImage(profile: Profile, process: ObservedProcess): boolean {
  if (process.exe === null) return false;
  const name = process.exe.replace(/ \(deleted\)$/, '');
  return profile.images.includes(name.slice(name.lastIndexOf('/') + 1));
}

/** Whether a process goes by the name of one of the profile's images: its file's, or its main thread's. */
export function isNamedAsImage(profile: Profile, process: ObservedProcess): boolean {
  return (
    executesImage(profile, process) ||
    profile.images.some((image) => image.slice(0, COMM_LENGTH) === process.comm)
  );
}

/** Whether a process runs one of the profile's images, by any of the signs of one. */
export function isImage(profile: Profile, process: ObservedProcess, known: KnownExecutables): boolean {
  return (
    isNamedAsImage(profile, process) ||
    (process.exeId !== null && known.get(process.exeId) === profile.name) ||
    process.libraries.some((library) => profile.libraries.some((prefix) => library.startsWith(prefix)))
  );
}

/**
 * Executables known after these processes were seen. One that no process runs any longer is forgotten, because
 * its inode may then become another program's.
 */
export function knownExecutables(
  profiles: readonly Profile[],
  processes: readonly ObservedProcess[],
  known: KnownExecutables,
): KnownExecutables {
  const next = new Map<string, string>();
  for (const process of processes) {
    if (process.exeId === null) continue;
    const name =
      profiles.find((profile) => executesImage(profile, process))?.name ?? known.get(process.exeId);
    if (name !== undefined) next.set(process.exeId, name);
  }
  return next;
}

/** Profiles that may be given the sets of the owner `uid`, whose name is `owner`. */
export function profilesOfOwner(
  profiles: readonly Profile[],
  uid: number,
  owner: string | undefined,
): Profile[] {
  return profiles.filter(
    ({ owners }) =>
      owners === null || owners.includes(String(uid)) || (owner !== undefined && owners.includes(owner)),
  );
}

/**
 * Whether a set looks as a server's mutex does: IPC_PRIVATE, one semaphore, mode 0600, made by root for another
 * owner or by its owner (apr locks/unix/proc_mutex.c).
 */
export function hasMutexShape(set: SemaphoreSet): boolean {
  return (
    set.key === 0 &&
    set.semaphores === 1 &&
    set.mode === 0o600 &&
    (set.creatorUid === 0 || set.creatorUid === set.uid)
  );
}
