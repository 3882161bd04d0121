import type { SemaphoreSet } from './set-table.ts';

/** Bytes for a struct semid_ds of any machine, with room to spare. */
export const SEMID_DS_BYTES = 256;

/** Where a machine's struct semid_ds holds what comes after its struct ipc_perm, which all machines below share. */
export interface SemidDsLayout {
  readonly operatedAt: number;
  readonly changedAt: number;
  readonly semaphores: number;
}

/** include/uapi/asm-generic/sembuf.h of 64-bit machines. */
const GENERIC: SemidDsLayout = { operatedAt: 48, changedAt: 56, semaphores: 64 };

/**
 * Layouts by `process.arch`, for machines whose numbers begin with the lowest byte. 32-bit ones are missing: their C
 * libraries do not agree on times.
 */
const LAYOUTS: Readonly<Partial<Record<NodeJS.Architecture, SemidDsLayout>>> = {
  arm64: GENERIC,
  loong64: GENERIC,
  riscv64: GENERIC,
  // arch/x86/include/uapi/asm/sembuf.h: each time is followed by a word that nobody uses.
  x64: { operatedAt: 48, changedAt: 64, semaphores: 80 },
};

/** The layout of this machine; null where it is not known. */
export const OWN_SEMID_DS: SemidDsLayout | null = LAYOUTS[process.arch] ?? null;

/** The set that a struct semid_ds tells of, as /proc/sysvipc/sem lists it. */
export function parseSemidDs(semid: number, bytes: DataView, layout: SemidDsLayout): SemaphoreSet {
  // include/uapi/asm-generic/ipcbuf.h
  const word = (at: number): number => bytes.getUint32(at, true);
  const long = (at: number): number => Number(bytes.getBigInt64(at, true));
  return {
    key: word(0),
    semid,
    mode: word(20),
    semaphores: long(layout.semaphores),
    uid: word(4),
    gid: word(8),
    creatorUid: word(12),
    creatorGid: word(16),
    operatedAt: long(layout.operatedAt),
    changedAt: long(layout.changedAt),
  };
}
