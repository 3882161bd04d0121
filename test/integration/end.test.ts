import { expect, onTestFinished } from 'vitest';
import { Exporter, MAIN } from '../support/exporter.ts';
import { Namespace } from '../support/namespace.ts';
import { needs } from '../support/needs.ts';
import { RunningProgram } from '../support/program.ts';
import { faultProgram } from '../support/fault-program.ts';

const { describe, it } = needs('namespaces', 'nsenter', 'setpriv', 'ipcs');

describe('the end of the exporter', () => {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    it(`${signal} ends it with status 0 and leaves no process`, async () => {
      const namespace = await Namespace.create(onTestFinished);
      const exporter = await Exporter.start(onTestFinished, { namespace });
      exporter.program.signal(signal);
      const { code, stdout } = await exporter.program.exit;
      expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
      expect(namespace.processes()).toEqual([]);
    });
  }

  it('SIGHUP does not end it', async () => {
    const namespace = await Namespace.create(onTestFinished);
    const exporter = await Exporter.start(onTestFinished, {
      namespace,
      flags: ['--collector.interval=200ms'],
    });
    exporter.program.signal('SIGHUP');
    expect((await exporter.nextCollection()).value('sysvsem_up')).toBe(1);
    await exporter.stop();
  });

  it('SIGTERM while a collection hangs and scrapes wait for it ends it within 10 s, and no child is left', async () => {
    const namespace = await Namespace.create(onTestFinished);
    const exporter = await Exporter.start(onTestFinished, {
      namespace,
      flags: [
        '--collector.interval=0',
        '--collector.timeout=1h',
        `--collector.ipcs-path=${faultProgram('hangs')}`,
      ],
    });
    const scrapes = Array.from({ length: 5 }, () =>
      exporter.ask('/metrics').catch((error: unknown) => error),
    );
    await expect.poll(() => namespace.processes().length).toBeGreaterThan(1);
    const stoppedAt = performance.now();
    await exporter.stop();
    expect(performance.now() - stoppedAt).toBeLessThan(10_000);
    await Promise.all(scrapes);
    expect(namespace.processes()).toEqual([]);
  });

  it('SIGTERM while a client keeps an idle connection open ends it all the same', async () => {
    const namespace = await Namespace.create(onTestFinished);
    const exporter = await Exporter.start(onTestFinished, { namespace });
    const [host = '', port = ''] = exporter.address.split(':');
    const idle = await RunningProgram.start(onTestFinished, [
      'bash',
      '-c',
      `exec 3<>/dev/tcp/${host}/${port}; echo open; cat <&3`,
    ]);
    await expect.poll(() => idle.stdout).toBe('open\n');
    const stoppedAt = performance.now();
    await exporter.stop();
    expect(performance.now() - stoppedAt).toBeLessThan(10_000);
  });

  it('SIGTERM before the first collection has ended ends it with status 0', async () => {
    const namespace = await Namespace.create(onTestFinished);
    const program = await RunningProgram.start(
      onTestFinished,
      namespace.command(
        process.execPath,
        MAIN,
        '--web.listen-address=127.0.0.1:0',
        '--collector.timeout=1h',
        `--collector.ipcs-path=${faultProgram('hangs')}`,
      ),
    );
    await program.listeningAddress();
    await expect.poll(() => namespace.processes().length).toBeGreaterThan(1);
    expect(await program.terminate()).toMatchObject({ code: 0, signal: null });
    expect(namespace.processes()).toEqual([]);
  });
});
