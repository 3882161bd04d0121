import { once } from 'node:events';
import { setTimeout as setTimeoutPromise } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';

import { CollectionError, messageOf } from '../errors.ts';
import {
  unpackSnapshot,
  type CollectorConfig,
  type Reply,
  type Request,
  type WorkerInput,
} from './messages.ts';
import type { Snapshot } from './snapshot.ts';

/** What one collection brings to the main thread. */
export interface Collected {
  readonly snapshot: Snapshot;
  readonly setInfo: Uint8Array | null;
}

/** How long a worker that was told to give up may take to say so before it is ended, in milliseconds. */
const LAST_WORD = 1000;

/**
 * The main thread's end of the worker thread in which the machine is read. It starts the worker when it is first
 * needed, and a new one after a death; whatever happens to the worker, its child process is killed with it.
 */
export class CollectorWorker {
  readonly #config: CollectorConfig;
  readonly #child = new Int32Array(new SharedArrayBuffer(4));
  #worker: Worker | undefined;
  #collection = 0;
  #giveUp: AbortController | undefined;

  constructor(config: CollectorConfig) {
    this.#config = config;
  }

  /**
   * Collects once, in at most `timeout` milliseconds; one call at a time. Rejects with a CollectionError:
   * `timeout` when it takes longer, `worker` when the thread dies, else the collection's own reason.
   */
  async collect(timeout: number): Promise<Collected> {
    const worker = (this.#worker ??= this.#start());
    const id = ++this.#collection;
    const settled = new AbortController();
    const giveUp = (this.#giveUp = new AbortController());
    const deadline = setTimeout(() => {
      giveUp.abort(
        new CollectionError('timeout', `the collection took longer than --collector.timeout, ${timeout} ms`),
      );
    }, timeout);
    const reply = Promise.race([replyTo(worker, id, settled.signal), deathOf(worker, settled.signal)]);
    worker.postMessage({ type: 'collect', id } satisfies Request);
    try {
      const first = await Promise.race([reply, abortOf(giveUp.signal)]);
      if (first !== undefined) return collectedOf(first);
      worker.postMessage({ type: 'abort' } satisfies Request);
      const lastWord = await Promise.race([
        reply,
        setTimeoutPromise(LAST_WORD, undefined, { signal: settled.signal }),
      ]);
      if (lastWord === undefined) await this.#end();
      throw whyGivenUp(giveUp.signal, lastWord);
    } finally {
      clearTimeout(deadline);
      settled.abort();
      this.#giveUp = undefined;
    }
  }

  /** Gives up the collection that runs, and ends the worker and its child. */
  async close(): Promise<void> {
    this.#giveUp?.abort(new CollectionError('worker', 'the exporter is shutting down'));
    await this.#end();
  }

  #start(): Worker {
    const input: WorkerInput = { config: this.#config, child: this.#child.buffer };
    const worker = new Worker(new URL('./worker.js', import.meta.url), { workerData: input });
    // Without a listener an error between two collections would end the process; 'exit' follows in any case.
    worker.on('error', () => undefined);
    worker.on('exit', () => {
      this.#killChild();
      if (this.#worker === worker) this.#worker = undefined;
    });
    return worker;
  }

  async #end(): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    this.#killChild();
    await worker?.terminate();
    this.#killChild();
  }

  #killChild(): void {
    const group = Atomics.exchange(this.#child, 0, 0);
    if (group === 0) return;
    try {
      process.kill(-group, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  }
}

/** Why a collection was given up, with what the worker said it was doing. */
function whyGivenUp({ reason }: AbortSignal, lastWord: Reply | undefined): CollectionError {
  const { code, message } = reason as CollectionError;
  return lastWord?.type === 'failed'
    ? new CollectionError(code, `${message}: ${lastWord.message}`)
    : (reason as CollectionError);
}

function collectedOf(reply: Reply): Collected {
  if (reply.type === 'failed') throw new CollectionError(reply.reason, reply.message);
  return { snapshot: unpackSnapshot(reply.snapshot), setInfo: reply.setInfo };
}

/** The worker's reply to request `id`; never settles once `settled` has aborted. */
function replyTo(worker: Worker, id: number, settled: AbortSignal): Promise<Reply> {
  return new Promise((resolve) => {
    const onMessage = (reply: Reply): void => {
      if (reply.id === id) resolve(reply);
    };
    worker.on('message', onMessage);
    settled.addEventListener('abort', () => worker.off('message', onMessage));
  });
}

/** Rejects when the thread ends, with what ended it. */
async function deathOf(worker: Worker, settled: AbortSignal): Promise<never> {
  try {
    await once(worker, 'exit', { signal: settled });
  } catch (cause) {
    throw new CollectionError('worker', `the worker thread died: ${messageOf(cause)}`, { cause });
  }
  throw new CollectionError('worker', 'the worker thread ended');
}

/** Resolves when the signal aborts. */
function abortOf(signal: AbortSignal): Promise<undefined> {
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
