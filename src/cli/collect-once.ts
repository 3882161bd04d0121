import { CollectorWorker } from '../collector/collector-worker.ts';
import { Collections } from '../collector/collections.ts';
import type { CollectorConfig } from '../collector/messages.ts';
import type { CollectionStatus } from '../collector/status.ts';

/** What is known after one collection, well or not, in at most `timeout` milliseconds. */
export async function collectOnce(config: CollectorConfig, timeout: number): Promise<CollectionStatus> {
  const collections = new Collections(new CollectorWorker(config), { interval: 0, timeout }, () => undefined);
  try {
    await collections.start();
    return collections.status;
  } finally {
    await collections.stop();
  }
}
