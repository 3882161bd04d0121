import { CollectorWorker } from '../collector/collector-worker.ts';
import { Collections } from '../collector/collections.ts';
import type { CollectorConfig } from '../collector/messages.ts';
import type { CollectionStatus } from '../collector/status.ts';

/**
 * What is known after one collection, well or not, in at most `timeout` milliseconds. Rejects where `stop` aborts
 * before it has ended.
 */
export async function collectOnce(
  config: CollectorConfig,
  timeout: number,
  stop: AbortSignal,
): Promise<CollectionStatus> {
  const collections = new Collections(new CollectorWorker(config), { interval: 0, timeout }, () => undefined);
  const giveUp = (): void => void collections.stop();
  stop.addEventListener('abort', giveUp);
  try {
    if (!stop.aborted) await collections.start();
    if (stop.aborted) throw new Error('stopped before the collection had ended');
    return collections.status;
  } finally {
    stop.removeEventListener('abort', giveUp);
    await collections.stop();
  }
}
