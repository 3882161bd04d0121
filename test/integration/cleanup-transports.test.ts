import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, vi } from 'vitest';
import { TOKEN } from '../support/cleanup.ts';
import { Exporter, MAIN, runExporter } from '../support/exporter.ts';
import { ask } from '../support/http.ts';
import { leakOrphans } from '../support/leaky-apache.ts';
import { Namespace } from '../support/namespace.ts';
import { needs } from '../support/needs.ts';
import { RunningProgram, type Exit } from '../support/program.ts';
import { HASHES, SecureExporter, type SecureAnswer } from '../support/secure-exporter.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const { describe, it } = needs('namespaces', 'nsenter', 'setpriv', 'systemd-socket-activate');

const LOGIN = 'alice:hunter2';
const ROUTE = '/api/v1/cleanup';
const JSON_TYPE = { 'content-type': 'application/json' };

/** A namespace, and the flags of an exporter in it that may remove sets, and that keeps what it learned for the next one. */
async function allowed() {
  const namespace = await Namespace.create(onTestFinished);
  const folder = temporaryFolder(onTestFinished);
  const tokens = join(folder, 'tokens');
  writeFileSync(tokens, `${TOKEN}\n`, { mode: 0o600 });
  const flags = [
    ...['--collector.source=procfs', '--collector.interval=500ms', '--orphans.min-age=0'],
    ...[`--state.file=${join(folder, 'ledger.json')}`, `--cleanup.token-file=${tokens}`],
    ...['--cleanup.enabled', '--cleanup.allow-owner=www-data'],
  ];
  return { namespace, folder, tokens, flags };
}

/** The same, with orphans that one before it has watched. */
async function leakedBefore(count: number) {
  const scene = await allowed();
  const before = await Exporter.start(onTestFinished, scene);
  await leakOrphans(onTestFinished, before, scene.namespace, { count });
  await before.stop();
  return scene;
}

/** Status, code and challenge of a refusal. */
function refusalOf({ status, headers, text }: Pick<SecureAnswer, 'status' | 'headers' | 'text'>) {
  const { error } = JSON.parse(text) as { error?: { code: string } };
  return [status, error?.code, headers['www-authenticate']];
}

/** Asks for one set to be removed, until it is: a process that is just being replaced by another keeps a proof waiting. */
async function expectOneRemoved(
  apply: (body: string) => Promise<Pick<SecureAnswer, 'status' | 'text'>>,
): Promise<void> {
  await vi.waitFor(
    async () => {
      const { status, text } = await apply('{"dryRun":false,"maxSets":1}');
      expect(status, text).toBe(200);
      expect((JSON.parse(text) as { removed: unknown[] }).removed, text).toHaveLength(1);
    },
    { timeout: 10_000, interval: 1_000 },
  );
}

