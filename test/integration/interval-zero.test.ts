import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { Exporter } from '../support/exporter.ts';
import { Exposition } from '../support/exposition.ts';
import { Namespace } from '../support/namespace.ts';
import { needs } from '../support/needs.ts';
import { createSets } from '../support/sets.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const { describe, it } = needs('namespaces', 'nsenter', 'setpriv', 'ipcs');

describe('--collector.interval=0', () => {
  it('collects on every scrape, and concurrent scrapes share one run of ipcs', async () => {
    const folder = temporaryFolder(onTestFinished);
    const calls = join(folder, 'calls');
    const gate = join(folder, 'gate');
    const counting = join(folder, 'ipcs');
    // Each run waits until the gate is there, so that all scrapes of a moment meet the same run.
    writeFileSync(
      counting,
      `#!/bin/sh\necho called >> ${calls}\nuntil [ -e ${gate} ] || [ ! -e ${calls} ]; do sleep 0.02; done\nexec ipcs "$@"\n`,
    );
    chmodSync(counting, 0o755);
    const timesCalled = () => readFileSync(calls, 'utf8').split('\n').length - 1;
    writeFileSync(calls, '');
    writeFileSync(gate, '');

    const namespace = await Namespace.create(onTestFinished);
    const exporter = await Exporter.start(onTestFinished, {
      namespace,
      flags: ['--collector.interval=0', `--collector.ipcs-path=${counting}`],
    });
    const first = await exporter.scrape();
    const callsBefore = timesCalled();
    expect(first.value('sysvsem_sets')).toBe(0);

    await createSets(namespace, { count: 3 });
    expect((await exporter.scrape()).value('sysvsem_sets')).toBe(3);
    expect(timesCalled()).toBe(callsBefore + 1);

    await namespace.run(['rm', gate]);
    const scrapes = Array.from({ length: 20 }, () => exporter.ask('/metrics'));
    await expect.poll(timesCalled).toBe(callsBefore + 2);
    // One that begins while the run waits joins it; all twenty have, once the exporter has answered a later request.
    await exporter.ask('/-/healthy');
    writeFileSync(gate, '');
    for (const { status, text } of await Promise.all(scrapes)) {
      expect(status).toBe(200);
      expect(Exposition.parse(text).value('sysvsem_sets')).toBe(3);
    }
    expect(timesCalled()).toBe(callsBefore + 2);
  });
});
