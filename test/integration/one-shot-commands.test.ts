import { lstatSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { MAIN, NO_EXPORTER, runExporter } from '../support/exporter.ts';
import { faultProgram } from '../support/fault-program.ts';
import { Namespace } from '../support/namespace.ts';
import { needs } from '../support/needs.ts';
import { run, RunningProgram } from '../support/program.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const { describe, it } = needs('namespaces', 'nsenter', 'setpriv', 'ipcs');

const METRICS = ['metrics', '--collector.source=procfs'];

describe('metrics --output', () => {
  it('leaves a device as it is: a file in place of /dev/null would break the machine', async () => {
    const fifo = join(temporaryFolder(onTestFinished), 'fifo');
    await run(onTestFinished, ['mkfifo', fifo]);
    const { code, stderr } = await runExporter(onTestFinished, [...METRICS, `--output=${fifo}`]);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^sysvsem-exporter: --output \S+ could not be written \(it is no regular file\).*\n$/,
    );
    expect(lstatSync(fifo).isFIFO()).toBe(true);
  });

  it('replaces the file behind a link, and the link stays', async () => {
    const folder = temporaryFolder(onTestFinished);
    mkdirSync(join(folder, 'real'));
    writeFileSync(join(folder, 'real/sysvsem.prom'), 'old\n');
    symlinkSync('real/sysvsem.prom', join(folder, 'link.prom'));
    const { code, stderr } = await runExporter(onTestFinished, [...METRICS, `--output=${folder}/link.prom`]);
    expect(code, stderr).toBe(0);
    expect(lstatSync(join(folder, 'link.prom')).isSymbolicLink()).toBe(true);
    expect(readFileSync(join(folder, 'real/sysvsem.prom'), 'utf8')).toContain('\nsysvsem_up 1\n');
    expect(readdirSync(join(folder, 'real'))).toEqual(['sysvsem.prom']);
  });
});

describe('Ctrl-C', () => {
  for (const [command, ...flags] of [['list', NO_EXPORTER], ['metrics']] as const) {
    it(`ends ${command} while ipcs hangs: at once, with status 1, nothing printed and no child left`, async () => {
      const namespace = await Namespace.create(onTestFinished);
      const program = await RunningProgram.start(
        onTestFinished,
        namespace.command(
          process.execPath,
          MAIN,
          command,
          ...flags,
          `--collector.ipcs-path=${faultProgram('ignores-sigterm')}`,
        ),
      );
      await expect.poll(() => namespace.processes().length, { timeout: 20_000 }).toBeGreaterThan(1);
      const begin = performance.now();
      program.signal('SIGINT');
      const { code, stdout, stderr } = await program.exit;
      expect(performance.now() - begin).toBeLessThan(5000);
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toBe('sysvsem-exporter: stopped before the collection had ended\n');
      await expect.poll(() => namespace.processes()).toEqual([]);
    });
  }
});
