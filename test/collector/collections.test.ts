import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { Collections, type CollectionSource, type CollectionTimes } from '../../src/collector/collections.ts';
import type { Collected } from '../../src/collector/collector-worker.ts';
import type { CollectionStatus } from '../../src/collector/status.ts';
import { CollectionError } from '../../src/errors.ts';
import { inventedSnapshot } from '../support/invented-status.ts';

/** A source whose collections end when the test says so. */
class HeldSource implements CollectionSource {
  readonly timeouts: number[] = [];
  readonly startedAt: number[] = [];
  closed = 0;
  atOnce = false;
  #open: { resolve: (collected: Collected) => void; reject: (error: unknown) => void } | undefined;

  collect(timeout: number): Promise<Collected> {
    if (this.#open !== undefined) throw new Error('two collections at a time');
    this.timeouts.push(timeout);
    this.startedAt.push(performance.now());
    if (this.atOnce) return Promise.resolve({ snapshot: inventedSnapshot([]), setInfo: null });
    return new Promise((resolve, reject) => (this.#open = { resolve, reject }));
  }

  close(): Promise<void> {
    this.closed += 1;
    this.fail(new CollectionError('worker', 'closed'));
    return Promise.resolve();
  }

  succeed(changes = {}): void {
    this.#open?.resolve({ snapshot: inventedSnapshot([], changes), setInfo: null });
    this.#open = undefined;
  }

  fail(error: unknown): void {
    this.#open?.reject(error);
    this.#open = undefined;
  }
}

function collectionsOf(times: Partial<CollectionTimes> = {}) {
  const source = new HeldSource();
  const told: CollectionStatus[] = [];
  const collections = new Collections(source, { interval: 0, timeout: 1000, ...times }, (status) => {
    told.push(status);
  });
  onTestFinished(() => collections.stop());
  return { source, told, collections };
}

describe('Collections', () => {
  it('has started when the first collection has ended', async () => {
    const { source, told, collections } = collectionsOf({ interval: 60_000 });
    const started = collections.start();
    const ended = vi.fn();
    void started.then(ended);
    await Promise.resolve();
    expect(ended).not.toHaveBeenCalled();
    source.succeed({ collectedAt: 7 });
    await started;
    expect(collections.status).toMatchObject({ lastSuccessAt: 7, collections: 1 });
    expect(told).toEqual([collections.status]);
    expect(source.timeouts).toEqual([1000]);
  });

  it('goes on after a failure, and counts it under its reason', async () => {
    const { source, collections } = collectionsOf({ interval: 20 });
    const started = collections.start();
    source.fail(new CollectionError('exit', 'ipcs failed'));
    await started;
    expect(collections.status).toMatchObject({
      snapshot: null,
      failure: { reason: 'exit', message: 'ipcs failed' },
      failures: { exit: 1 },
    });
    await expect.poll(() => source.timeouts.length).toBe(2);
    source.succeed();
    await expect.poll(() => collections.status.failure).toBeNull();
    expect(collections.status.collections).toBe(2);
  });

  it('takes an error of any other kind for one of the worker', async () => {
    const { source, collections } = collectionsOf();
    const started = collections.start();
    source.fail(new RangeError('what is this?'));
    await started;
    expect(collections.status.failure).toEqual({ reason: 'worker', message: 'what is this?' });
  });

  it('never lets two collections overlap, however long one takes', async () => {
    const { source, collections } = collectionsOf({ interval: 5 });
    const started = collections.start();
    source.succeed();
    await started;
    await expect.poll(() => source.timeouts.length).toBe(2);
    const begin = performance.now();
    await expect.poll(() => performance.now() - begin, { interval: 10 }).toBeGreaterThan(50);
    expect(source.timeouts).toHaveLength(2);
    source.succeed();
    await expect.poll(() => source.timeouts.length).toBe(3);
  });

  it('collects once a tick, though timers fire early and collections take no time', async () => {
    const interval = 20;
    const { source, collections } = collectionsOf({ interval });
    source.atOnce = true;
    await collections.start();
    await expect.poll(() => source.startedAt.length, { timeout: 5000 }).toBeGreaterThan(40);
    const origin = source.startedAt[0] ?? 0;
    // A machine that is busy may be late, but two starts in one tick there are none.
    const ticks = source.startedAt.map((start) => Math.floor((start - origin + 2) / interval));
    expect(new Set(ticks).size).toBe(ticks.length);
  });

  it('with interval 0 collects when asked, once for all who ask at the same time', async () => {
    const { source, collections } = collectionsOf();
    const started = collections.start();
    source.succeed();
    await started;
    const asked = [collections.refresh(), collections.refresh()];
    expect(source.timeouts).toHaveLength(2);
    source.succeed({ collectedAt: 9 });
    await Promise.all(asked);
    expect(collections.status).toMatchObject({ collections: 2, lastSuccessAt: 9 });
    const again = collections.refresh();
    expect(source.timeouts).toHaveLength(3);
    source.succeed();
    await again;
  });

  it('with an interval does not collect when asked', async () => {
    const { source, collections } = collectionsOf({ interval: 60_000 });
    const started = collections.start();
    source.succeed();
    await started;
    await collections.refresh();
    expect(source.timeouts).toHaveLength(1);
  });

  it('gives up the collection that runs at a stop, tells nobody, and begins none again', async () => {
    const { source, told, collections } = collectionsOf({ interval: 5 });
    const started = collections.start();
    await collections.stop();
    await started;
    expect(source.closed).toBe(1);
    await collections.refresh();
    await collections.start();
    const begin = performance.now();
    await expect.poll(() => performance.now() - begin, { interval: 10 }).toBeGreaterThan(30);
    expect(source.timeouts).toHaveLength(1);
    expect(told).toEqual([]);
  });

  it('waits for nothing any more once the collection that a stop gave up has ended', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => {
      vi.useRealTimers();
    });
    const { source, collections } = collectionsOf({ interval: 1000 });
    const started = collections.start();
    source.succeed();
    await started;
    expect(vi.getTimerCount()).toBe(1);
    await vi.advanceTimersByTimeAsync(1000);
    expect(source.timeouts).toHaveLength(2);
    await collections.stop();
    await Promise.resolve();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('begins no collection after a stop between two of them', async () => {
    const { source, collections } = collectionsOf({ interval: 10 });
    source.atOnce = true;
    await collections.start();
    await collections.stop();
    const begun = source.timeouts.length;
    const begin = performance.now();
    await expect.poll(() => performance.now() - begin, { interval: 10 }).toBeGreaterThan(40);
    expect(source.timeouts).toHaveLength(begun);
  });
});
