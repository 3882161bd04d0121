import { once } from 'node:events';
import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { MAIN, runExporter } from '../support/exporter.ts';
import { ask } from '../support/http.ts';
import { needs } from '../support/needs.ts';
import { RunningProgram, run } from '../support/program.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const PASS_SOCKETS = fileURLToPath(new URL('../support/programs/pass-sockets.mjs', import.meta.url));
const EXPORTER = [process.execPath, MAIN, '--web.systemd-socket'];
const NO_CHILD = '--collector.source=procfs';

/** The command that runs the exporter with these descriptors from 3 on. */
function passing(what: readonly string[], ...flags: readonly string[]): string[] {
  return [process.execPath, PASS_SOCKETS, ...what, '--', ...EXPORTER, ...flags];
}

/** An exporter that was passed sockets and listens on all of them, and their addresses. */
async function startPassing(
  what: readonly string[],
  ...flags: readonly string[]
): Promise<{ program: RunningProgram; addresses: readonly string[] }> {
  const program = await RunningProgram.start(onTestFinished, passing(what, ...flags));
  await expect.poll(() => logged(program), { timeout: 20_000 }).toHaveLength(what.length);
  return { program, addresses: program.stdout.trimEnd().split('\n') };
}

/** The addresses that the log says it listens on. */
function logged(program: RunningProgram): string[] {
  const lines = program.stderr.matchAll(/msg="Listening on" address=(?:"([^"]+)"|(\S+))/g);
  return Array.from(lines, ([, quoted, plain]) => quoted ?? plain ?? '');
}

/** A port that nobody listens on at present. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function isHealthy(address: string): Promise<boolean> {
  return (await ask(address, '/-/healthy')).status === 200;
}

const { it: itPasses } = needs('setpriv');

describe('sockets passed by a service manager', () => {
  itPasses('are listened on, TCP and Unix, several at once, and named in the log', async () => {
    const folder = temporaryFolder(onTestFinished);
    const path = join(folder, 'socket');
    const { program, addresses } = await startPassing(['tcp', path, 'tcp'], NO_CHILD);
    const [first = '', , third = ''] = addresses;
    expect(logged(program)).toEqual([first, 'fd 4 (test.socket)', third]);
    for (const address of addresses) expect(await isHealthy(address)).toBe(true);
    expect((await program.terminate()).code).toBe(0);
  });

  itPasses('are listened on instead of the addresses, which are not even looked at', async () => {
    const path = join(temporaryFolder(onTestFinished), 'own');
    const { program, addresses } = await startPassing(
      ['tcp'],
      NO_CHILD,
      `--web.listen-address=unix:${path}`,
      '--web.listen-address=nonsense',
    );
    expect(await isHealthy(addresses[0] ?? '')).toBe(true);
    expect(existsSync(path)).toBe(false);
    expect(program.stderr).toContain('Listening on the sockets that systemd passes, not on addresses');
  });

  itPasses('stay where they are at the end: they are the service manager’s', async () => {
    const path = join(temporaryFolder(onTestFinished), 'socket');
    const { program } = await startPassing([path], NO_CHILD);
    expect((await program.terminate()).code).toBe(0);
    expect(statSync(path).isSocket()).toBe(true);
  });

  itPasses('are unknown to the programs that the exporter runs, by name and by descriptor', async () => {
    const folder = temporaryFolder(onTestFinished);
    const report = join(folder, 'report');
    const ipcs = join(folder, 'ipcs');
    writeFileSync(
      ipcs,
      `#!/bin/sh\n(env; for fd in 3 4 5 6 7 8 9; do readlink /proc/$$/fd/$fd; done) > ${report}.new\n` +
        `mv ${report}.new ${report}\nexec ipcs "$@"\n`,
    );
    chmodSync(ipcs, 0o755);
    await startPassing(['tcp', join(folder, 'socket')], `--collector.ipcs-path=${ipcs}`);
    await expect.poll(() => existsSync(report)).toBe(true);
    const told = readFileSync(report, 'utf8');
    expect(told).toContain('LC_ALL=C');
    expect(told).not.toContain('LISTEN_');
    expect(told).not.toContain('socket:');
  });

  const refused: [string, readonly string[], string][] = [
    ['none was passed', [...EXPORTER], 'systemd passed no sockets'],
    [
      'they are another process’s',
      ['env', 'LISTEN_PID=1', 'LISTEN_FDS=1', ...EXPORTER],
      'the sockets were passed to the process "1"',
    ],
    [
      'more are announced than passed',
      ['sh', '-c', 'LISTEN_PID=$$ LISTEN_FDS=1 exec "$@"', 'sh', ...EXPORTER],
      'cannot listen on fd 3: it is no TCP or Unix socket',
    ],
    [
      'one is no socket',
      passing(['null']),
      'cannot listen on fd 3 (test.socket): it is no TCP or Unix socket',
    ],
  ];
  for (const [what, command, why] of refused) {
    needs('setpriv').it(`status 1 and one sentence where ${what}`, async () => {
      const { code, stdout, stderr } = await run(onTestFinished, command);
      expect({ code, stdout }, stderr).toEqual({ code: 1, stdout: '' });
      const lines = stderr.split('\n').filter((line) => line !== '' && !line.startsWith('time='));
      expect(lines, stderr).toEqual([
        expect.stringMatching(/^sysvsem-exporter: --web\.systemd-socket: .*\.$/),
      ]);
      expect(lines[0]).toContain(why);
    });
  }

  it('is a flag of serve alone', async () => {
    expect((await runExporter(onTestFinished, ['metrics', '--web.systemd-socket'])).code).toBe(1);
  });
});

const activated = needs('systemd-socket-activate', 'unshare', 'setpriv', 'namespaces');

activated.describe('systemd-socket-activate', () => {
  it('starts it at the first connection, which is answered too', async () => {
    const path = join(temporaryFolder(onTestFinished), 'socket');
    const systemd = ['systemd-socket-activate', `--listen=${path}`, '--fdname=sysvsem.socket'];
    const program = await RunningProgram.start(onTestFinished, [...systemd, ...EXPORTER, NO_CHILD]);
    await expect.poll(() => existsSync(path)).toBe(true);
    expect(program.stderr).not.toContain('Starting sysvsem-exporter');
    expect(await isHealthy(`unix:${path}`)).toBe(true);
    expect(logged(program)).toEqual(['fd 3 (sysvsem.socket)']);
    expect((await program.terminate()).code).toBe(0);
    expect(statSync(path).isSocket()).toBe(true);
  });

  it('gives it the host’s network where it has none of its own, as the unit does', async () => {
    const path = join(temporaryFolder(onTestFinished), 'socket');
    const port = await freePort();
    const systemd = ['systemd-socket-activate', `--listen=127.0.0.1:${port}`, `--listen=${path}`];
    const program = await RunningProgram.start(onTestFinished, [
      ...systemd,
      'unshare',
      '--net',
      ...EXPORTER,
      NO_CHILD,
    ]);
    await expect.poll(() => existsSync(path)).toBe(true);
    const address = `127.0.0.1:${port}`;
    expect((await ask(address, '/metrics')).text).toMatch(/^sysvsem_up 1$/m);
    expect(await isHealthy(`unix:${path}`)).toBe(true);
    expect(logged(program)).toEqual([address, expect.stringMatching(/^fd 4/)]);
  });
});
