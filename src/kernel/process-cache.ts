import type { ObservedProcess } from './observed.ts';
import type { Task } from './task-look.ts';

interface KeptTask {
  readonly scheduling: string;
  readonly task: Task;
}

interface KeptProcess {
  readonly startTicks: number;
  readonly tasks: ReadonlyMap<number, KeptTask>;
  /** Null where a task ran while the process was read. */
  readonly process: ObservedProcess | null;
}

/**
 * What earlier observations saw of tasks that slept, kept for as long as the scheduler has not picked them again. A task that does not run
 * cannot exec, and exec by a sibling puts that sibling, which did run, in the leader's place; so nothing is ever taken for what it
 * was before an exec. One cache serves all observations of one worker.
 */
export class ProcessCache {
  #processes = new Map<number, KeptProcess>();
  #libraryPrefixes = '';

  /** Starts an observation: processes that are gone are dropped, and everything if other libraries are asked for than before. */
  begin(pids: readonly number[], libraryPrefixes: readonly string[]): void {
    const prefixes = libraryPrefixes.join('\0');
    if (prefixes !== this.#libraryPrefixes) this.#processes.clear();
    this.#libraryPrefixes = prefixes;
    const alive = new Set(pids);
    for (const pid of this.#processes.keys()) if (!alive.has(pid)) this.#processes.delete(pid);
  }

  /** The process as it was read, if none of its tasks has run since; else null. */
  rested(
    pid: number,
    startTicks: number,
    tids: readonly number[],
    scheduling: readonly (string | null)[],
  ): ObservedProcess | null {
    const kept = this.#processes.get(pid);
    if (kept?.process === undefined || kept.startTicks !== startTicks || kept.tasks.size !== tids.length)
      return null;
    return tids.every((tid, index) => kept.tasks.get(tid)?.scheduling === scheduling[index])
      ? kept.process
      : null;
  }

  /** One task as it was read, if it has not run since; else null. */
  task(pid: number, startTicks: number, tid: number, scheduling: string | null): Task | null {
    const kept = this.#processes.get(pid);
    if (kept?.startTicks !== startTicks) return null;
    const task = kept.tasks.get(tid);
    return task?.scheduling === scheduling ? task.task : null;
  }

  /** Keeps what was read of a process: `scheduling` and `tasks` belong to `tids` one by one, the former read before the latter. */
  keep(
    process: ObservedProcess,
    tids: readonly number[],
    scheduling: readonly (string | null)[],
    tasks: readonly (Task | null)[],
  ): void {
    const kept = new Map<number, KeptTask>();
    tids.forEach((tid, index) => {
      const task = tasks[index];
      const line = scheduling[index] ?? null;
      if (task?.rested === true && line !== null) kept.set(tid, { scheduling: line, task });
    });
    this.#processes.set(process.pid, {
      startTicks: process.startTicks,
      tasks: kept,
      process: kept.size === tids.length ? process : null,
    });
  }
}
