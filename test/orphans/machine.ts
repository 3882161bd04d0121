import { SetTable } from '../../src/kernel/set-table.ts';
import type { SemaphoreSet } from '../../src/kernel/set-table.ts';
import type { ObservedProcess } from '../../src/kernel/observed.ts';
import type { Observation } from '../../src/orphans/observation.ts';
import { BOOT, HOST_IPC } from './invented.ts';

interface Living {
  pid: number;
  startTicks: number;
  family: string;
  uids: number[];
  image: boolean;
  /** Serial numbers of the sets whose ids are in its memory. */
  knows: Set<number>;
  /** The id of the set that it waited for when it was stopped, for good; nothing counts it there any more. */
  stoppedOn?: number | undefined;
}

interface Existing {
  serial: number;
  row: SemaphoreSet;
  lastPid: number;
  value: number;
}

/** A machine of which everything is known: it forks, execs, exits, makes and uses sets at random. */
export class Machine {
  readonly processes = new Map<number, Living>();
  readonly sets = new Map<number, Existing>();
  now = 1000;
  bootedAt = BOOT;
  #families = 0;
  #serial = 0;
  readonly #random: () => number;

  constructor(seed: number) {
    this.#random = mulberry32(seed);
    for (const uid of [0, 0, 33, 1000]) this.spawn(uid, false);
  }

  chance(probability: number): boolean {
    return this.#random() < probability;
  }

