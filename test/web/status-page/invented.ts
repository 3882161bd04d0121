import { SET_STATES } from '../../../src/orphans/vocabulary.ts';
import type { OwnerUsage, Snapshot } from '../../../src/collector/snapshot.ts';
import type { SetState } from '../../../src/orphans/vocabulary.ts';
import type { CollectionStatus } from '../../../src/collector/status.ts';
import { SetTable } from '../../../src/kernel/set-table.ts';
import type { ExporterFacts } from '../../../src/web/status-page/view.ts';

/** The moment of the invented statuses, seconds since the epoch. */
export const NOW = Date.UTC(2026, 10, 22, 10, 4, 18) / 1000;

/** Sets of one owner in one state. */
export interface InventedSets {
  readonly owner: string;
  readonly uid: number | null;
  readonly state: SetState;
  readonly sets: number;
  readonly semaphores?: number;
  readonly evidence?: string;
  /** Changed this many seconds ago, the first; each later one a minute later. */
  readonly age?: number;
}

/** A snapshot of these sets; what is not given is that of a healthy machine. */
export function inventedSnapshot(sets: readonly InventedSets[], change: Partial<Snapshot> = {}): Snapshot {
  const owners = new Map<string, OwnerUsage>();
  const rows: { owner: number; state: number; sentence: number }[] = [];
  const sentences: string[] = [];
  const table = sets.flatMap(({ owner, uid, state, sets: many, semaphores = 1, evidence, age = 86_400 }) => {
    if (!owners.has(owner)) owners.set(owner, { owner, uid, states: noStates() });
    const usage = owners.get(owner)?.states[state] as { sets: number; semaphores: number };
    usage.sets += many;
    usage.semaphores += many * semaphores;
    sentences.push(evidence ?? `Invented as ${state}.`);
    return Array.from({ length: many }, (_, at) => {
      rows.push({
        owner: [...owners.keys()].indexOf(owner),
        state: SET_STATES.indexOf(state),
        sentence: sentences.length - 1,
      });
      return {
        key: 0,
        semid: 32_768 * rows.length + rows.length,
        mode: 0o600,
        semaphores,
        uid,
        gid: uid,
        creatorUid: 0,
        creatorGid: 0,
        operatedAt: 0,
        changedAt: Math.floor(NOW - age + 60 * at),
      };
    });
  });
  const usages = [...owners.values()];
  const sum = (kind: 'sets' | 'semaphores') =>
    usages.reduce(
      (all, { states }) => all + SET_STATES.reduce((own, state) => own + states[state][kind], 0),
      0,
    );
  return {
    collectedAt: NOW - 4,
    sets: SetTable.of(table),
    ownerOf: Uint32Array.from(rows, ({ owner }) => owner),
    judgements: {
      states: Uint8Array.from(rows, ({ state }) => state),
      sentence: Uint32Array.from(rows, ({ sentence }) => sentence),
      holders: new Uint32Array(rows.length),
      sentences,
      holderLists: [[]],
    },
    totals: { sets: sum('sets'), semaphores: sum('semaphores') },
    limits: { semaphoresPerSet: 250, semaphores: 32_000, operationsPerCall: 32, sets: 128 },
    owners: usages,
    truncatedOwners: 0,
    ipcNamespace: { inode: 4_026_531_839, initial: true },
    collectors: {
      sets: { success: true, durationSeconds: 0.0081 },
      limits: { success: true, durationSeconds: 0.0002 },
      orphans: { success: true, durationSeconds: 0.0214 },
    },
    proofBlocked: [],
    startDemand: [],
    newlyOrphaned: [],
    oldestOrphans: [],
    notices: [],
    ...change,
  };
}

/** What the exporter knows after a collection that brought this snapshot. */
export function inventedStatus(
  snapshot: Snapshot | null,
  change: Partial<CollectionStatus> = {},
): CollectionStatus {
  return {
    snapshot,
    setInfo: null,
    failure: null,
    lastSuccessAt: snapshot?.collectedAt ?? null,
    collections: 1204,
    failures: { spawn: 0, timeout: 0, exit: 0, output: 0, parse: 0, procfs: 0, worker: 0 },
    orphansDetected: [],
    proofBlocked: snapshot?.proofBlocked ?? [],
    startDemand: snapshot?.startDemand ?? [],
    ...change,
  };
}

/** An exporter as most are. */
export const FACTS: ExporterFacts = {
  host: 'web1.example.com',
  build: { version: '0.1.0', revision: '5f2c1a9', branch: 'main', nodeVersion: 'v20.20.0' },
  startedAt: NOW - 5 * 3600,
  collectorIntervalMs: 15_000,
  telemetryPath: '/metrics',
  orphansEnabled: true,
  cleanupEnabled: true,
  runbooks: [],
};

function noStates(): OwnerUsage['states'] {
  const none = SET_STATES.map((state) => [state, { sets: 0, semaphores: 0 }] as const);
  return Object.fromEntries(none) as Record<SetState, { sets: number; semaphores: number }>;
}
