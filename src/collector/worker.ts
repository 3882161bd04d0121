import { parentPort, workerData, type MessagePort } from 'node:worker_threads';

import { prove } from '../cleanup/prove.ts';
import { removeBatch } from '../cleanup/remove.ts';
import { CollectionError, messageOf } from '../errors.ts';
import { loadSemctl } from '../kernel/semctl.ts';
import { UserNames } from '../kernel/user-names.ts';
import { OrphanWatch } from '../orphans/orphan-watch.ts';
import { collect, type CollectorTools } from './collect.ts';
import {
  packSnapshot,
  type CollectorConfig,
  type Reply,
  type Request,
  type WorkerInput,
} from './messages.ts';
import type { Snapshot } from './snapshot.ts';

/** The worker thread: reads, judges and removes whenever the main thread asks, one thing at a time. */
function work(port: MessagePort, { config, child }: WorkerInput): void {
  const childGroup = new Int32Array(child);
  const onSpawn = (group: number): void => {
    Atomics.store(childGroup, 0, group);
  };
  let giveUp = new AbortController();
  // Listens before it loads anything, because the first request may be waiting already.
  const tools = loadTools(config, onSpawn);
  port.on('message', (request: Request) => {
    if (request.type === 'abort') giveUp.abort();
    else if (request.type === 'collect') {
      giveUp = new AbortController();
      const { signal } = giveUp;
      void tools.then((loaded) => answer(port, request.id, loaded, signal));
    } else if (request.type === 'profiles')
      void tools.then(({ watch }) => watch?.useProfiles(request.profiles));
    else if (request.type === 'flush')
      void tools.then(({ watch }) => {
        flush(port, request.id, watch);
      });
    else void tools.then((loaded) => cleanUp(port, request, loaded));
  });
}

async function loadTools(config: CollectorConfig, onSpawn: (group: number) => void): Promise<CollectorTools> {
  const notices: string[] = [];
  const semctl = await loadSemctl((reason) => notices.push(reason));
  const { orphans, procfs } = config;
  const watch = orphans === null ? null : await OrphanWatch.begin(orphans, { procfs, semctl });
  return { config, semctl, names: new UserNames({ onSpawn }), watch, onSpawn, notices };
}

function flush(port: MessagePort, id: number, watch: OrphanWatch | null): void {
  port.postMessage({ type: 'flushed', id, notices: watch?.close() ?? [] } satisfies Reply);
}

/** Loaded when it is first needed, because prom-client is no small weight for a thread that may never render. */
async function renderSetInfo(snapshot: Snapshot): Promise<Uint8Array<ArrayBuffer>> {
  const setInfo = await import('../metrics/set-info.ts');
  return setInfo.renderSetInfo(snapshot);
}

async function answer(
  port: MessagePort,
  id: number,
  tools: CollectorTools,
  signal: AbortSignal,
): Promise<void> {
  try {
    const snapshot = await collect(tools, signal);
    const setInfo = tools.config.perSet ? await renderSetInfo(snapshot) : null;
    const { packed, transfer } = packSnapshot(snapshot);
    if (setInfo !== null) transfer.push(setInfo.buffer);
    port.postMessage({ type: 'done', id, snapshot: packed, setInfo } satisfies Reply, transfer);
  } catch (error) {
    const reason = error instanceof CollectionError ? error.code : 'worker';
    port.postMessage({ type: 'failed', id, reason, message: messageOf(error) } satisfies Reply);
  }
}

async function cleanUp(
  port: MessagePort,
  request: Extract<Request, { type: 'prove' | 'remove' }>,
  { config, semctl, names, watch, onSpawn }: CollectorTools,
): Promise<void> {
  const { id } = request;
  try {
    if (watch === null || semctl === null) throw new CollectionError('worker', 'sets are not judged here');
    const { procfs } = config;
    const reply: Reply =
      request.type === 'prove'
        ? {
            type: 'proved',
            id,
            proved: await prove(request.question, {
              procfs,
              watch,
              names,
              programs: request.programs,
              onSpawn,
            }),
          }
        : { type: 'batch', id, result: await removeBatch(request.batch, { procfs, semctl, onSpawn }) };
    port.postMessage(reply);
  } catch (error) {
    port.postMessage({ type: 'failed', id, reason: 'worker', message: messageOf(error) } satisfies Reply);
  }
}

if (parentPort !== null) work(parentPort, workerData as WorkerInput);
