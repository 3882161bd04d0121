import type { Worker } from 'node:worker_threads';

import { CollectionError, messageOf } from '../errors.ts';
import type { Reply } from './messages.ts';

/** The worker's reply to request `id`; never settles once `settled` has aborted. */
export function replyTo(worker: Worker, id: number, settled: AbortSignal): Promise<Reply> {
  return new Promise((resolve) => {
    const onMessage = (reply: Reply): void => {
      if (reply.id === id) resolve(reply);
    };
    worker.on('message', onMessage);
    settled.addEventListener('abort', () => worker.off('message', onMessage));
  });
}

/** Rejects when the thread has ended, with what ended it; never settles once `settled` has aborted. */
export function deathOf(worker: Worker, settled: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    let cause: unknown;
    const onError = (error: unknown): void => {
      cause = error;
    };
    const onExit = (status: number): void => {
      const how = cause === undefined ? `ended with status ${status}` : `died: ${messageOf(cause)}`;
      reject(new CollectionError('worker', `the worker thread ${how}`, { cause }));
    };
    worker.on('error', onError).on('exit', onExit);
    settled.addEventListener('abort', () => worker.off('error', onError).off('exit', onExit));
  });
}

/** Resolves when the signal aborts. */
export function abortOf(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    signal.addEventListener(
      'abort',
      () => {
        resolve(undefined);
      },
      { once: true },
    );
  });
}
