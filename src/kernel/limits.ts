/** The kernel's limits on semaphores in one IPC namespace (proc_sys_kernel(5): /proc/sys/kernel/sem). */
export interface SemaphoreLimits {
  /** SEMMSL: most semaphores in one set. */
  readonly semaphoresPerSet: number;
  /** SEMMNS: most semaphores in all sets; the kernel lets an administrator write a negative one. */
  readonly semaphores: number;
  /** SEMOPM: most operations in one semop(2) call. */
  readonly operationsPerCall: number;
  /** SEMMNI: most sets. */
  readonly sets: number;
}

/** What is in use in one IPC namespace. */
export interface SemaphoreTotals {
  readonly sets: number;
  readonly semaphores: number;
}
