// Preloaded by NODE_OPTIONS=--import: ends each worker thread, and never the main thread, while the file FATAL_FILE exists.
import { existsSync } from 'node:fs';
import { setInterval } from 'node:timers';
import { isMainThread } from 'node:worker_threads';

if (!isMainThread) {
  setInterval(() => {
    if (existsSync(process.env.FATAL_FILE)) process.exit(7);
  }, 10);
}
