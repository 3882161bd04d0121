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
  #blockers = '';

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
    this.#recordBlockers(snapshot.proofBlocked.join(','));
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

  #recordBlockers(reasons: string): void {
    if (reasons === this.#blockers) return;
    this.#blockers = reasons;
    if (reasons === '') this.#log.info('Orphans can be proved again');
    else this.#log.warn('Orphans cannot be proved', { reasons, see: 'docs/privileges.md' });
  }

  #recordNotices(notices: ReadonlySet<string>): void {
    for (const notice of notices) {
      if (!this.#notices.has(notice)) this.#log.warn('Collected with a flaw', { flaw: notice });
    }
    for (const notice of this.#notices) {
      if (!notices.has(notice)) this.#log.info('Flaw gone', { flaw: notice });
    }
    this.#notices = notices;
  }
}
