import { readExecFamily } from './exec-family.ts';
import { mappedFileId, mappedLibraries, withoutDeleted } from './mapped-files.ts';
import type { ProcessFiles } from './process-files.ts';
import type { ProcessCache } from './process-cache.ts';
import type { ObservedProcess } from './observed.ts';
import { lookAtTask, readScheduling } from './task-look.ts';
import { parseTaskStat, type TaskStat } from './task-stat.ts';

/** Most bytes of one process's mappings that are searched for libraries: some 40 000 mappings. */
const MAPS_MAX = 4 << 20;

/** Looks at single processes; what slept through since it was last looked at is taken from the cache. */
export class ProcessLook {
  readonly #files: ProcessFiles;
  readonly #libraryPrefixes: readonly string[];
  readonly #cache: ProcessCache;

  constructor(files: ProcessFiles, libraryPrefixes: readonly string[], cache: ProcessCache) {
    this.#files = files;
    this.#libraryPrefixes = libraryPrefixes;
    this.#cache = cache;
  }

  /** What /proc/PID/stat says; null for a kernel thread and a process none of whose tasks can run again. */
  stat(pid: number): TaskStat | null {
    const stat = parseTaskStat(this.#files.text(`${pid}/stat`));
    if (stat === null) throw new Error(`${this.#files.root}/${pid}/stat is not what proc_pid_stat(5) says`);
    return stat.kernelThread || (stat.dead && stat.tasks === 1) ? null : stat;
  }

  /** The exec family of a process by its leader's memory; null where that is gone or being replaced. */
  family(pid: number): string | null {
    return readExecFamily(this.#files, `${pid}`);
  }

  /**
   * The process whose stat this is. Null where it changed while it was read (an exec, an exit): look again. Throws
   * what node:fs throws.
   */
  process(pid: number, stat: TaskStat): ObservedProcess | null {
    const tids = stat.tasks === 1 ? [pid] : this.#files.numbers(`${pid}/task`);
    const scheduling = tids.map((tid) => readScheduling(this.#files, `${pid}/task/${tid}`));
    const rested = this.#cache.rested(pid, stat.startTicks, tids, scheduling);
    if (rested !== null) return rested.comm === stat.comm ? rested : { ...rested, comm: stat.comm };

    const speaker = stat.dead ? this.#liveTask(pid, tids) : `${pid}`;
    // The family is read on either side of the tasks, so that no call of one program is laid at the door of the next.
    const family = speaker === null ? null : readExecFamily(this.#files, speaker);
    if (speaker === null || family === null) return null;
    const tasks = tids.map(
      (tid, index) =>
        this.#cache.task(pid, stat.startTicks, tid, scheduling[index] ?? null) ??
        lookAtTask(this.#files, `${pid}/task/${tid}`),
    );
    const live = tasks.filter((task) => task !== null);
    const exe = this.#files.link(`${speaker}/exe`);
    const maps = this.#files.longBytes(`${speaker}/maps`, MAPS_MAX);
    const exeId = mappedFileId(maps, exe);
    const libraries = mappedLibraries(maps, this.#libraryPrefixes);
    const complete = maps.length < MAPS_MAX;
    if (live.length === 0 || readExecFamily(this.#files, speaker) !== family) return null;

    const uids = unique(live.flatMap((task) => task.uids));
    const process: ObservedProcess = {
      pid,
      startTicks: stat.startTicks,
      family,
      // What carries another uid than root's is a candidate by that; only of root's must each library be known.
      opaque: complete || !uids.includes(0) ? null : 'it has more mappings than are read',
      uids,
      ipcNamespaces: unique(live.map((task) => task.ipcNamespace)),
      comm: stat.comm,
      exe: withoutDeleted(exe),
      exeId,
      libraries,
      blockedOn: live.flatMap((task) => task.blockedOn ?? []),
    };
    this.#cache.keep(process, tids, scheduling, tasks);
    return process;
  }

  #liveTask(pid: number, tids: readonly number[]): string | null {
    for (const tid of tids) {
      const task = `${pid}/task/${tid}`;
      if (parseTaskStat(this.#files.text(`${task}/stat`))?.dead === false) return task;
    }
    return null;
  }
}

function unique(numbers: readonly number[]): number[] {
  return [...new Set(numbers)];
}
