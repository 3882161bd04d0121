import { PROOF_BLOCKERS, type ProofBlocker } from './vocabulary.ts';
import { CollectionError, messageOf } from '../errors.ts';
import { readBoot, readUptime } from '../kernel/boot.ts';
import type { ObservedProcess } from '../kernel/observed.ts';
import { missingPreconditions } from '../kernel/preconditions.ts';
import { ProcessCache } from '../kernel/process-cache.ts';
import { observeProcesses } from '../kernel/processes.ts';
import { readIpcNamespace, readSetListing } from '../kernel/procfs.ts';
import type { Semctl } from '../kernel/semctl.ts';
import type { SetTable } from '../kernel/set-table.ts';
import { judge, judgeOnce, type Judged } from './judge.ts';
import type { Ledger, StartDemand } from './ledger.ts';
import type { Observation } from './observation.ts';
import { libraryPrefixes, type Profile } from './profiles.ts';
import { StateFile } from './state-file.ts';

/** How sets are judged. */
export interface OrphanConfig {
  readonly profiles: readonly Profile[];
  /** `--orphans.min-age`, seconds. */
  readonly minAgeSeconds: number;
  /** Where the ledger survives a restart; null for nowhere. */
  readonly stateFile: string | null;
  /** False for a single look, which begins no ledger and writes no state file, but goes on with the one it finds. */
  readonly watches: boolean;
}

/** What one observation told. */
export interface Watched {
  /** Null where the sets could not be judged; the notices then say why. */
  readonly judged: Judged | null;
  readonly proofBlocked: readonly ProofBlocker[];
  /** As last learned, also where nothing could be judged. */
  readonly startDemand: readonly StartDemand[];
  /** One sentence for each thing that went wrong. */
  readonly notices: readonly string[];
}

/** What the watch reads of the machine. */
export interface WatchTools {
  readonly procfs: string;
  /** Null where semctl(2) cannot be called. */
  readonly semctl: Semctl | null;
}

/** Watches the sets from one observation to the next, in the thread that collects. */
export class OrphanWatch {
  #config: OrphanConfig;
  readonly #tools: WatchTools;
  readonly #cache = new ProcessCache();
  readonly #stateFile: StateFile | null;
  #ledger: Ledger | null = null;
  /** Sets that became orphans in observations that no collection told of. */
  #untold: Judged['newlyOrphaned'] = [];
  #loading: string | null | undefined;

  private constructor(config: OrphanConfig, tools: WatchTools, stateFile: StateFile | null) {
    this.#config = config;
    this.#tools = tools;
    this.#stateFile = stateFile;
  }

  /** Begins where the state file ended, if one is named. Never rejects. */
  static async begin(config: OrphanConfig, tools: WatchTools): Promise<OrphanWatch> {
    const stateFile = config.stateFile === null ? null : await StateFile.open(config.stateFile);
    return new OrphanWatch(config, tools, stateFile);
  }

  /** Judges by other profiles from now on. */
  useProfiles(profiles: readonly Profile[]): void {
    this.#config = { ...this.#config, profiles };
  }

  /** The boot clock, to be read before the sets are; null where it cannot be. */
  readClock(): number | null {
    try {
      return readUptime(this.#tools.procfs);
    } catch {
      return null;
    }
  }

  /**
   * Observes who may use the sets of a listing that was read after `startedAt` on the boot clock, and judges them. Never
   * throws.
   */
  observe(startedAt: number | null, sets: SetTable, ownerNames: ReadonlyMap<number, string>): Watched {
    const watched = this.#observe(startedAt, sets, ownerNames);
    if (watched.judged === null || this.#untold.length === 0) return watched;
    const newlyOrphaned = [...this.#untold, ...watched.judged.newlyOrphaned];
    this.#untold = [];
    return { ...watched, judged: { ...watched.judged, newlyOrphaned } };
  }

  /** As {@link observe}, beside the collections: what became an orphan in it, the next collection tells. */
  observeOnce(startedAt: number | null, sets: SetTable, ownerNames: ReadonlyMap<number, string>): Watched {
    const watched = this.#observe(startedAt, sets, ownerNames);
    this.#untold = [...this.#untold, ...(watched.judged?.newlyOrphaned ?? [])];
    return watched;
  }

  #observe(startedAt: number | null, sets: SetTable, ownerNames: ReadonlyMap<number, string>): Watched {
    const notices: string[] = [];
    let processes: readonly ObservedProcess[] = [];
    try {
      if (startedAt === null) {
        throw new CollectionError('procfs', `${this.#tools.procfs}/uptime could not be read before the sets`);
      }
      const uses = this.#uses(sets);
      processes = observeProcesses({
        procfs: this.#tools.procfs,
        libraryPrefixes: libraryPrefixes(this.#config.profiles),
        cache: this.#cache,
      });
      const after = readSetListing(this.#tools.procfs);
      const proofBlocked = this.#blockers(processes);
      const boot = readBoot(this.#tools.procfs);
      const observation: Observation = {
        startedAt,
        endedAt: readUptime(this.#tools.procfs),
        bootedAt: boot.epoch,
        ticksPerSecond: boot.ticksPerSecond,
        bootId: boot.id,
        ipcNamespace: readIpcNamespace(this.#tools.procfs).inode,
        blockers: proofBlocked,
        before: sets,
        uses,
        after,
        processes,
        ownPid: process.pid,
        ownerNames,
      };
      this.#load(observation);
      const judged = this.#judge(observation);
      if (typeof this.#loading === 'string') notices.push(this.#loading);
      notices.push(...this.#save(false));
      return { judged, proofBlocked, startDemand: this.#startDemand, notices };
    } catch (error) {
      notices.push(`sets cannot be judged: ${messageOf(error)}`);
      const proofBlocked = this.#blockers(processes);
      return { judged: null, proofBlocked, startDemand: this.#startDemand, notices };
    }
  }

  get #startDemand(): readonly StartDemand[] {
    return this.#ledger?.startDemand ?? [];
  }

  /** Writes the ledger for the last time; a sentence where it could not. */
  close(): readonly string[] {
    return this.#save(true);
  }

  #uses(sets: SetTable): Observation['uses'] {
    const { semctl } = this.#tools;
    return Array.from({ length: sets.length }, (_, row) =>
      semctl === null ? null : semctl.use(sets.value(row, 'semid'), sets.value(row, 'semaphores')),
    );
  }

  #blockers(processes: readonly ObservedProcess[]): ProofBlocker[] {
    const { procfs, semctl } = this.#tools;
    const missing = missingPreconditions({ procfs, semctlAvailable: semctl !== null, processes });
    return PROOF_BLOCKERS.filter((blocker) => missing[blocker]);
  }

  /** Only the first observation tells of which boot and namespace the ledger must be. */
  #load(observation: Observation): void {
    if (this.#loading !== undefined) return;
    const loaded = this.#config.watches
      ? this.#stateFile?.load(observation)
      : this.#stateFile?.peek(observation);
    this.#ledger = loaded?.ledger ?? null;
    this.#loading = loaded?.warning ?? null;
  }

  #judge(observation: Observation): Judged {
    if (!this.#config.watches && this.#ledger === null) return judgeOnce(observation, this.#config);
    const judged = judge(this.#ledger, observation, this.#config);
    this.#ledger = judged.ledger;
    return judged;
  }

  #save(always: boolean): readonly string[] {
    if (!this.#config.watches || this.#ledger === null) return [];
    const fault = this.#stateFile?.save(this.#ledger, always) ?? null;
    return fault === null ? [] : [fault.message];
  }
}