  one<Value>(values: Iterable<Value>): Value | undefined {
    const list = [...values];
    return list[Math.floor(this.#random() * list.length)];
  }

  get wallSecond(): number {
    // The kernel's clock for stamps lags behind by up to a tick.
    return Math.floor(this.now + this.bootedAt - (this.chance(0.5) ? 0.01 : 0));
  }

  spawn(uid: number, image: boolean): Living | undefined {
    // Few numbers, so that each is used again soon.
    const pid = this.one(
      Array.from({ length: 40 }, (_, index) => index + 2).filter((each) => !this.processes.has(each)),
    );
    if (pid === undefined) return undefined;
    const startTicks = Math.floor(this.now * 100);
    const born: Living = {
      pid,
      startTicks,
      family: `f${this.#families++}`,
      uids: [uid],
      image,
      knows: new Set(),
    };
    this.processes.set(pid, born);
    return born;
  }

  fork(parent: Living): void {
    const child = this.spawn(0, parent.image);
    if (child === undefined) return;
    child.family = parent.family;
    child.uids = this.chance(0.3) ? [this.one([0, 33, 1000]) ?? 0] : [...parent.uids];
    child.knows = new Set(parent.knows);
  }

  exec(process: Living): void {
    process.family = `f${this.#families++}`;
    process.image = this.chance(0.3);
    process.knows = new Set();
  }

  create(maker: Living, semid: number): void {
    const serial = this.#serial++;
    this.sets.set(semid, {
      serial,
      lastPid: this.chance(0.7) ? maker.pid : 0,
      value: 1,
      row: {
        key: 0,
        semid,
        mode: 0o600,
        semaphores: 1,
        uid: 33,
        gid: 33,
        creatorUid: 0,
        creatorGid: 0,
        operatedAt: 0,
        changedAt: this.wallSecond,
      },
    });
    maker.knows.add(serial);
  }

  operate(process: Living): void {
    const target = this.one([...this.sets.values()].filter(({ serial }) => process.knows.has(serial)));
    if (target === undefined) return;
    target.lastPid = process.pid;
    target.value = 1 - target.value;
    target.row = this.chance(0.8)
      ? { ...target.row, operatedAt: this.wallSecond }
      : { ...target.row, changedAt: this.wallSecond };
  }

  /** One random event. */
  step(): void {
    this.now += this.chance(0.5) ? this.#random() * 0.05 : this.#random() * 2;
    const running = [...this.processes.values()].filter(({ stoppedOn }) => stoppedOn === undefined);
    const process = this.one(running);
    const maker = this.one(running.filter(({ image }) => image));
    if (maker !== undefined && this.chance(0.02)) this.#stop(maker);
    const dice = Math.floor(this.#random() * 20);
    if (dice < 3 && process) this.fork(process);
    else if (dice < 5 && process) this.exec(process);
    else if (dice < 7 && process && this.processes.size > 3) this.processes.delete(process.pid);
    else if (dice < 9) this.spawn(this.one([0, 33, 1000]) ?? 0, this.chance(0.5));
    else if (dice < 12 && maker) this.create(maker, Math.floor(this.#random() * 12));
    else if (dice < 17 && process) {
      this.operate(process);
      if (this.chance(0.3)) this.exec(process);
    } else if (dice < 18 && maker) {
      for (const { pid, family } of [...this.processes.values()])
        if (family === maker.family) this.processes.delete(pid);
    } else if (dice < 19) {
      const gone = this.one(this.sets.values());
      if (gone !== undefined) {
        this.sets.delete(gone.row.semid);
        if (maker !== undefined && this.chance(0.5)) this.create(maker, gone.row.semid);
      }
    } else if (this.chance(0.1)) this.bootedAt += Math.round((this.#random() - 0.5) * 40);
  }

  /** One observation; between its parts the machine goes on. */
  observe(busy: boolean): Observation {
    const go = (): void => {
      this.now += 0.01;
      if (busy && this.chance(0.5)) this.step();
    };
    const startedAt = this.now;
    const bootedAt = this.bootedAt;
    const waiting = new Map(
      [...this.processes.values()]
        .filter(({ image }) => image && this.chance(0.2))
        .map((each) => [each, this.one(each.knows)]),
    );
    const before = SetTable.of([...this.sets.values()].map(({ row }) => row));
    const uses = [...this.sets.values()].map(({ serial, lastPid, value }) => ({
      lastPids: [lastPid],
      values: [value],
      waiters: [...waiting.values()].filter((each) => each === serial).length,
    }));
    go();
    const first = this.#scan(waiting);
    go();
    const second = this.#scan(waiting);
    go();
    const seen = new Map(
      [...first, ...second].map((each) => [`${each.pid} ${each.startTicks} ${each.family}`, each]),
    );
    return {
      startedAt,
      endedAt: this.now,
      bootedAt,
      ticksPerSecond: 100,
      bootId: 'boot',
      ipcNamespace: HOST_IPC,
      blockers: [],
      before,
      uses,
      after: SetTable.of([...this.sets.values()].map(({ row }) => row)),
      processes: [...seen.values()],
      ownPid: 999_999,
      ownerNames: new Map(),
    };
  }

  /** Whether a live process has the id of the set that is there now. */
  isKnown(semid: number): boolean {
    const serial = this.sets.get(semid)?.serial;
    return serial !== undefined && [...this.processes.values()].some(({ knows }) => knows.has(serial));
  }

  #stop(process: Living): void {
    const serial = this.one(process.knows);
    process.stoppedOn = [...this.sets.values()].find((each) => each.serial === serial)?.row.semid;
  }

  #scan(waiting: ReadonlyMap<Living, number | undefined>): ObservedProcess[] {
    return [...this.processes.values()].map((process) => {
      const { pid, startTicks, family, uids, image, knows, stoppedOn } = process;
      const serial = [...knows].find((each) => each === waiting.get(process));
      const semid = stoppedOn ?? [...this.sets.values()].find((each) => each.serial === serial)?.row.semid;
      return {
        pid,
        startTicks,
        family,
        opaque: null,
        uids: [...uids],
        ipcNamespaces: [HOST_IPC],
        comm: image ? 'apache2' : 'daemon',
        exe: image ? '/usr/sbin/apache2' : '/usr/sbin/daemon',
        exeId: image ? '8:2' : '8:1',
        libraries: [],
        blockedOn:
          semid === undefined
            ? []
            : [{ semid, ipcNamespace: HOST_IPC, euid: 0, certain: stoppedOn === undefined }],
      };
    });
  }
}

function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
