import type { SetUse } from '../kernel/observed.ts';
import type { SemaphoreSet } from '../kernel/set-table.ts';
import type { Candidates } from './candidates.ts';
import type { OperationWindow } from './operation.ts';
import type { Observation } from './observation.ts';
import type { KnownExecutables, Profile } from './profiles.ts';

/** Under what circumstances a set was first seen; one object for all sets with the same. */
export interface Sight {
  /** Number of the observation. */
  readonly observation: number;
  /** Boot clock, seconds. */
  readonly at: number;
  /** The same by the wall clock then, whole seconds since the epoch, for people. */
  readonly wallTime: number;
  /** It was the exporter's first observation: nothing is known of how the set came to be. */
  readonly atFirstObservation: boolean;
  /** An image of a profile that may be given the set lived in this IPC namespace. */
  readonly imageAlive: boolean;
  /** Processes were about that could not be read, so that candidates may be missing. */
  readonly opaque: boolean;
}

/** What the ledger holds of one set. Never changed after it is made. */
export interface Entry {
  /** As last seen. */
  readonly set: SemaphoreSet;
  /** As read by the last observation; null where it could not, so that no later reading is dated by an older one. */
  readonly use: SetUse | null;
  readonly sight: Sight;
  readonly candidates: Candidates;
  /** The family that all holders belong to, once it was certainly seen using the set. */
  readonly user: string | null;
  /** Name of the image that was certainly seen using it. */
  readonly imageUse: string | null;
  /** Name of another program that was certainly seen using it. */
  readonly foreignUse: string | null;
  /** It was used by two families, or by one that was no candidate: assumption A1 does not hold for it. */
  readonly contested: boolean;
  readonly operation: OperationWindow;
  /** Since when no candidate lives, wall clock, whole seconds since the epoch; null while one does. */
  readonly extinctSince: number | null;
  /** It has been found `orphaned` and was counted. */
  readonly counted: boolean;
}

/** How many sets one start of a service needs, learned from one live instance of it. */
export interface StartDemand {
  readonly profile: string;
  readonly uid: number;
  /** Sets, 1 or more. */
  readonly sets: number;
  /** Exec family of the instance. */
  readonly family: string;
  /** Sets of the instance while it still starts; null once its start is over. */
  readonly starting: readonly number[] | null;
}

/** All that watching has told of the sets of one IPC namespace since one boot. Never changed after it is made. */
export interface Ledger {
  readonly bootId: string;
  readonly ipcNamespace: number;
  /** Number of the last observation; the first is 1. */
  readonly observations: number;
  /** The last observation's start and end, boot clock, and wall clock minus boot clock then. */
  readonly previous: { readonly startedAt: number; readonly endedAt: number; readonly bootedAt: number };
  /** Families alive at the last observation → end of the observation that first saw them, boot clock. */
  readonly families: ReadonlyMap<string, number>;
  readonly executables: KnownExecutables;
  /** Whose images the candidates of all entries include. */
  readonly profiles: readonly Profile[];
  /** By semid. */
  readonly entries: ReadonlyMap<number, Entry>;
  readonly startDemand: readonly StartDemand[];
  /** Raised by each observation that changed what a state file must not miss: entries or start demand. */
  readonly revision: number;
}

/** Whether a ledger is one of the boot and IPC namespace of an observation, so that the observation continues it. */
export function continues(
  ledger: Pick<Ledger, 'bootId' | 'ipcNamespace' | 'previous'>,
  observation: Pick<Observation, 'bootId' | 'ipcNamespace' | 'startedAt'>,
): boolean {
  return (
    ledger.bootId === observation.bootId &&
    ledger.ipcNamespace === observation.ipcNamespace &&
    ledger.previous.startedAt <= observation.startedAt
  );
}
