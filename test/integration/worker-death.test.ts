import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished } from 'vitest';
import { Exporter } from '../support/exporter.ts';
import { faultProgram } from '../support/fault-program.ts';
import { Namespace } from '../support/namespace.ts';
import { needs } from '../support/needs.ts';
import { observe } from '../support/observer.ts';
import { ReplaceableIpcs } from '../support/replaceable-ipcs.ts';
import { createSets } from '../support/sets.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const { describe, it } = needs('namespaces', 'nsenter', 'setpriv', 'ipcs');

const PRELOAD = fileURLToPath(new URL('../support/programs/die-in-worker.mjs', import.meta.url));

describe('the death of the worker thread', () => {
  it('is a failed collection of the reason "worker", leaves no child, and the next collection has a new worker', async () => {
    const namespace = await Namespace.create(onTestFinished);
    await createSets(namespace, { count: 3 });
    const ipcs = new ReplaceableIpcs(onTestFinished);
    const fatalFile = join(temporaryFolder(onTestFinished), 'fatal');
    const exporter = await Exporter.start(onTestFinished, {
      namespace,
      flags: ['--collector.interval=200ms', `--collector.ipcs-path=${ipcs.path}`],
      env: { NODE_OPTIONS: `--import=${PRELOAD}`, FATAL_FILE: fatalFile },
    });
    await exporter.until((metrics) => metrics.value('sysvsem_up') === 1);

    const { slowestMs } = await observe(exporter, async () => {
      // The worker dies while its child runs, and could no longer end it.
      ipcs.become(faultProgram('ignores-sigterm'));
      await expect.poll(() => namespace.processes().length).toBeGreaterThan(1);
      writeFileSync(fatalFile, '');
      const failed = await exporter.until((metrics) => metrics.value('sysvsem_up') === 0);
      expect(failed.value('sysvsem_collection_failures_total', { reason: 'worker' })).toBeGreaterThan(0);
      expect(failed.value('sysvsem_sets')).toBeUndefined();

      ipcs.becomeReal();
      rmSync(fatalFile);
      const recovered = await exporter.until((metrics) => metrics.value('sysvsem_up') === 1);
      expect(recovered.value('sysvsem_sets')).toBe(3);
    });
    expect(slowestMs).toBeLessThan(1500);
    await expect.poll(() => namespace.processes()).toEqual([exporter.program.pid]);
    await exporter.stop();
    expect(namespace.processes()).toEqual([]);
  });
});
