import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, lstatSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, describe, it, onTestFinished } from 'vitest';
import { UsageError } from '../../src/errors.ts';
import { createApp } from '../../src/web/app.ts';
import { startServers, type RunningServers } from '../../src/web/server.ts';
import { listenUnix } from '../../src/web/unix-socket.ts';
import { ask } from '../support/http.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { inventedContext, keepingLog } from './example.ts';

const somePath = (): string => join(temporaryFolder(onTestFinished), 'socket');

async function listenOn(path: string): Promise<RunningServers> {
  const servers = await startServers([{ kind: 'unix', path }], createApp(inventedContext()), keepingLog());
  onTestFinished(() => servers.close(0));
  return servers;
}

/** Leaves a socket that nobody listens on, as a killed program does. */
async function leaveStaleSocket(path: string): Promise<void> {
  const listen = 'require("net").createServer().listen(process.argv[1], () => console.log("listening"))';
  const program = spawn(process.execPath, ['-e', listen, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void program.kill('SIGKILL'));
  await once(program.stdout, 'data');
  program.kill('SIGKILL');
  await once(program, 'exit');
  expect(lstatSync(path).isSocket()).toBe(true);
}

describe('a Unix socket', () => {
  it('answers, and is gone once it is closed', async () => {
    const path = somePath();
    const servers = await listenOn(path);
    expect(servers.addresses).toEqual([`unix:${path}`]);
    expect(await ask(`unix:${path}`, '/-/healthy')).toMatchObject({ status: 200, text: 'Healthy' });
    await servers.close(0);
    expect(existsSync(path)).toBe(false);
  });

  it('has mode 0660 from the moment it exists, and the umask is as before', () => {
    const path = somePath();
    const umask = process.umask(0);
    onTestFinished(() => void process.umask(umask));
    const server = createServer();
    onTestFinished(() => void server.close());
    listenUnix(server, path);
    // No turn of the event loop has passed: nobody could have met it with another mode.
    expect(lstatSync(path).mode & 0o7777).toBe(0o660);
    expect(process.umask(umask)).toBe(0);
  });

  it('replaces one that nobody listens on', async () => {
    const path = somePath();
    await leaveStaleSocket(path);
    await listenOn(path);
    expect((await ask(`unix:${path}`, '/-/healthy')).status).toBe(200);
  });

  it('goes to one of two programs that replace it at the same moment, and stays his', async () => {
    const path = somePath();
    await leaveStaleSocket(path);
    const both = await Promise.allSettled([listenOn(path), listenOn(path)]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect((await ask(`unix:${path}`, '/-/healthy')).status).toBe(200);
  });

  it('leaves one alone that another program listens on', async () => {
    const path = somePath();
    await listenOn(path);
    const second = listenOn(path);
    await expect(second).rejects.toThrow(UsageError);
    await expect(second).rejects.toThrow(
      `cannot listen on unix:${path}: the socket is in use by another program`,
    );
    expect((await ask(`unix:${path}`, '/-/healthy')).status).toBe(200);
  });

  it('never replaces what is no socket', async () => {
    const path = somePath();
    writeFileSync(path, 'precious');
    await expect(listenOn(path)).rejects.toThrow('a file that is not a socket');
    expect(readFileSync(path, 'utf8')).toBe('precious');
    const folder = somePath();
    mkdirSync(folder);
    await expect(listenOn(folder)).rejects.toThrow('a file that is not a socket');
    const link = somePath();
    const stale = somePath();
    await leaveStaleSocket(stale);
    symlinkSync(stale, link);
    await expect(listenOn(link)).rejects.toThrow('a file that is not a socket');
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
  });

  it.each([
    ['/missing/socket', 'its folder does not exist'],
    ['/file/socket', 'a part of its path is not a folder'],
  ])('cannot be at %s, and the sentence says why', async (below, why) => {
    const folder = temporaryFolder(onTestFinished);
    writeFileSync(join(folder, 'file'), '');
    await expect(listenOn(folder + below)).rejects.toThrow(why);
  });
});
