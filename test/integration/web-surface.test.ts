import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Exporter, runExporter } from '../support/exporter.ts';
import { HASHES, SecureExporter } from '../support/secure-exporter.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

// These look at no sets of their own: any IPC namespace will do.
const flags = ['--collector.source=procfs'];
const ALICE = 'alice:hunter2';
const LOGIN = `basic_auth_users: { alice: ${HASHES.hunter2} }\n`;

const start = (yaml: string) => SecureExporter.start(onTestFinished, yaml, { flags });

describe('an exporter with a web-config.yml', () => {
  it('asks for a login on everything it serves, over TLS, and sets its headers everywhere', async () => {
    const exporter = await start(
      `${LOGIN}http_server_config: { headers: { X-Frame-Options: deny, Strict-Transport-Security: max-age=600 } }\n`,
    );
    await exporter.ready(ALICE);
    const pages = ['/', '/metrics', '/api/v1/status', '/api/v1/sets', '/-/healthy', '/-/ready', '/runbooks/'];
    for (const [path, expected] of [
      ...pages.map((page) => [page, 200] as const),
      ['/runbooks/NoSuchAlert', 404],
      ['/nothing-here', 404],
      ['/api/v1/sets?limit=0', 400],
      ['/api/v1/cleanup', 404],
    ] as const) {
      const { status, headers } = await exporter.ask(path, ALICE);
      expect({ path, status }).toEqual({ path, status: expected });
      expect(headers).toMatchObject({
        'x-frame-options': 'deny',
        'strict-transport-security': 'max-age=600',
      });
      for (const login of [undefined, 'alice:hunter3', 'bob:hunter2']) {
        const refused = await exporter.ask(path, login);
        expect({ path, login, status: refused.status }).toEqual({ path, login, status: 401 });
        expect(refused.headers).toMatchObject({ 'www-authenticate': 'Basic', 'x-frame-options': 'deny' });
        expect(refused.text).not.toMatch(/sysvsem|alice|bob/);
      }
    }
    expect((await exporter.ask('/metrics', undefined, 'DELETE')).status).toBe(401);
    expect((await exporter.ask('/metrics', ALICE, 'DELETE')).status).toBe(405);
  });

  it('goes by a new certificate and a new password at once, without a restart', async () => {
    const exporter = await start(LOGIN);
    const { serial } = await exporter.ask('/-/healthy', ALICE);
    await exporter.rotate();
    const renewed = await exporter.ask('/-/healthy', ALICE);
    expect(renewed.status).toBe(200);
    expect(renewed.serial).not.toBe(serial);
    exporter.configure(`basic_auth_users: { alice: ${HASHES.hunter3} }\n`);
    expect((await exporter.ask('/-/healthy', ALICE)).status).toBe(401);
    expect((await exporter.ask('/-/healthy', 'alice:hunter3')).status).toBe(200);
  });

  it('answers who knows the password while others guess', async () => {
    const exporter = await start(LOGIN);
    await exporter.ready(ALICE);
    const guess = async (guesser: number): Promise<void> => {
      for (let attempt = 0; attempt < 30; attempt++) {
        const { status } = await exporter.ask('/metrics', `alice:guess-${guesser}-${attempt}`);
        expect(status).toBe(401);
      }
    };
    let answered = 0;
    const over = new AbortController();
    const guessed = Promise.all(Array.from({ length: 8 }, (_, guesser) => guess(guesser))).finally(() => {
      over.abort();
    });
    while (!over.signal.aborted) {
      expect((await exporter.ask('/metrics', ALICE)).status).toBe(200);
      answered++;
    }
    await guessed;
    expect(answered).toBeGreaterThan(8);
  });

  it('lets nobody in while its certificate cannot be read, and everybody again when it is mended', async () => {
    const exporter = await start(LOGIN);
    exporter.write('server.crt', 'half a certificate');
    await expect(exporter.ask('/-/healthy', ALICE)).rejects.toThrow();
    await exporter.rotate();
    expect((await exporter.ask('/-/healthy', ALICE)).status).toBe(200);
    expect(exporter.program.stderr).toMatch(/level=ERROR .*TLS is broken; nobody is let in.*cert_file/);
  });

  it('reads its files at SIGHUP, tells what it found and lives on', async () => {
    const exporter = await start(LOGIN);
    const records = (what: RegExp) => exporter.program.stderr.match(what)?.length ?? 0;
    const reads = /msg="Web config read"/g;
    expect(records(reads)).toBe(1);
    exporter.program.signal('SIGHUP');
    await expect.poll(() => records(reads)).toBe(2);
    exporter.configure('basic_auth: {}\n');
    exporter.program.signal('SIGHUP');
    await expect
      .poll(() => records(/level=ERROR .*nobody is let in until it is mended.* err=.*basic_auth/g))
      .toBe(1);
    exporter.configure(LOGIN);
    exporter.program.signal('SIGHUP');
    await expect.poll(() => records(/is mended/g)).toBe(1);
    expect((await exporter.ask('/-/healthy', ALICE)).status).toBe(200);
    expect((await exporter.program.terminate()).code).toBe(0);
  });

  it('limits the rate of all requests together', async () => {
    const exporter = await start('rate_limit: { interval: 1h, burst: 3 }\n');
    const statuses: number[] = [];
    for (let request = 0; request < 5; request++) statuses.push((await exporter.ask('/nothing-here')).status);
    expect(statuses).toEqual([404, 404, 404, 429, 429]);
  });
});

