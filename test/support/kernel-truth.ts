import { expect } from 'vitest';
import type { Exposition, Labels } from './exposition.ts';
import type { KernelRow, Namespace } from './namespace.ts';

/** What the kernel and the user database say of one namespace: what the exporter's numbers must equal. */
export interface KernelTruth {
  /** Lowest semid first. */
  readonly sets: readonly KernelRow[];
  /** SEMMSL, SEMMNS, SEMOPM, SEMMNI. */
  readonly limits: readonly number[];
  /** The inode of the IPC namespace. */
  readonly inode: number;
  readonly owners: readonly OwnerTruth[];
  /** The name of a uid, or its number. */
  readonly nameOf: (uid: number) => string;
}

/** What one user owns. */
export interface OwnerTruth {
  readonly owner: string;
  readonly uid: number;
  readonly sets: number;
  readonly semaphores: number;
}

const STATES = ['in_use', 'held', 'keyed', 'suspected', 'orphaned', 'unknown'];

/** Asks the kernel and getent, in the namespace and without any of the exporter's code. */
export async function kernelTruth(namespace: Namespace): Promise<KernelTruth> {
  const sets = (await namespace.kernelSets()).sort((a, b) => a.semid - b.semid);
  const { stdout: passwd } = await namespace.run(['getent', 'passwd']);
  const entries = passwd.split('\n').map((line) => line.split(':'));
  const nameOf = (uid: number) => entries.find(([, , id]) => id === String(uid))?.[0] ?? String(uid);
  const owners = [...new Set(sets.map(({ uid }) => uid))].map((uid) => {
    const own = sets.filter((set) => set.uid === uid);
    return { owner: nameOf(uid), uid, sets: own.length, semaphores: sum(own.map(({ nsems }) => nsems)) };
  });
  return { sets, limits: await namespace.kernelLimits(), inode: namespace.inode, owners, nameOf };
}

/** Expects every number of an exposition that tells of sets, semaphores, limits and owners to be the kernel's own. */
export function expectKernelTruth(metrics: Exposition, truth: KernelTruth): void {
  const [semmsl, semmns, semopm, semmni] = truth.limits;
  const single = Object.fromEntries(
    metrics.samples
      .filter(({ labels }) => Object.keys(labels).length === 0)
      .map(({ name, value }) => [name, value]),
  );
  expect(single).toMatchObject({
    sysvsem_up: 1,
    sysvsem_sets: truth.sets.length,
    sysvsem_sets_limit: semmni,
    sysvsem_semaphores: sum(truth.sets.map(({ nsems }) => nsems)),
    sysvsem_semaphores_limit: semmns,
    sysvsem_semaphores_per_set_limit: semmsl,
    sysvsem_operations_per_call_limit: semopm,
    sysvsem_owner_name_truncated: 0,
  });
  const namespace = { ipc_namespace: String(truth.inode), initial: 'false' };
  expect(metrics.all('sysvsem_ipc_namespace_info')).toEqual([
    { name: 'sysvsem_ipc_namespace_info', labels: namespace, value: 1 },
  ]);
  expect(ownersOf(metrics)).toEqual([...truth.owners].sort(byUid));
}

/** Sets and semaphores of each owner over all states, lowest uid first; expects every state to be there for each. */
export function ownersOf(metrics: Exposition): OwnerTruth[] {
  const owners = metrics.all('sysvsem_owner_sets', { state: 'unknown' }).map(({ labels }): OwnerTruth => {
    const { owner = '', uid = '' } = labels;
    return {
      owner,
      uid: Number(uid),
      sets: sum(inEveryState(metrics, 'sysvsem_owner_sets', { owner, uid })),
      semaphores: sum(inEveryState(metrics, 'sysvsem_owner_semaphores', { owner, uid })),
    };
  });
  expect(metrics.all('sysvsem_owner_sets')).toHaveLength(owners.length * STATES.length);
  expect(metrics.all('sysvsem_owner_semaphores')).toHaveLength(owners.length * STATES.length);
  return owners.sort(byUid);
}

function inEveryState(metrics: Exposition, name: string, owner: Labels): number[] {
  return STATES.map((state) => metrics.value(name, { ...owner, state }) ?? Number.NaN);
}

function byUid(a: OwnerTruth, b: OwnerTruth): number {
  return a.uid - b.uid;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
