import { execFileSync } from 'node:child_process';
import { closeSync, constants, existsSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { CollectorWorker, type Collected } from '../../src/collector/collector-worker.ts';
import { CollectionError } from '../../src/errors.ts';
import { livingMembers } from '../kernel/process-group.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const LONG = 10_000;

/** A worker that runs one of test/fixtures/workers, and a file that the two may share. */
function workerThat(program: string): { worker: CollectorWorker; file: string; fifo: string } {
  const folder = temporaryFolder(onTestFinished);
  const [file, fifo] = [join(folder, 'file'), join(folder, 'fifo')];
  const worker = new CollectorWorker(
    { source: 'ipcs', ipcsPath: file, procfs: fifo, perSet: false, orphans: null },
    new URL(`../fixtures/workers/${program}.mjs`, import.meta.url),
  );
  onTestFinished(() => worker.close());
  return { worker, file, fifo };
}

/** The number of the thread that collected. */
async function threadOf(collected: Promise<Collected>): Promise<number> {
  return (await collected).snapshot.collectedAt;
}

async function failureOf(collected: Promise<unknown>): Promise<CollectionError> {
  const error: unknown = await collected.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof CollectionError)) throw new Error(`no CollectionError but ${String(error)}`);
  return error;
}

async function childIn(file: string): Promise<number> {
  const child = await vi.waitUntil(() => existsSync(file) && Number(readFileSync(file, 'utf8')), {
    timeout: 5000,
  });
  onTestFinished(() => {
    if (livingMembers(child).length > 0) process.kill(-child, 'SIGKILL');
  });
  return child;
}

describe('CollectorWorker', { timeout: 15_000 }, () => {
  it('collects in one thread, again and again', async () => {
    const { worker } = workerThat('answers');
    const thread = await threadOf(worker.collect(LONG));
    expect(thread).toBeGreaterThan(0);
    expect(await threadOf(worker.collect(LONG))).toBe(thread);
    expect((await worker.collect(LONG)).snapshot.sets).toHaveLength(0);
  });

  it('rejects with the reason that the worker tells', async () => {
    const error = await failureOf(workerThat('fails').worker.collect(LONG));
    expect(error).toMatchObject({ code: 'parse', message: 'line 3 is not a set' });
  });

  it('does not take an answer that comes after the deadline', async () => {
    const { worker } = workerThat('answers-when-told-to-give-up');
    const first = await failureOf(worker.collect(100));
    expect(first).toMatchObject({
      code: 'timeout',
      message: 'the collection took longer than --collector.timeout, 100 ms',
    });
    expect(await failureOf(worker.collect(100))).toMatchObject({ code: 'timeout' });
  });

  it('says what the worker was doing at the deadline, and never takes an answer to an earlier request', async () => {
    const { worker } = workerThat('answers-the-request-before');
    expect((await failureOf(worker.collect(300))).message).toBe(
      'the collection took longer than --collector.timeout, 300 ms: "ipcs -s" was killed',
    );
    expect(await threadOf(worker.collect(LONG))).toBeGreaterThan(0);
  });

  it('ends a worker that does not give up within a second, and its child', async () => {
    const { worker, file } = workerThat('deaf-with-a-child');
    const begin = performance.now();
    const failure = failureOf(worker.collect(500));
    const child = await childIn(file);
    expect(livingMembers(child)).toEqual([child]);
    expect((await failure).code).toBe('timeout');
    expect(performance.now() - begin).toBeLessThan(3000);
    await expect.poll(() => livingMembers(child)).toEqual([]);
  });

  it('kills the child of a worker that died, and collects in a new one at once', async () => {
    const { worker, file } = workerThat('dies-once-with-a-child');
    const error = await failureOf(worker.collect(LONG));
    expect(error).toMatchObject({
      code: 'worker',
      message: 'the worker thread died: this thread dies on purpose',
      cause: expect.any(Error) as Error,
    });
    // One death is one failure, though the thread may not have ended when its error arrives.
    expect(await threadOf(worker.collect(LONG))).toBeGreaterThan(0);
    const child = await childIn(file);
    await expect.poll(() => livingMembers(child)).toEqual([]);
  });

  it('collects in a new worker where the old one died between two collections', async () => {
    const { worker } = workerThat('dies-between-requests');
    const first = await threadOf(worker.collect(LONG));
    await vi.waitFor(async () => {
      expect(await threadOf(worker.collect(LONG))).toBeGreaterThan(first);
    });
  });

  it('tells the status of a worker that ended, and kills its child', async () => {
    const { worker, file } = workerThat('exits-with-a-child');
    expect(await failureOf(worker.collect(LONG))).toMatchObject({
      code: 'worker',
      message: 'the worker thread ended with status 7',
    });
    const child = await childIn(file);
    await expect.poll(() => livingMembers(child)).toEqual([]);
  });

  it('fails where the worker dies at its start or is missing', async () => {
    const broken = await failureOf(workerThat('dies-at-start').worker.collect(LONG));
    expect(broken).toMatchObject({
      code: 'worker',
      message: 'the worker thread died: this thread cannot start',
    });
    const missing = await failureOf(workerThat('missing').worker.collect(LONG));
    expect(missing).toMatchObject({ code: 'worker' });
    expect(missing.message).toContain('Cannot find module');
  });

  it('fails in time though its thread is blocked in the kernel, and starts none beside it', async () => {
    const { worker, file, fifo } = workerThat('blocked-in-the-kernel');
    execFileSync('mkfifo', [fifo]);
    writeFileSync(file, '');
    const unblock = () => {
      closeSync(openSync(fifo, constants.O_RDWR | constants.O_NONBLOCK));
    };
    onTestFinished(unblock);
    const begin = performance.now();
    expect((await failureOf(worker.collect(300))).code).toBe('timeout');
    expect(performance.now() - begin).toBeLessThan(2500);
    // A second thread would answer at once.
    expect((await failureOf(worker.collect(300))).code).toBe('timeout');
    const next = worker.collect(LONG);
    unblock();
    expect(await threadOf(next)).toBeGreaterThan(0);
  });

  it('gives up the collection that runs when it is closed, and kills the child', async () => {
    const { worker, file } = workerThat('deaf-with-a-child');
    const failure = failureOf(worker.collect(LONG));
    const child = await childIn(file);
    await worker.close();
    expect((await failure).code).toBe('worker');
    await expect.poll(() => livingMembers(child)).toEqual([]);
  });

  it('starts nothing where it is closed in the moment a collection begins', async () => {
    const { worker, file } = workerThat('deaf-with-a-child');
    const failure = failureOf(worker.collect(LONG));
    await worker.close();
    expect(await failure).toMatchObject({ code: 'worker', message: 'the exporter is shutting down' });
    expect(existsSync(file)).toBe(false);
  });

  it('may be closed before it was used, and twice', async () => {
    const { worker } = workerThat('answers');
    await worker.close();
    await threadOf(worker.collect(LONG));
    await worker.close();
    await worker.close();
  });
});
