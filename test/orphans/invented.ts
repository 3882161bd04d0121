import type { SetUse } from '../../src/kernel/observed.ts';
import { SetTable } from '../../src/kernel/set-table.ts';
import type { SemaphoreSet } from '../../src/kernel/set-table.ts';
import type { SetState } from '../../src/orphans/vocabulary.ts';
import { judge } from '../../src/orphans/judge.ts';
import type { Judged, Rule } from '../../src/orphans/judge.ts';
import type { Entry, Ledger } from '../../src/orphans/ledger.ts';
import type { ObservedProcess } from '../../src/kernel/observed.ts';
import type { Observation } from '../../src/orphans/observation.ts';
import { APACHE } from '../../src/orphans/profiles.ts';

/** The invented machine booted at this wall time. */
export const BOOT = 1_000_000;
export const HOST_IPC = 4_026_531_839;
export const RULE: Rule = { profiles: [APACHE], minAgeSeconds: 60 };

/** A set as Apache makes it; times are seconds after boot. */
export function set(change: Partial<SemaphoreSet> = {}): SemaphoreSet {
  const { operatedAt = 0, changedAt = 0, ...rest } = change;
  return {
    key: 0,
    semid: 7,
    mode: 0o600,
    semaphores: 1,
    uid: 33,
    gid: 33,
    creatorUid: 0,
    creatorGid: 0,
    operatedAt: operatedAt === null || operatedAt === 0 ? operatedAt : operatedAt + BOOT,
    changedAt: changedAt === null ? null : changedAt + BOOT,
    ...rest,
  };
}

/** A process; `startedAt` is seconds after boot. */
export function process(change: Partial<ObservedProcess> & { startedAt?: number } = {}): ObservedProcess {
  const { startedAt = 1, ...rest } = change;
  return {
    pid: 100,
    startTicks: Math.round(startedAt * 100),
    family: 'daemon',
    opaque: null,
    uids: [0],
    ipcNamespaces: [HOST_IPC],
    comm: 'daemon',
    exe: '/usr/sbin/daemon',
    exeId: '8:1',
    libraries: [],
    blockedOn: [],
    ...rest,
  };
}

/** A process of an Apache. */
export function apache(change: Partial<ObservedProcess> & { startedAt?: number } = {}): ObservedProcess {
  return process({
    pid: 200,
    family: 'apache-1',
    uids: [33],
    comm: 'apache2',
    exe: '/usr/sbin/apache2',
    exeId: '8:2',
    ...change,
  });
}

export function blocking(semid: number, ipcNamespace = HOST_IPC): Pick<ObservedProcess, 'blockedOn'> {
  return { blockedOn: [{ semid, ipcNamespace, euid: 0, certain: true }] };
}

export type Reading = readonly [SemaphoreSet, (Partial<SetUse> | null)?];

/** An observation that lasts half a second, from `at` seconds after boot; unless told otherwise, who blocks is counted. */
export function observation(
  at: number,
  readings: readonly Reading[],
  processes: readonly ObservedProcess[],
  change: Partial<Observation> = {},
): Observation {
  const table = SetTable.of(readings.map(([each]) => each));
  return {
    startedAt: at,
    endedAt: at + 0.5,
    bootedAt: BOOT,
    ticksPerSecond: 100,
    bootId: 'boot',
    ipcNamespace: HOST_IPC,
    blockers: [],
    before: table,
    uses: readings.map(([{ semid }, use]) =>
      use === null
        ? null
        : { lastPids: [0], values: [1], waiters: waitersOf(semid, processes), ...(use ?? {}) },
    ),
    after: table,
    processes,
    ownPid: 999,
    ownerNames: new Map([[33, 'www-data']]),
    ...change,
  };
}

function waitersOf(semid: number, processes: readonly ObservedProcess[]): number {
  const calls = processes.flatMap(({ blockedOn }) => blockedOn);
  return calls.filter((call) => call.semid === semid && call.ipcNamespace === HOST_IPC).length;
}

/** A ledger that goes from observation to observation, as the worker carries it. */
export class Watch {
  ledger: Ledger | null = null;
  last: Judged | null = null;
  rule: Rule;

  constructor(rule: Rule = RULE) {
    this.rule = rule;
  }

  see(...args: Parameters<typeof observation>): this {
    this.last = judge(this.ledger, observation(...args), this.rule);
    this.ledger = this.last.ledger;
    return this;
  }

  state(semid = 7): SetState | undefined {
    return this.last?.sets.get(semid)?.verdict.state;
  }

  evidence(semid = 7): string {
    return this.last?.sets.get(semid)?.verdict.evidence ?? '';
  }

  holders(semid = 7): readonly number[] {
    return this.last?.sets.get(semid)?.verdict.holders ?? [];
  }

  entry(semid = 7): Entry {
    const entry = this.ledger?.entries.get(semid);
    if (entry === undefined) throw new Error(`the ledger has no set ${semid}`);
    return entry;
  }

  demand(uid = 33): number | undefined {
    return this.ledger?.startDemand.find((each) => each.uid === uid)?.sets;
  }
}
