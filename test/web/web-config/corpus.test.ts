import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { promisify } from 'node:util';
import { beforeAll, expect, describe as suite, it as test } from 'vitest';
import { UsageError } from '../../../src/errors.ts';
import { openWebConfig } from '../../../src/web/web-config/live-web-config.ts';
import { needs } from '../../support/needs.ts';
import { RunningProgram } from '../../support/program.ts';
import { suiteEnd } from '../../support/suite-end.ts';
import { keepingLog } from '../example.ts';
import { corpusFolder, expectedWords, filesOf } from './corpus.ts';

const atEnd = suiteEnd();
let folder: string;
beforeAll(async () => {
  folder = await corpusFolder(atEnd);
});

/** Accepted by `promtool check web-config`, which makes no server, but refused by every exporter. */
const ONLY_SERVERS_REFUSE = 'cipher-suites-without-http2-suite.yml';

suite('a web config file is opened', () => {
  test.each([
    ...filesOf('accepted').map((name) => `accepted/${name}`),
    ...filesOf('newer').map((name) => `newer/${name}`),
  ])('%s', async (name) => {
    await expect(openWebConfig(join(folder, name), keepingLog())).resolves.toBeDefined();
  });
});

suite('a web config file is refused with one sentence that names the file and the fault', () => {
  test.each(filesOf('refused'))('%s', async (name) => {
    const path = join(folder, 'refused', name);
    const error: unknown = await openWebConfig(path, keepingLog()).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(UsageError);
    const { message } = error as UsageError;
    expect(message).toContain(`--web.config.file: ${path}`);
    expect(message).toContain(expectedWords(name));
    expect(message).toMatch(/^[^\n]+[;:] [^\n]+\.$/);
    // Neither passwords nor keys belong into a log.
    expect(message).not.toMatch(/correct horse|\$\d\w?\$|BEGIN/);
  });

  test('a file that is not there', async () => {
    const path = join(folder, 'nowhere.yml');
    await expect(openWebConfig(path, keepingLog())).rejects.toThrow(/nowhere\.yml cannot be read .*ENOENT/);
  });
});

needs('promtool').describe('promtool judges every file as the exporter does', () => {
  test.each(filesOf('accepted'))('accepted: %s', async (name) => {
    expect(await promtoolAccepts(join(folder, 'accepted', name))).toBe(true);
  });
  test.each(filesOf('refused').filter((name) => name !== ONLY_SERVERS_REFUSE))(
    'refused: %s',
    async (name) => {
      expect(await promtoolAccepts(join(folder, 'refused', name))).toBe(false);
    },
  );
});

needs('prometheus-node-exporter').describe(
  'node_exporter judges as the exporter does what promtool cannot',
  () => {
    test.each([
      'tls.yml',
      'tls-suite-of-http1.yml',
      'tls-suite-of-http1-with-tls13-only.yml',
      'tls-all-suites.yml',
    ])(
      'accepted: %s',
      async (name) => {
        expect(await nodeExporterAccepts(join(folder, 'accepted', name))).toBe(true);
      },
      20_000,
    );
    test('refused: cipher suites of which HTTP/2 can use none', async () => {
      expect(await nodeExporterAccepts(join(folder, 'refused', ONLY_SERVERS_REFUSE))).toBe(false);
    }, 20_000);
  },
);

async function promtoolAccepts(path: string): Promise<boolean> {
  return await promisify(execFile)('promtool', ['check', 'web-config', path]).then(
    () => true,
    () => false,
  );
}

/** Whether it serves with this file, or ends. */
async function nodeExporterAccepts(path: string): Promise<boolean> {
  const command = [
    'prometheus-node-exporter',
    '--web.listen-address=127.0.0.1:0',
    `--web.config.file=${path}`,
  ];
  const program = await RunningProgram.start(atEnd, [...command, '--collector.disable-defaults']);
  const ended = program.exit.then(() => false);
  const serves = program.listeningAddress().then(async (address) => {
    const client = connect({ port: Number(new URL(`http://${address}`).port), rejectUnauthorized: false });
    await once(client, 'secureConnect');
    client.destroy();
    return true;
  });
  const accepts = await Promise.race([ended, serves.catch(() => ended)]);
  await program.kill();
  return accepts;
}
