import { setTimeout as setTimeoutPromise } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';

import { CollectionError, messageOf } from '../errors.ts';
import type { Profile } from '../orphans/profiles.ts';
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

/**
 * V8's heap of the worker in MiB, twice of what 32 000 sets with one series each need. Garbage of large tables is
 * collected early instead of making the process twice as large; a thread that needs more has a leak, and is replaced.
 */
const WORKER_HEAP = { maxYoungGenerationSizeMb: 2, maxOldGenerationSizeMb: 128 };

/** How long the worker may take to write what outlives it, in milliseconds. */
const FLUSH = 3000;

/** How long a worker that was told to give up may take to say so before it is ended, in milliseconds. */
const LAST_WORD = 1000;

/**
 * The main thread's end of the worker thread in which the machine is read. It starts the worker when it is first
 * needed, and a new one after a death; whatever happens to the worker, its child process is killed with it.
 */
export class CollectorWorker {
  #config: CollectorConfig;
  readonly #program: URL;
  readonly #child = new Int32Array(new SharedArrayBuffer(4));
  #worker: Worker | undefined;
  /** Resolves when the thread that was told to end last has ended. */
  #ended: Promise<unknown> = Promise.resolve();
  #collection = 0;
  #giveUp: AbortController | undefined;

  /** `program` is what the thread runs. */
  constructor(config: CollectorConfig, program = new URL('./worker.js', import.meta.url)) {
    this.#config = config;
    this.#program = program;
  }

  /**
   * Collects once, in at most `timeout` milliseconds; one call at a time. Rejects with a CollectionError:
   * `timeout` when it takes longer, `worker` when the thread dies, else the collection's own reason.
   */
  async collect(timeout: number): Promise<Collected> {
    const settled = new AbortController();
    const giveUp = (this.#giveUp = new AbortController());
    const givenUp = abortOf(giveUp.signal);
    const deadline = setTimeout(() => {
      giveUp.abort(
        new CollectionError('timeout', `the collection took longer than --collector.timeout, ${timeout} ms`),
      );
    }, timeout);
    try {
      // Never two threads at a time, though one that is blocked in the kernel may not end for a long time.
      await Promise.race([this.#ended, givenUp]);
      giveUp.signal.throwIfAborted();
      const worker = (this.#worker ??= this.#start());
      const id = ++this.#collection;
      const reply = Promise.race([replyTo(worker, id, settled.signal), deathOf(worker, settled.signal)]);
      worker.postMessage({ type: 'collect', id } satisfies Request);
      const first = await Promise.race([reply, givenUp]);
      if (first !== undefined) return collectedOf(first);
      worker.postMessage({ type: 'abort' } satisfies Request);
      const lastWord = await Promise.race([
        reply,
        setTimeoutPromise(LAST_WORD, undefined, { signal: settled.signal }),
      ]);
      if (lastWord === undefined) void this.#end();
      throw whyGivenUp(giveUp.signal, lastWord);
    } finally {
      clearTimeout(deadline);
      settled.abort();
      this.#giveUp = undefined;
    }
  }

  /** Judges by other profiles from the next collection on. */
  useProfiles(profiles: readonly Profile[]): void {
    const { orphans } = this.#config;
    if (orphans === null) return;
    this.#config = { ...this.#config, orphans: { ...orphans, profiles } };
    this.#worker?.postMessage({ type: 'profiles', profiles } satisfies Request);
  }

  /** Gives up the collection that runs, lets the worker write what outlives it, and ends it and its child. */
  async close(): Promise<void> {
    this.#giveUp?.abort(new CollectionError('worker', 'the exporter is shutting down'));
    await this.#flush();
    await this.#end();
  }

  async #flush(): Promise<void> {
    const worker = this.#worker;
    if (worker === undefined || this.#config.orphans === null) return;
    const settled = new AbortController();
    const id = ++this.#collection;
    const flushed = Promise.race([replyTo(worker, id, settled.signal), deathOf(worker, settled.signal)]);
    worker.postMessage({ type: 'flush', id } satisfies Request);
    await Promise.race([flushed, setTimeoutPromise(FLUSH, undefined, { signal: settled.signal })]).catch(
      () => undefined,
    );
    settled.abort();
  }

  #start(): Worker {
    const input: WorkerInput = { config: this.#config, child: this.#child.buffer };
    const worker = new Worker(this.#program, { workerData: input, resourceLimits: WORKER_HEAP });
    // The thread ends a little after its error: the next collection waits for that, and gets a new one.
    worker.on('error', () => {
      if (this.#worker === worker) void this.#end();
    });
    worker.on('exit', () => {
      this.#killChild();
      if (this.#worker === worker) this.#worker = undefined;
    });
    return worker;
  }

  /** Ends the worker and its child. A child that the worker starts before it has ended is killed at its exit. */
  #end(): Promise<unknown> {
    const worker = this.#worker;
    this.#worker = undefined;
    this.#killChild();
    if (worker !== undefined) this.#ended = worker.terminate();
    return this.#ended;
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
  if (reply.type === 'flushed')
    throw new CollectionError('worker', 'the worker thread answered another request');
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

/** Rejects when the thread has ended, with what ended it; never settles once `settled` has aborted. */
function deathOf(worker: Worker, settled: AbortSignal): Promise<never> {
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
