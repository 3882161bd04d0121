import { SET_STATES } from '../../src/orphans/vocabulary.ts';
import type { OwnerUsage, Snapshot } from '../../src/collector/snapshot.ts';
import type { SetState } from '../../src/orphans/vocabulary.ts';
import type { SemaphoreTotals } from '../../src/kernel/limits.ts';
import { SetTable } from '../../src/kernel/set-table.ts';
import type { SemaphoreSet } from '../../src/kernel/set-table.ts';

/** A set of an invented snapshot, with its owner's name and its state. */
interface InventedSet extends Partial<SemaphoreSet> {
  readonly owner: string;
  readonly state: SetState;
}

function tally(sets: readonly InventedSet[]): OwnerUsage[] {
  const owners = new Map<
    string,
    { owner: string; uid: number | null; states: Record<SetState, SemaphoreTotals> }
  >();
  for (const { owner, uid = null, state, semaphores = 1 } of sets) {
    const usage = owners.get(`${owner} ${uid ?? ''}`) ?? {
      owner,
      uid,
      states: Object.fromEntries(SET_STATES.map((name) => [name, { sets: 0, semaphores: 0 }])) as Record<
        SetState,
        SemaphoreTotals
      >,
    };
    const before = usage.states[state];
    usage.states[state] = { sets: before.sets + 1, semaphores: before.semaphores + semaphores };
    owners.set(`${owner} ${uid ?? ''}`, usage);
  }
  return [...owners.values()];
}

/** A snapshot of these sets that agrees with itself; `changes` replace whatever else it tells. */
export function inventedSnapshot(sets: readonly InventedSet[], changes: Partial<Snapshot> = {}): Snapshot {
  const owners = tally(sets);
  const table = SetTable.of(
    sets.map(({ semid = 0, key = 0, mode = 0o600, semaphores = 1, uid = null }) => ({
      key,
      semid,
      mode,
      semaphores,
      uid,
      gid: uid,
      creatorUid: 0,
      creatorGid: 0,
      operatedAt: 0,
      changedAt: 1_790_000_000,
    })),
  );
  return {
    collectedAt: 1_795_341_600.25,
    sets: table,
    ownerOf: Uint32Array.from(sets, ({ owner, uid = null }) =>
      owners.findIndex((usage) => usage.owner === owner && usage.uid === uid),
    ),
    judgements: {
      states: Uint8Array.from(sets, ({ state }) => SET_STATES.indexOf(state)),
      sentence: new Uint32Array(sets.length),
      holders: new Uint32Array(sets.length),
      sentences: ['Nothing is known.'],
      holderLists: [[]],
    },
    totals: { sets: sets.length, semaphores: table.semaphores },
    limits: { semaphoresPerSet: 250, semaphores: 32_000, operationsPerCall: 32, sets: 128 },
    owners,
    truncatedOwners: 0,
    ipcNamespace: { inode: 4_026_531_839, initial: true },
    collectors: {
      sets: { success: true, durationSeconds: 0.0125 },
      limits: { success: true, durationSeconds: 0.00025 },
      orphans: { success: true, durationSeconds: 0.041 },
    },
    proofBlocked: [],
    startDemand: [],
    newlyOrphaned: [],
    oldestOrphans: [],
    notices: [],
    ...changes,
  };
}
