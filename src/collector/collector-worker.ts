import { setTimeout as setTimeoutPromise } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';

import type { Batch, BatchResult, Proved } from '../cleanup/messages.ts';
import type { Question } from '../cleanup/plan.ts';
import type { RemovalPrograms } from '../cleanup/removal-programs.ts';
import { CollectionError } from '../errors.ts';
import type { Profile } from '../orphans/profiles.ts';
import {
  unpackSnapshot,
  type CollectorConfig,
  type Reply,
  type Request,
  type WorkerInput,
} from './messages.ts';
import type { Snapshot } from './snapshot.ts';
import { abortOf, deathOf, replyTo } from './worker-answers.ts';

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

/** How long an observation for a cleanup may take, and how long a batch of removals, in milliseconds. */
const PROVING = 30_000;
const REMOVING = 10_000;

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
  /** Settles when all that was asked before has ended: never two things at a time. */
  #turn: Promise<unknown> = Promise.resolve();
  #giveUp: AbortController | undefined;
  /** What was asked before the last of them is not begun after it. */
  #closings = 0;

  /** `program` is what the thread runs. */
  constructor(config: CollectorConfig, program = new URL('./worker.js', import.meta.url)) {
    this.#config = config;
    this.#program = program;
  }

  /**
   * Collects once, in at most `timeout` milliseconds from when its turn comes. Rejects with a CollectionError:
   * `timeout` when it takes longer, `worker` when the thread dies, else the collection's own reason.
   */
  collect(timeout: number): Promise<Collected> {
    return this.#inTurn(() => this.#collect(timeout));
  }

  /** Observes the sets afresh and tells what a cleanup may remove. Rejects with a CollectionError where the thread dies. */
  async prove(question: Question, programs: RemovalPrograms): Promise<Proved> {
    const id = ++this.#collection;
    const reply = await this.#inTurn(() => this.#ask({ type: 'prove', id, question, programs }, id, PROVING));
    if (reply.type !== 'proved') throw unexpected(reply);
    return reply.proved;
  }

  /**
   * Removes a batch of sets, each if its proof still stands. Rejects with a CollectionError where nothing was removed, or
   * where the thread died and nobody can tell.
   */
  async remove(batch: Batch): Promise<BatchResult> {
    const id = ++this.#collection;
    const reply = await this.#inTurn(() => this.#ask({ type: 'remove', id, batch }, id, REMOVING));
    if (reply.type !== 'batch') throw unexpected(reply);
    return reply.result;
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const closings = this.#closings;
    const done = this.#turn.then(() => {
      if (this.#closings !== closings) throw shuttingDown();
      return work();
    });
    this.#turn = done.catch(() => undefined);
    return done;
  }

  /** Asks for something that is not given up half-way: a thread that takes too long for it is ended. */
  async #ask(request: Request, id: number, timeout: number): Promise<Reply> {
    const settled = new AbortController();
    const { signal } = settled;
    try {
      const late = setTimeoutPromise(timeout, undefined, { signal });
      if ((await Promise.race([this.#ended.then(() => true), late])) === undefined)
        throw new CollectionError('timeout', 'the worker thread before this one has not ended yet');
      const worker = (this.#worker ??= this.#start());
      const answer = Promise.race([replyTo(worker, id, signal), deathOf(worker, signal)]);
      worker.postMessage(request);
      const reply = await Promise.race([answer, late]);
      if (reply !== undefined) return reply;
      void this.#end();
      throw new CollectionError('timeout', `the worker thread did not answer within ${timeout} ms`);
    } finally {
      settled.abort();
    }
  }

  async #collect(timeout: number): Promise<Collected> {
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
    this.#closings++;
    this.#giveUp?.abort(shuttingDown());
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
  if (reply.type !== 'done') throw unexpected(reply);
  return { snapshot: unpackSnapshot(reply.snapshot), setInfo: reply.setInfo };
}

function shuttingDown(): CollectionError {
  return new CollectionError('worker', 'the exporter is shutting down');
}

function unexpected(reply: Reply): CollectionError {
  return reply.type === 'failed'
    ? new CollectionError(reply.reason, reply.message)
    : new CollectionError('worker', 'the worker thread answered another request');
}
