import { afterSuccess, NOTHING_COLLECTED, type CollectionStatus } from '../../src/collector/status.ts';
import type { Snapshot } from '../../src/collector/snapshot.ts';
import type { SetState } from '../../src/orphans/vocabulary.ts';
import type { Log, LogFields } from '../../src/log.ts';
import type { WebContext } from '../../src/web/context.ts';
import { Runbooks } from '../../src/web/runbooks/runbooks.ts';
import { inventedSnapshot } from '../support/invented-status.ts';

/** 2026-01-01T00:00:00Z, seconds since the epoch. */
export const NEW_YEAR = 1_767_225_600;

/** What matters here of an invented set; by default it is of www-data, and nothing is known of it. */
export interface SomeSet {
  readonly semid: number;
  readonly uid?: number;
  readonly state?: SetState;
}

const NAMES: Readonly<Record<number, string>> = { 0: 'root', 33: 'www-data' };

/** A snapshot of these sets, lowest semid first. */
export function snapshotOf(sets: readonly SomeSet[]): Snapshot {
  const rows = sets.map(({ semid, uid = 33, state = 'unknown' as const }) => ({
    semid,
    uid,
    owner: NAMES[uid] ?? String(uid),
    state,
  }));
  return inventedSnapshot(
    rows.sort((a, b) => a.semid - b.semid),
    {
      collectedAt: NEW_YEAR + 0.25,
      proofBlocked: ['no_ptrace'],
      startDemand: [{ profile: 'apache', owner: 'www-data', sets: 3 }],
    },
  );
}

/** What is known after one collection that found these sets. */
export function inventedStatus(...sets: readonly SomeSet[]): CollectionStatus {
  return afterSuccess(NOTHING_COLLECTED, snapshotOf(sets), null);
}

/** A log that keeps its records. */
export function keepingLog(): Log & {
  readonly records: { level: string; message: string; fields: LogFields }[];
} {
  const records: { level: string; message: string; fields: LogFields }[] = [];
  const at =
    (level: string) =>
    (message: string, fields: LogFields = {}): void => {
      records.push({ level, message, fields });
    };
  const log = { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error'), records };
  return { ...log, for: () => ({ ...log, for: () => keepingLog() }) };
}

/** A context over an invented status. */
export function inventedContext(changes: Partial<WebContext> = {}): WebContext {
  const status = inventedStatus({ semid: 0 }, { semid: 131_073, uid: 0, state: 'orphaned' });
  return {
    status: () => status,
    refresh: () => Promise.resolve(),
    exposition: (format, encoding) => Promise.resolve(Buffer.from(`${format} ${encoding}\n`)),
    telemetryPath: '/metrics',
    maxRequests: 40,
    collectorIntervalMs: 0,
    guards: [],
    orphansEnabled: true,
    cleanupHandlers: null,
    host: 'web1',
    startedAt: 1_700_000_000,
    runbooks: new Runbooks(),
    build: { version: '1.2.3', revision: 'abc', branch: 'main', nodeVersion: process.version },
    log: keepingLog(),
    ...changes,
  };
}
