import type { Log } from '../log.ts';
import type { CollectionStatus } from './status.ts';

/**
 * Writes what changes from one collection to the next: a failure when it begins, when its cause changes and when it
 * ends; likewise each thing that could not be read though the collection succeeded.
 */
export class CollectionLog {
  readonly #log: Log;
  #failure: string | undefined;
  #failed = 0;
  #notices: ReadonlySet<string> = new Set();

  constructor(log: Log) {
    this.#log = log;
  }

  /** Takes what is known after a collection. */
  record({ failure, snapshot }: CollectionStatus): void {
    if (failure !== null) this.#recordFailure(failure.reason, failure.message);
    else if (this.#failure !== undefined) {
      this.#log.info('Collection works again', { failed: this.#failed });
      this.#failure = undefined;
      this.#failed = 0;
    }
    if (snapshot === null) return;
    this.#recordNotices(new Set(snapshot.notices));
    this.#log.debug('Collected', {
      sets: snapshot.totals.sets,
      semaphores: snapshot.totals.semaphores,
      seconds: snapshot.collectors.sets.durationSeconds,
    });
  }

  #recordFailure(reason: string, message: string): void {
    this.#failed += 1;
    if (message === this.#failure) return;
    this.#failure = message;
    this.#log.error('Collection failed', { reason, err: message });
  }

  #recordNotices(notices: ReadonlySet<string>): void {
    for (const notice of notices) {
      if (!this.#notices.has(notice)) this.#log.warn('Collected in part', { missing: notice });
    }
    for (const notice of this.#notices) {
      if (!notices.has(notice)) this.#log.info('Collected again', { missing: notice });
    }
    this.#notices = notices;
  }
}
