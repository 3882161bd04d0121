/** One process as the scans of one observation saw it: what its live tasks say together (proc(5)). */
export interface ObservedProcess {
  readonly pid: number;
  /** Start, in clock ticks after boot (proc_pid_stat(5), field 22). */
  readonly startTicks: number;
  /** Exec family: a digest that fork keeps and exec changes; null where it could not be read. */
  readonly family: string | null;
  /** Why the process is opaque, one clause; null where all that matters could be read. */
  readonly opaque: string | null;
  /** Real, effective, saved and file-system uids of all live tasks. */
  readonly uids: readonly number[];
  /** Inodes of the IPC namespaces of all live tasks. */
  readonly ipcNamespaces: readonly number[];
  /** Name of the main thread. */
  readonly comm: string;
  /** Path of the executable, less " (deleted)"; null where it could not be read. */
  readonly exe: string | null;
  /** `device:inode` of the executable; null where it could not be read. */
  readonly exeId: string | null;
  /** Base names of the mapped files whose names begin as one of the prefixes that were asked for. */
  readonly libraries: readonly string[];
  /** Sets that tasks block on. */
  readonly blockedOn: readonly BlockedTask[];
}

/** A set that a task blocks on. */
export interface BlockedTask {
  readonly semid: number;
  /** Inode of the IPC namespace of the task. */
  readonly ipcNamespace: number;
  /** Effective uid of the task, by which the kernel grants access to the set. */
  readonly euid: number;
  /** False where the call could also be another one (a 32-bit program's), and where the task is stopped, which ended its wait. */
  readonly certain: boolean;
}

/** What semctl(2) tells of one set's semaphores. */
export interface SetUse {
  /** GETPID of each semaphore: last process to operate on it; 0 for none, or one that is not visible here. */
  readonly lastPids: readonly number[];
  /** GETVAL of each semaphore, 0 to 32767. */
  readonly values: readonly number[];
  /** GETNCNT and GETZCNT of all semaphores: tasks that wait. */
  readonly waiters: number;
}
