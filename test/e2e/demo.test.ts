import { fileURLToPath } from 'node:url';
import { expect, onTestFinished } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { ask } from '../support/http.ts';
import { needs } from '../support/needs.ts';
import { RunningProgram } from '../support/program.ts';

const { describe, it } = needs(
  'namespaces',
  'nsenter',
  'setpriv',
  'ipcs',
  'apache2',
  'prometheus',
  'prometheus-alertmanager',
  'amtool',
);

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

describe('the demo', () => {
  it('shows where to look, has an Apache leak, and leaves nothing behind when it is interrupted', async () => {
    const demo = await RunningProgram.start(
      onTestFinished,
      [process.execPath, '--import', 'tsx', 'demo/main.ts'],
      {
        cwd: ROOT,
      },
    );
    const said = (pattern: RegExp) =>
      eventually(
        () => {
          const found = pattern.exec(demo.stdout);
          if (found === null)
            throw new Error(`it does not say ${String(pattern)}: ${demo.stdout}${demo.stderr}`);
          return found[1] ?? '';
        },
        { timeout: 40_000 },
      );

    const exporter = await said(/Status page +http:\/\/(\S+)\//);
    const prometheus = await said(/Prometheus +http:\/\/([^/\s]+)\/classic\/alerts/);
    const alertmanager = await said(/amtool --alertmanager\.url=http:\/\/(\S+) alert/);
    const apache = await said(/serves http:\/\/([^/\s]+)\//);
    expect((await ask(exporter, '/')).text).toContain('<!doctype html>');
    expect((await ask(prometheus, '/api/v1/rules')).text).toContain('SysvsemApacheStartAtRisk');
    expect(await ask(alertmanager, '/api/v2/alerts')).toMatchObject({ status: 200 });
    expect(await ask(apache, '/index.html')).toMatchObject({ status: 200 });

    await said(/(was killed, and started again)/);
    const { text } = await ask(exporter, '/api/v1/status');
    expect(JSON.parse(text)).toMatchObject({ up: true });

    demo.signal('SIGINT');
    const { code, stdout, stderr } = await demo.exit;
    expect(code, stdout + stderr).toBe(0);
    expect(stdout).toMatch(/All that was started has ended\.\n$/);
    for (const address of [exporter, prometheus, alertmanager, apache])
      await expect(ask(address, '/')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  }, 90_000);
});
