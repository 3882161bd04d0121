import type { SetUse } from '../kernel/observed.ts';
import type { SemaphoreSet } from '../kernel/set-table.ts';
import type { ObservedProcess } from '../kernel/observed.ts';
import type { OperationWindow } from './operation.ts';
import type { Scene } from './scene.ts';

/** A live process that uses a set, or may do so. */
export interface User {
  readonly process: ObservedProcess;
  /** A task of it blocks on the set, or its pid is the set's last. */
  readonly how: 'waits' | 'operated';
  /** Nobody else can have done it, and its family is the one that it belonged to when it did. */
  readonly certain: boolean;
}

const NOBODY: readonly User[] = [];

/** The live processes that use a set by this observation. */
export function usersOf(
  set: SemaphoreSet,
  use: SetUse | null,
  operation: OperationWindow,
  scene: Scene,
): readonly User[] {
  const { blocked, byPid } = scene.census;
  let users: User[] | null = null;
  for (const process of blocked.get(set.semid) ?? [])
    (users ??= []).push({ process, how: 'waits', certain: waitsCertainly(process, set, use, scene) });
  for (const pid of use?.lastPids ?? []) {
    const processes = pid === 0 ? undefined : byPid.get(pid);
    if (processes === undefined) continue;
    for (const process of processes) {
      const startedAt = process.startTicks / scene.observation.ticksPerSecond;
      if (startedAt > operation.before) continue;
      const certain = processes.length === 1 && operatedCertainly(process, set, operation, scene);
      (users ??= []).push({ process, how: 'operated', certain });
    }
  }
  return users ?? NOBODY;
}

/**
 * A family that an earlier observation saw existed before the call, so the process blocks as a member of it; one
 * that is seen for the first time may have begun, by exec, after another program's call was read. Where the kernel counts
 * nobody who waits, the task is frozen: it shows the call that it was in, be the set of that id another one by now.
 */
function waitsCertainly(
  process: ObservedProcess,
  set: SemaphoreSet,
  use: SetUse | null,
  scene: Scene,
): boolean {
  if ((use?.waiters ?? 0) === 0) return false;
  if (process.family === null || !(scene.previous?.families.has(process.family) ?? false)) return false;
  return process.blockedOn.some(
    (call) =>
      call.semid === set.semid &&
      call.ipcNamespace === scene.observation.ipcNamespace &&
      call.certain &&
      (call.euid === 0 || call.euid === set.uid || call.euid === set.creatorUid),
  );
}

/**
 * The process had the number before the operation, and its family existed before it. Families begin by exec, so a
 * process whose family is older than the operation has not called exec since: what it did, it did as that family.
 */
function operatedCertainly(
  process: ObservedProcess,
  set: SemaphoreSet,
  operation: OperationWindow,
  scene: Scene,
): boolean {
  if (set.semaphores !== 1 || process.family === null) return false;
  const knownAt = scene.previous?.families.get(process.family) ?? Number.POSITIVE_INFINITY;
  const startedBefore = (process.startTicks + 1) / scene.observation.ticksPerSecond;
  return startedBefore <= operation.after && knownAt <= operation.after;
}
