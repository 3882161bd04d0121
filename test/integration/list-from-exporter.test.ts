import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { Exporter, runExporter } from '../support/exporter.ts';
import { ask } from '../support/http.ts';
import { kernelTruth } from '../support/kernel-truth.ts';
import { Namespace } from '../support/namespace.ts';
import { needs } from '../support/needs.ts';
import { RunningProgram } from '../support/program.ts';
import { HASHES, SecureExporter } from '../support/secure-exporter.ts';
import { changeSets, createSets } from '../support/sets.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const { describe, it } = needs('namespaces', 'nsenter', 'setpriv', 'ipcs');

async function populated(): Promise<Namespace> {
  const namespace = await Namespace.create(onTestFinished);
  await createSets(namespace, { giveTo: { uid: 33, gid: 33 }, count: 2 }, { uid: 0, key: 0x1234 });
  return namespace;
}

/** `list` outside the namespace whose sets the exporter knows, so that only the exporter can have told them. */
const list = (...flags: string[]) => runExporter(onTestFinished, ['list', ...flags]);

const semidsOf = (stdout: string) => (JSON.parse(stdout) as { semid: number }[]).map(({ semid }) => semid);

describe('list', () => {
  it('prints what the running exporter knows, over TCP and over a Unix socket', async () => {
    const namespace = await populated();
    const socket = join(temporaryFolder(onTestFinished), 'socket');
    const exporter = await Exporter.start(onTestFinished, {
      namespace,
      flags: ['--web.listen-address=127.0.0.1:0', `--web.listen-address=unix:${socket}`],
    });
    const { sets } = JSON.parse((await exporter.ask('/api/v1/sets')).text) as { sets: { semid: number }[] };
    expect(sets.map(({ semid }) => semid)).toEqual(
      (await kernelTruth(namespace)).sets.map(({ semid }) => semid),
    );
    for (const url of [`http://${exporter.address}`, `unix:${socket}`]) {
      const { code, stdout, stderr } = await list('--json', `--exporter.url=${url}`);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(JSON.parse(stdout)).toEqual(sets);
    }
    const { stdout } = await list(`--exporter.url=unix:${socket}`, '--owner=www-data', '--owner=4242');
    expect(stdout.trimEnd().split('\n')).toHaveLength(3);
    const keyed = await list(`--exporter.url=unix:${socket}`, '--state=keyed', '--json');
    expect(JSON.parse(keyed.stdout)).toEqual([expect.objectContaining({ key: '0x00001234', owner: 'root' })]);
  });

  it('prints the whole of a full table, page by page', async () => {
    const namespace = await Namespace.create(onTestFinished, { limits: '250 64000 32 32000' });
    await createSets(namespace, { uid: 33, count: 31_000 });
    const exporter = await Exporter.start(onTestFinished, { namespace });
    const { stdout } = await list('--json', `--exporter.url=http://${exporter.address}`);
    expect(semidsOf(stdout)).toEqual(
      (await namespace.kernelSets()).map(({ semid }) => semid).sort(ascending),
    );
  });

  it('asks over TLS with a login, and says what is missing', async () => {
    const namespace = await populated();
    const yaml = `basic_auth_users: { alice: ${HASHES.hunter2} }\n`;
    const exporter = await SecureExporter.start(onTestFinished, yaml, { namespace });
    await exporter.ready('alice:hunter2');
    const { address } = exporter;
    const caFile = `--ca-file=${exporter.write('ca.crt', exporter.authority.cert)}`;
    const secure = [`--exporter.url=https://${address}`, caFile];
    const login = ['--user=alice', `--password-file=${exporter.write('password', 'hunter2\n')}`];
    const good = await list('--json', ...secure, ...login);
    expect({ code: good.code, stderr: good.stderr }).toEqual({ code: 0, stderr: '' });
    expect(semidsOf(good.stdout)).toEqual(
      (await namespace.kernelSets()).map(({ semid }) => semid).sort(ascending),
    );
    const wrong = `--password-file=${exporter.write('wrong', 'hunter3\n')}`;
    for (const [flags, sentence] of [
      [secure, 'asks for a login: give --user and --password-file'],
      [[...secure, '--user=alice', wrong], 'refuses the login: correct --user'],
      [[`--exporter.url=https://${address}`, ...login], '--ca-file'],
      [[`--exporter.url=http://${address}`, ...login], 'if it speaks TLS, give --exporter.url with https://'],
    ] as const) {
      const { code, stdout, stderr } = await list(...flags);
      expect({ code, stdout }, stderr).toEqual({ code: 1, stdout: '' });
      expect(stderr).toMatch(/^sysvsem-exporter: .*\n$/);
      expect(stderr).toContain(sentence);
    }
  });

  it('does not read the kernel past an exporter that cannot read it', async () => {
    const exporter = await Exporter.start(onTestFinished, {
      flags: ['--collector.ipcs-path=/nonexistent/ipcs'],
    });
    const { code, stdout, stderr } = await list(`--exporter.url=http://${exporter.address}`);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^sysvsem-exporter: the exporter at \S+ has nothing to tell, .*\n$/);
  });

  it('does not show this machine’s sets for those of another that does not answer', async () => {
    const { code, stdout, stderr } = await list('--exporter.url=http://no-such-host.invalid:10188');
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(
      /^sysvsem-exporter: no exporter answers at http:\/\/no-such-host.invalid:10188 .*\n$/,
    );
  });

  it('reads the kernel itself when the exporter has gone, and says so', async () => {
    const namespace = await populated();
    const exporter = await Exporter.start(onTestFinished, { namespace });
    await exporter.stop();
    const url = `http://${exporter.address}`;
    const { code, stdout, stderr } = await runExporter(
      onTestFinished,
      ['list', '--json', `--exporter.url=${url}`],
      { namespace },
    );
    expect(code).toBe(0);
    expect(semidsOf(stdout)).toEqual(
      (await namespace.kernelSets()).map(({ semid }) => semid).sort(ascending),
    );
    expect(stderr).toBe(
      `sysvsem-exporter: no exporter answers at ${url}, so the kernel itself was read, which does not tell held, ` +
        'suspected or orphaned: start the exporter, or name it with --exporter.url\n',
    );
  });

  it('goes on with the ledger of an exporter that has gone, where --state.file names it', async () => {
    const namespace = await Namespace.create(onTestFinished);
    const [[semid = -1] = []] = await createSets(namespace, { uid: 33 });
    // Somebody of the sets' owner, who may hold them.
    await RunningProgram.start(
      onTestFinished,
      namespace.command('setpriv', '--reuid=33', '--regid=33', '--clear-groups', 'sleep', '600'),
    );
    const state = `--state.file=${join(temporaryFolder(onTestFinished), 'ledger.json')}`;
    const judging = ['--collector.interval=200ms', '--orphans.min-age=0', state];
    const exporter = await Exporter.start(onTestFinished, { namespace, flags: judging });
    await changeSets(namespace, { set: [{ semid, value: 1 }] });
    await exporter.nextCollection();
    await exporter.nextCollection();
    await exporter.stop();
    const { code, stdout, stderr } = await runExporter(
      onTestFinished,
      ['list', `--exporter.url=http://${exporter.address}`, state],
      { namespace },
    );
    expect(code, stderr).toBe(0);
    expect(stderr).toMatch(/, so the kernel itself was read, with the ledger of --state\.file\n$/);
    expect(stdout).toMatch(/ held +\S/);
  });

  it('takes an exporter that has stopped moving for none', async () => {
    const namespace = await populated();
    const exporter = await Exporter.start(onTestFinished, { namespace });
    exporter.program.signal('SIGSTOP');
    const { code, stdout, stderr } = await runExporter(
      onTestFinished,
      ['list', '--json', `--exporter.url=http://${exporter.address}`],
      { namespace },
    );
    expect(code, stderr).toBe(0);
    expect(stderr).toContain('so the kernel itself was read');
    expect(semidsOf(stdout)).toHaveLength(3);
    exporter.program.signal('SIGCONT');
    expect((await ask(exporter.address, '/-/healthy')).status).toBe(200);
  });
});

const ascending = (a: number, b: number): number => a - b;
