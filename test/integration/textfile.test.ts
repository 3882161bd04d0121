import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { Exposition } from '../support/exposition.ts';
import { runExporter } from '../support/exporter.ts';
import { ask } from '../support/http.ts';
import { Namespace } from '../support/namespace.ts';
import { needs } from '../support/needs.ts';
import { run, RunningProgram } from '../support/program.ts';
import { createSets } from '../support/sets.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const { describe, it } = needs('namespaces', 'nsenter', 'setpriv', 'ipcs', 'prometheus-node-exporter');

describe('a real node_exporter', () => {
  it('publishes the file that metrics --output writes, without an error', async () => {
    const folder = temporaryFolder(onTestFinished);
    const namespace = await Namespace.create(onTestFinished, { limits: '250 32000 32 128' });
    await createSets(namespace, { uid: 33, count: 3 });
    const args = ['metrics', '--output', join(folder, 'sysvsem.prom')];
    const { code, stderr } = await runExporter(onTestFinished, args, { namespace });
    expect(code, stderr).toBe(0);

    const nodeExporter = await RunningProgram.start(onTestFinished, [
      'prometheus-node-exporter',
      '--web.listen-address=127.0.0.1:0',
      '--collector.disable-defaults',
      '--collector.textfile',
      `--collector.textfile.directory=${folder}`,
    ]);
    const { text } = await ask(await nodeExporter.listeningAddress(), '/metrics');
    const metrics = Exposition.parse(text);
    expect(metrics.value('node_textfile_scrape_error')).toBe(0);
    expect(metrics.value('node_textfile_mtime_seconds')).toBeGreaterThan(0);
    expect(metrics.value('sysvsem_up')).toBe(1);
    expect(metrics.value('sysvsem_sets')).toBe(3);
    expect(metrics.value('sysvsem_sets_limit')).toBe(128);
  });
});

needs('promtool', 'setpriv').describe('docs/textfile.md', () => {
  it('has an alert that Prometheus takes', async () => {
    const document = readFileSync(join(import.meta.dirname, '../../docs/textfile.md'), 'utf8');
    const alert = /```yaml\n([^]*?)```/.exec(document)?.[1] ?? '';
    const file = join(temporaryFolder(onTestFinished), 'rules.yml');
    writeFileSync(file, `groups:\n- name: textfile\n  rules:\n${alert.replace(/^/gm, '  ')}`);
    const check = ['promtool', 'check', 'rules', '--lint=all', '--lint-fatal', file];
    const { code, stdout, stderr } = await run(onTestFinished, check);
    expect(code, stdout + stderr).toBe(0);
    expect(stdout + stderr).toMatch(/1 rules found/);
  });
});
