import { performance } from 'node:perf_hooks';

import { CollectionError, messageOf } from '../errors.ts';
import type { Collected } from './collector-worker.ts';
import { nextTick } from './schedule.ts';
import { afterFailure, afterSuccess, NOTHING_COLLECTED, type CollectionStatus } from './status.ts';

/** Where the collections come from: in the exporter, a worker thread. */
export interface CollectionSource {
  collect(timeout: number): Promise<Collected>;
  close(): Promise<void>;
}

/** When to collect. */
export interface CollectionTimes {
  /** Milliseconds from one collection's start to the next one's; 0: only when {@link Collections.refresh} asks. */
  readonly interval: number;
  /** Milliseconds after which a collection has failed. */
  readonly timeout: number;
}

/** The collections of an exporter, one after the other, and what is known after the last of them. */
export class Collections {
  readonly #source: CollectionSource;
  readonly #times: CollectionTimes;
  readonly #onEnd: (status: CollectionStatus) => void;
  #status = NOTHING_COLLECTED;
  #running: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  /** `onEnd` is told what is known after each collection. */
  constructor(source: CollectionSource, times: CollectionTimes, onEnd: (status: CollectionStatus) => void) {
    this.#source = source;
    this.#times = times;
    this.#onEnd = onEnd;
  }

  /** What is known now; a new object after each collection, never changed. */
  get status(): CollectionStatus {
    return this.#status;
  }

  /** Begins to collect; resolves when the first collection has ended, well or not. */
  async start(): Promise<void> {
    const origin = performance.now();
    await this.#collect();
    if (this.#times.interval > 0) this.#collectAfter(0, origin);
  }

  /** Resolves when {@link status} is fresh: with interval 0 after a collection, which callers at the same time share. */
  async refresh(): Promise<void> {
    if (this.#times.interval === 0) await this.#collect();
  }

  /** Collects once beside the interval, from now on: what a collection that runs already may have seen is too old. */
  async collectNow(): Promise<void> {
    await this.#running;
    await this.#collect();
  }

  /** Ends the collections; the one that runs is given up. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#source.close();
    await this.#running;
  }

  /** Collects at each tick after number `last`. */
  #collectAfter(last: number, origin: number): void {
    if (this.#stopped) return;
    const { interval } = this.#times;
    const now = performance.now();
    const tick = nextTick(origin, interval, last, now);
    this.#timer = setTimeout(
      () =>
        void this.#collect().then(() => {
          this.#collectAfter(tick, origin);
        }),
      origin + tick * interval - now,
    );
  }

  async #collect(): Promise<void> {
    if (this.#stopped) return;
    this.#running ??= this.#once().finally(() => {
      this.#running = undefined;
    });
    await this.#running;
  }

  async #once(): Promise<void> {
    try {
      const { snapshot, setInfo } = await this.#source.collect(this.#times.timeout);
      this.#status = afterSuccess(this.#status, snapshot, setInfo);
    } catch (error) {
      const reason = error instanceof CollectionError ? error.code : 'worker';
      this.#status = afterFailure(this.#status, { reason, message: messageOf(error) });
    }
    // What was given up at a stop is no news.
    if (!this.#stopped) this.#onEnd(this.#status);
  }
}