describe('a cleanup over TLS, with a login', () => {
  it('takes the token from X-Sysvsem-Token, and says which of the two is missing', async () => {
    const { namespace, folder, tokens, flags } = await leakedBefore(2);
    const exporter = await SecureExporter.start(
      onTestFinished,
      `basic_auth_users: { alice: ${HASHES.hunter2} }\n`,
      // With TLS any address will do.
      { namespace, flags: [...flags, '--web.listen-address=:0'] },
    );
    await exporter.ready(LOGIN);
    const post = (login: string | undefined, headers: Readonly<Record<string, string>>, body = '{}') =>
      exporter.ask(ROUTE, login, 'POST', { headers: { ...JSON_TYPE, ...headers }, body });
    const token = { 'x-sysvsem-token': TOKEN };
    for (const [login, headers, refusal] of [
      [undefined, {}, [401, 'unauthorized', 'Basic']],
      [undefined, token, [401, 'unauthorized', 'Basic']],
      [undefined, { authorization: `Bearer ${TOKEN}` }, [401, 'unauthorized', 'Basic']],
      ['alice:hunter3', token, [401, 'unauthorized', 'Basic']],
      [LOGIN, {}, [401, 'bad_token', 'Bearer']],
      [LOGIN, { 'x-sysvsem-token': 'not-the-right-one' }, [401, 'bad_token', 'Bearer']],
    ] as const)
      expect(refusalOf(await post(login, headers))).toEqual(refusal);
    expect(await namespace.kernelSets()).toHaveLength(2);
    await expectOneRemoved((body) => post(LOGIN, token, body));

    writeFileSync(join(folder, 'ca.crt'), exporter.authority.cert);
    writeFileSync(join(folder, 'password'), 'hunter2\n');
    writeFileSync(join(folder, 'wrong'), 'hunter3\n');
    const trust = `--ca-file=${folder}/ca.crt`;
    const command = (...more: readonly string[]): Promise<Exit> =>
      runExporter(onTestFinished, [
        ...['cleanup', '--apply', '--yes', `--exporter.url=https://${exporter.address}`],
        ...[`--token-file=${tokens}`, '--user=alice', ...more],
      ]);
    const distrusting = await command(`--password-file=${folder}/password`);
    expect([distrusting.code, distrusting.stderr]).toEqual([1, expect.stringContaining('--ca-file')]);
    const locked = await command(trust, `--password-file=${folder}/wrong`);
    expect([locked.code, locked.stderr]).toEqual([1, expect.stringContaining('refuses the login')]);
    expect(await namespace.kernelSets()).toHaveLength(1);
    const done = await command(trust, `--password-file=${folder}/password`);
    expect(done.code, done.stderr).toBe(0);
    expect(done.stdout).toContain('Removed 1 set: ');
    expect(await namespace.kernelSets()).toEqual([]);
    expect(exporter.program.stderr).not.toMatch(/hunter|battery/);
  });
});

describe('a cleanup through a socket that systemd passes', () => {
  /** The command that waits for the first connection to these addresses, and then runs an exporter. */
  const activated = (addresses: readonly string[], flags: readonly string[]): string[] => [
    'systemd-socket-activate',
    ...addresses.map((address) => `--listen=${address}`),
    ...[process.execPath, MAIN, '--web.systemd-socket', ...flags],
  ];

  it('works over a Unix socket and over a port of loopback, also with the command', async () => {
    const { namespace, folder, tokens, flags } = await leakedBefore(3);
    const path = join(folder, 'socket');
    const port = await freePort();
    const audit = `--cleanup.audit-file=${join(folder, 'audit.jsonl')}`;
    const program = await RunningProgram.start(
      onTestFinished,
      namespace.command(...activated([path, `127.0.0.1:${port}`], [...flags, audit])),
    );
    await expect.poll(() => existsSync(path)).toBe(true);
    for (const address of [`unix:${path}`, `127.0.0.1:${port}`]) {
      const post = (headers: Readonly<Record<string, string>>, body = '{}') =>
        ask(address, ROUTE, { method: 'POST', headers: { ...JSON_TYPE, ...headers }, body });
      expect(refusalOf(await post({}))).toEqual([401, 'bad_token', 'Bearer']);
      await expectOneRemoved((body) => post({ authorization: `Bearer ${TOKEN}` }, body));
    }
    const { code, stdout, stderr } = await runExporter(onTestFinished, [
      ...['cleanup', '--apply', '--yes', `--exporter.url=unix:${path}`, `--token-file=${tokens}`],
    ]);
    expect(code, stderr).toBe(0);
    expect(stdout).toContain('Removed 1 set: ');
    expect(await namespace.kernelSets()).toEqual([]);
    const applied = [...program.stderr.matchAll(/msg=Audit event=apply .*?address=(\S+)/g)];
    expect(new Set(applied.map(([, address]) => address))).toEqual(new Set(['unix', '127.0.0.1']));
  });

  it('is not offered where others reach it without TLS', async () => {
    const { namespace, flags } = await allowed();
    const port = await freePort();
    const program = await RunningProgram.start(
      onTestFinished,
      namespace.command(...activated([`0.0.0.0:${port}`], flags)),
    );
    await expect.poll(() => program.stderr).toContain('Listening on');
    await ask(`127.0.0.1:${port}`, '/-/healthy').catch(() => undefined);
    const { code, stderr } = await program.exit;
    expect(code).toBe(1);
    expect(stderr).toMatch(/tokens would cross the network in the clear to \S+;.*--cleanup\.insecure-http/);
  });
});

/** A port that nobody listens on at present. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
