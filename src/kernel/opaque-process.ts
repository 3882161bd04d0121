import type { ObservedProcess } from './observed.ts';
import type { TaskStat } from './task-stat.ts';

/** One process nothing of which counts but that it is there and could not be read. */
export function opaqueProcess(pid: number, stat: TaskStat | null, why: string): ObservedProcess {
  return {
    pid,
    startTicks: stat?.startTicks ?? 0,
    family: null,
    opaque: why,
    uids: [],
    ipcNamespaces: [],
    comm: stat?.comm ?? '',
    exe: null,
    exeId: null,
    libraries: [],
    blockedOn: [],
  };
}
