import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hashSync } from '@node-rs/bcrypt';
import { expect, onTestFinished } from 'vitest';
import { Cleaner, semidsOf, TOKEN } from '../support/cleanup.ts';
import { Exporter, MAIN, runExporter } from '../support/exporter.ts';
import { LeakyApache, leakOrphans } from '../support/leaky-apache.ts';
import { Namespace } from '../support/namespace.ts';
import { needs } from '../support/needs.ts';
import { run, RunningProgram, type Exit } from '../support/program.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const { describe, it } = needs('namespaces', 'nsenter', 'script', 'setpriv');

function tokenFile(token = TOKEN): string {
  const file = join(temporaryFolder(onTestFinished), 'token');
  writeFileSync(file, `# of on-call\n${token}\n`);
  return file;
}

/** The command, with an exporter and its token. */
async function cleanup(address: string, ...flags: readonly string[]): Promise<Exit> {
  const args = [`--exporter.url=http://${address}`, `--token-file=${tokenFile()}`, ...flags];
  return runExporter(onTestFinished, ['cleanup', ...args]);
}

describe('the command cleanup', () => {
  it('shows a plan, removes nothing unasked, and with --yes exactly what it showed', async () => {
    const namespace = await Namespace.create(onTestFinished, { limits: '250 32000 32 128' });
    const { exporter } = await Cleaner.start(onTestFinished, namespace);
    const orphans = await leakOrphans(onTestFinished, exporter, namespace, { count: 5 });
    const used = await LeakyApache.start(onTestFinished, namespace).make(2);
    await exporter.nextCollection();

    const plan = await cleanup(exporter.address);
    expect(plan.code, plan.stderr).toBe(0);
    for (const semid of orphans)
      expect(plan.stdout).toMatch(new RegExp(`^ *${semid}  www-data .*orphaned`, 'm'));
    expect(plan.stdout).toMatch(/^SKIPPED +SETS/m);
    expect(plan.stdout).toContain('5 sets to remove: 5 of www-data.');

    const json = await cleanup(exporter.address, '--json', '--max-sets=2', '--owner=33');
    expect(json.code, json.stderr).toBe(0);
    expect(JSON.parse(json.stdout)).toMatchObject({ dryRun: true, planned: [{ owner: 'www-data' }, {}] });

    const unasked = await cleanup(exporter.address, '--apply');
    expect([unasked.code, unasked.stdout]).toEqual([1, '']);
    expect(unasked.stderr).toMatch(/^sysvsem-exporter: --apply cannot ask here.*--yes.*\n$/);
    expect(await namespace.kernelSets()).toHaveLength(7);

    const applied = await cleanup(exporter.address, '--apply', '--yes');
    expect(applied.code, applied.stderr).toBe(0);
    expect(applied.stdout).toContain('Removed 5 sets: free sets 121 → 126 of 128.');
    expect(semidsOf(await namespace.kernelSets())).toEqual(semidsOf(used.map((semid) => ({ semid }))));

    const again = await cleanup(exporter.address, '--apply', '--yes');
    expect(again.code, again.stderr).toBe(0);
    expect(again.stdout).toMatch(/^Nothing to remove\.\n/);
  });

  it('ends with status 2 where something planned could not be removed', async () => {
    const namespace = await Namespace.create(onTestFinished);
    const { exporter } = await Cleaner.start(onTestFinished, namespace, {
      ipcrm: '[ "$1" = --version ] && exit 0; echo refused >&2; exit 1',
    });
    const [orphan] = await leakOrphans(onTestFinished, exporter, namespace);
    const { code, stdout } = await cleanup(exporter.address, '--apply', '--yes');
    expect(stdout).toMatch(new RegExp(`NOT REMOVED BECAUSE\n *${orphan ?? ''}  `));
    expect(stdout).toContain('Removed 0 sets');
    expect(code).toBe(2);
    expect((await cleanup(exporter.address, '--apply', '--yes', '--json')).code).toBe(2);
    expect(await namespace.kernelSets()).toHaveLength(1);
  });

  it('asks on a terminal, and takes anything but yes for no', async () => {
    const namespace = await Namespace.create(onTestFinished);
    const { exporter } = await Cleaner.start(onTestFinished, namespace);
    await leakOrphans(onTestFinished, exporter, namespace);
    const command = [
      ...[process.execPath, MAIN, 'cleanup', '--apply'],
      ...[`--exporter.url=http://${exporter.address}`, `--token-file=${tokenFile()}`],
    ].join(' ');
    const answered = (input: string): Promise<Exit> =>
      run(onTestFinished, ['script', '--quiet', '--return', '--command', command, '/dev/null'], { input });
    const no = await answered('\n');
    expect(no.stdout).toContain('Remove them? [y/N]');
    expect(no.stdout).toContain('Nothing was removed.');
    expect(no.code).toBe(0);
    expect(await namespace.kernelSets()).toHaveLength(1);
    const yes = await answered('y\n');
    expect(yes.stdout).toContain('Removed 1 set: free sets');
    expect(yes.code).toBe(0);
    expect(await namespace.kernelSets()).toEqual([]);
  });

  it('says in one sentence what to do where it is not let', async () => {
    const namespace = await Namespace.create(onTestFinished);
    const { exporter } = await Cleaner.start(onTestFinished, namespace);
    const plain = await Exporter.start(onTestFinished, { namespace });
    const strange = await cleanup(exporter.address, `--token-file=${tokenFile('not-the-token-of-this-one')}`);
    const refusals: readonly (readonly [Exit, RegExp])[] = [
      [strange, /does not know the token: .*systemctl reload/],
      [await cleanup(plain.address), /has cleanup not enabled: .*docs\/cleanup\.md/],
      [await cleanup('127.0.0.1:1'), /no exporter answers at .*systemctl status sysvsem-exporter/],
      [await cleanup(exporter.address, '--owner=root'), /refused .*root.*: leave --owner/],
      [await cleanup(exporter.address, '--max-sets=2000'), /maxSets.*: correct the flag/],
    ];
    for (const [{ code, stdout, stderr }, next] of refusals) {
      expect(stderr).toMatch(next);
      expect(stderr).toMatch(/^sysvsem-exporter: .*\n$/);
      expect([code, stdout]).toEqual([1, '']);
    }
  });

  it('asks over a Unix socket, with a login of the web config beside the token', async () => {
    const namespace = await Namespace.create(onTestFinished);
    const folder = temporaryFolder(onTestFinished);
    const config = join(folder, 'web-config.yml');
    writeFileSync(config, `basic_auth_users:\n  me: ${hashSync('secret', 4)}\n`);
    writeFileSync(join(folder, 'password'), 'secret\n');
    const args = [`--exporter.url=unix:${folder}/socket`, `--token-file=${tokenFile()}`];
    const tokens = join(folder, 'tokens');
    writeFileSync(tokens, `${TOKEN}\n`, { mode: 0o600 });
    const program = await RunningProgram.start(
      onTestFinished,
      namespace.command(
        ...[process.execPath, MAIN, `--web.listen-address=unix:${folder}/socket`],
        ...[`--web.config.file=${config}`, '--cleanup.enabled', `--cleanup.token-file=${tokens}`],
        '--cleanup.allow-owner=33',
      ),
    );
    await program.listeningAddress();
    const without = await runExporter(onTestFinished, ['cleanup', ...args]);
    expect(without.stderr).toMatch(/asks for a login: give --user and --password-file/);
    const login = ['--user=me', `--password-file=${folder}/password`];
    const { code, stdout, stderr } = await runExporter(onTestFinished, ['cleanup', ...args, ...login]);
    expect([code, stdout], stderr).toEqual([0, 'Nothing to remove.\n']);
  });
});
