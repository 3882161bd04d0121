import type { JudgedSet } from '../collector/snapshot.ts';
import type { SetState } from '../orphans/vocabulary.ts';
import { isoSeconds } from './timestamp.ts';

/** One set as `GET /api/v1/sets` and `list --json` tell it; null where it could not be read. */
export interface SetJson {
  readonly semid: number;
  /** "0x" and eight digits. */
  readonly key: string;
  readonly owner: string;
  readonly uid: number | null;
  readonly gid: number | null;
  readonly creatorUid: number | null;
  readonly creatorGid: number | null;
  /** Octal, three digits or more. */
  readonly perms: string;
  readonly semaphores: number;
  /** Null also where nobody has operated on it yet. */
  readonly operatedAt: string | null;
  readonly changedAt: string | null;
  readonly state: SetState;
  /** A sentence. */
  readonly evidence: string;
  /** Pids, ascending. */
  readonly holders: readonly number[];
}

/** A set in the words of the API. */
export function setJson(set: JudgedSet): SetJson {
  return {
    semid: set.semid,
    key: `0x${set.key.toString(16).padStart(8, '0')}`,
    owner: set.owner,
    uid: set.uid,
    gid: set.gid,
    creatorUid: set.creatorUid,
    creatorGid: set.creatorGid,
    perms: set.mode.toString(8).padStart(3, '0'),
    semaphores: set.semaphores,
    operatedAt: set.operatedAt === 0 ? null : isoSeconds(set.operatedAt),
    changedAt: isoSeconds(set.changedAt),
    state: set.state,
    evidence: set.evidence,
    holders: set.holders,
  };
}
