/** One System V semaphore set as the kernel lists it (proc_sysvipc(5): /proc/sysvipc/sem). */
export interface SemaphoreSet {
  /** Key given to semget(2), as an unsigned 32-bit number; 0 is IPC_PRIVATE. */
  readonly key: number;
  /** Identifier of the set, 0 or more; 0 is valid. */
  readonly semid: number;
  /** Permission bits, 0 to 0o7777. */
  readonly mode: number;
  /** Semaphores in the set, 1 or more. */
  readonly semaphores: number;
  /** Owner; null where only `ipcs` could be read and its name has no uid. */
  readonly uid: number | null;
  /** Group, creator and creator's group; null where /proc/sysvipc/sem could not be read. */
  readonly gid: number | null;
  readonly creatorUid: number | null;
  readonly creatorGid: number | null;
  /** Last semop(2), seconds since the epoch; 0 for never; null where it could not be read. */
  readonly operatedAt: number | null;
  /** Creation or last change, seconds since the epoch; null where it could not be read. */
  readonly changedAt: number | null;
}

/** Fields of a set in the order of the columns of /proc/sysvipc/sem, which is that of a table's cells. */
export const SET_FIELDS = [
  'key',
  'semid',
  'mode',
  'semaphores',
  'uid',
  'gid',
  'creatorUid',
  'creatorGid',
  'operatedAt',
  'changedAt',
] as const satisfies readonly (keyof SemaphoreSet)[];

/** The name of one field of a set. */
export type SetField = (typeof SET_FIELDS)[number];

const WIDTH = SET_FIELDS.length;
const COLUMN = Object.fromEntries(SET_FIELDS.map((field, index) => [field, index])) as Record<
  SetField,
  number
>;

/** Far more than the 32 768 sets of the kernel's largest SEMMNI; with a 31-bit semid it fits a double. */
const MOST_ROWS = 2 ** 20;

/**
 * Many sets in one block of numbers, so that a table of 32 000 rows crosses from the worker to the main
 * thread without a copy. NaN stands for null.
 */
export class SetTable {
  /** Rows one after the other, each `SET_FIELDS.length` numbers. */
  readonly cells: Float64Array;

  constructor(cells: Float64Array) {
    if (cells.length % WIDTH !== 0) throw new RangeError(`a table of sets has ${WIDTH} cells a row`);
    this.cells = cells;
  }

  /** A table of these sets, in their order. */
  static of(sets: readonly SemaphoreSet[]): SetTable {
    const cells = new Float64Array(sets.length * WIDTH);
    let next = 0;
    for (const set of sets) for (const field of SET_FIELDS) cells[next++] = set[field] ?? Number.NaN;
    return new SetTable(cells);
  }

  /** Number of sets. */
  get length(): number {
    return this.cells.length / WIDTH;
  }

  /** One field of row `row`; NaN where it could not be read, or where there is no such row. */
  value(row: number, field: SetField): number {
    return this.cells[row * WIDTH + COLUMN[field]] ?? Number.NaN;
  }

  /** Row `row` as an object. Throws a RangeError where there is no such row. */
  at(row: number): SemaphoreSet {
    if (row < 0 || row >= this.length)
      throw new RangeError(`no row ${row} in a table of ${this.length} sets`);
    const set: Record<string, number | null> = {};
    for (const field of SET_FIELDS) {
      const value = this.value(row, field);
      set[field] = Number.isNaN(value) ? null : value;
    }
    return set as unknown as SemaphoreSet;
  }

  /** The same sets, lowest semid first. The kernel lists them by the slot in its table instead, which is often the same. */
  sortedBySemid(): SetTable {
    if (this.#ascends()) return this;
    // One number a row, semid before row, because sorting plain numbers needs no comparator.
    const order = new Float64Array(this.length);
    for (let row = 0; row < this.length; row++) order[row] = this.value(row, 'semid') * MOST_ROWS + row;
    order.sort();
    const cells = new Float64Array(this.cells.length);
    order.forEach((key, at) => {
      const from = (key % MOST_ROWS) * WIDTH;
      for (let column = 0; column < WIDTH; column++) {
        cells[at * WIDTH + column] = this.cells[from + column] ?? Number.NaN;
      }
    });
    return new SetTable(cells);
  }

  #ascends(): boolean {
    for (let row = 1; row < this.length; row++) {
      if (this.value(row, 'semid') < this.value(row - 1, 'semid')) return false;
    }
    return true;
  }

  /** Semaphores in all sets. */
  get semaphores(): number {
    let total = 0;
    for (let row = 0; row < this.length; row++) total += this.value(row, 'semaphores');
    return total;
  }
}