describe('a web-config.yml that breaks while the exporter runs', () => {
  it('is answered 500 on every path, and lets in again when it is mended', async () => {
    const file = join(temporaryFolder(onTestFinished), 'web.yml');
    const good = 'http_server_config: { headers: { X-Frame-Options: deny } }\n';
    writeFileSync(file, good);
    const exporter = await Exporter.start(onTestFinished, { flags: [...flags, `--web.config.file=${file}`] });
    for (const broken of [
      `${good}tls_server_confg: {}\n`,
      '{',
      'basic_auth_users: { alice: hunter2 }\n',
      '',
    ]) {
      writeFileSync(file, broken);
      for (const path of ['/', '/metrics', '/-/healthy', '/api/v1/sets', '/nothing-here']) {
        const { status, text } = await exporter.ask(path);
        expect({ path, status }).toEqual({ path, status: 500 });
        expect(text).not.toMatch(/web\.yml|hunter2|tls_server_confg/);
      }
    }
    writeFileSync(file, good);
    expect((await exporter.ask('/-/healthy')).headers['x-frame-options']).toBe('deny');
    await exporter.stop();
  });
});

describe('a web-config.yml that cannot be used ends the start with status 1 and one sentence', () => {
  const broken: [string, string, string][] = [
    ['an unknown key', 'basic_auth: {}\n', 'basic_auth'],
    [
      'a certificate that is not there',
      'tls_server_config: { cert_file: none.crt, key_file: none.key }\n',
      'none.crt',
    ],
    ['a password in clear', 'basic_auth_users: { alice: hunter2 }\n', 'alice'],
    ['no YAML', 'basic_auth_users: {\n', 'web.yml'],
  ];
  it.each(broken)('%s', async (_what, yaml, word) => {
    const file = join(temporaryFolder(onTestFinished), 'web.yml');
    writeFileSync(file, yaml);
    const { code, stdout, stderr } = await runExporter(onTestFinished, [
      '--web.listen-address=127.0.0.1:0',
      `--web.config.file=${file}`,
    ]);
    expect({ code, stdout }, stderr).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^sysvsem-exporter: .*\n$/);
    expect(stderr).toContain(file);
    expect(stderr).toContain(word);
    expect(stderr).not.toContain('hunter2');
  });

  it('a file that is not there, or is a folder', async () => {
    const folder = join(temporaryFolder(onTestFinished), 'folder');
    mkdirSync(folder);
    for (const file of [folder, `${folder}/none.yml`]) {
      const { code, stderr } = await runExporter(onTestFinished, [`--web.config.file=${file}`]);
      expect(code).toBe(1);
      expect(stderr).toMatch(/^sysvsem-exporter: .*\n$/);
      expect(stderr).toContain(file);
    }
  });
});
