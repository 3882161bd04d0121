import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { CollectionError } from '../../src/errors.ts';
import { runIpcs } from '../../src/kernel/ipcs.ts';
import { parseIpcs } from '../../src/kernel/parse-ipcs.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { livingMembers } from './process-group.ts';

const DEADLINE = 400;
const PROMPTLY = DEADLINE + 1000;

/** What onSpawn was told, in order. */
const told: number[] = [];
const pipesAtFirst = openPipes();

afterEach(async () => {
  await vi.waitFor(() => {
    expect(openPipes()).toBeLessThanOrEqual(pipesAtFirst);
  });
  const groups = told.splice(0);
  expect(groups.filter((pid) => pid === 0)).toHaveLength(groups.length / 2);
  for (const group of groups.filter((pid) => pid !== 0)) {
    await vi.waitFor(() => {
      expect(livingMembers(group)).toEqual([]);
    });
  }
});

function fault(name: string): string {
  return fileURLToPath(new URL(`../fixtures/ipcs/${name}`, import.meta.url));
}

function run(path: string, deadline = 10_000): Promise<string> {
  return runIpcs({
    path,
    signal: AbortSignal.timeout(deadline),
    onSpawn: (pid) => {
      told.push(pid);
    },
  });
}

function script(text: string): string {
  const path = join(temporaryFolder(onTestFinished), 'ipcs');
  writeFileSync(path, `#!/bin/sh\n${text}\n`);
  chmodSync(path, 0o755);
  return path;
}

function openPipes(): number {
  return process.getActiveResourcesInfo().filter((resource) => resource === 'PipeWrap').length;
}

async function failureOf(running: Promise<string>): Promise<CollectionError> {
  const error: unknown = await running.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof CollectionError)) throw new Error(`no CollectionError but ${String(error)}`);
  return error;
}

describe('runIpcs', { timeout: 30_000 }, () => {
  it('brings the listing of the real ipcs', async () => {
    expect(Array.isArray(parseIpcs(await run('ipcs')))).toBe(true);
  });

  it('asks for sets only, in the C locale, with nothing to read', async () => {
    vi.stubEnv('LC_ALL', 'de_DE.UTF-8');
    onTestFinished(() => {
      vi.unstubAllEnvs();
    });
    expect(await run(script('cat; echo "$LC_ALL $# $1"'))).toBe('C 1 -s\n');
  });

  it('tells the pid at once, and 0 when nothing is left', async () => {
    const running = run('ipcs');
    expect(told).toEqual([expect.any(Number)]);
    expect(told[0]).toBeGreaterThan(0);
    await running;
    expect(told.slice(1)).toEqual([0]);
  });

  it('keeps a listing whose owner is cut within a character', async () => {
    expect(await run(script(String.raw`printf 'm\303\n'`))).toBe('m\uFFFD\n');
  });

  it('adds no handler to the process', async () => {
    const handlers = () => process.eventNames().map((name) => process.listenerCount(name));
    const before = handlers();
    const running = run('ipcs');
    expect(handlers()).toEqual(before);
    await running;
  });

  it('starts nothing after its deadline', async () => {
    const onSpawn = vi.fn();
    const error = await failureOf(runIpcs({ path: 'ipcs', signal: AbortSignal.abort(), onSpawn }));
    expect(onSpawn).not.toHaveBeenCalled();
    expect(error.code).toBe('timeout');
  });

  it.each(['/nonexistent/ipcs', 'not-an-ipcs-in-the-path'])(
    'names the path where %s is missing',
    async (path) => {
      const error = await failureOf(run(path));
      expect(error.code).toBe('spawn');
      expect(error.message).toContain(`"${path} -s" cannot be started: there is no such program`);
      expect(error.message).toContain('--collector.ipcs-path');
      expect(error.cause).toBeInstanceOf(Error);
      expect(told).toEqual([]);
    },
  );

  it.each([
    ['not-executable', 'it is not executable'],
    ['no-interpreter', 'no such interpreter'],
  ])('says why %s cannot be started', async (name, why) => {
    const error = await failureOf(run(fault(name)));
    expect(error.code).toBe('spawn');
    expect(error.message).toContain(why);
  });

  it('repeats the status and the first line of what a failing ipcs says', async () => {
    const error = await failureOf(run(fault('exits-1')));
    expect(error.code).toBe('exit');
    expect(error.message).toMatch(/exits-1 -s" ended with status 1: "ipcs: the stand-in fails on purpose"$/);
  });

  it('names the signal that ended ipcs', async () => {
    const error = await failureOf(run(fault('kills-itself')));
    expect(error.code).toBe('exit');
    expect(error.message).toMatch(/was ended by SIGSEGV$/);
  });

  it('escapes what a failing ipcs says', async () => {
    const error = await failureOf(run(script(String.raw`printf '\033[2J\302\233x\n' >&2; exit 1`)));
    expect(error.message).toMatch(/"\\u001b\[2J\\u\{9b\}x"$/);
  });

  it.each([
    'hangs',
    'ignores-sigterm',
    'closes-stdout-and-hangs',
    'grandchild-hangs',
    'floods-stderr-for-ever',
  ])('gives up %s at the deadline', async (name) => {
    const start = performance.now();
    const error = await failureOf(run(fault(name), DEADLINE));
    expect(error.code).toBe('timeout');
    expect(error.message).toContain(`${name} -s" did not end in time and was killed`);
    expect(performance.now() - start).toBeLessThan(PROMPTLY);
  });

  it('gives up at the deadline though a process that left the group holds the pipes', async () => {
    const pidFile = join(temporaryFolder(onTestFinished), 'pid');
    vi.stubEnv('PID_FILE', pidFile);
    onTestFinished(() => {
      vi.unstubAllEnvs();
      if (existsSync(pidFile)) process.kill(Number(readFileSync(pidFile, 'utf8')), 'SIGKILL');
    });
    const start = performance.now();
    const error = await failureOf(run(fault('setsid-grandchild-keeps-pipe'), DEADLINE));
    expect(error.code).toBe('timeout');
    expect(performance.now() - start).toBeLessThan(PROMPTLY);
  });

  it('kills what a good run leaves behind, and keeps its listing', async () => {
    const start = performance.now();
    expect(parseIpcs(await run(fault('grandchild-keeps-pipe')))).toHaveLength(1);
    expect(performance.now() - start).toBeLessThan(5000);
  });

  it('stops an ipcs that prints for ever, before the deadline', async () => {
    const error = await failureOf(run(fault('prints-for-ever'), 60_000));
    expect(error.code).toBe('output');
    expect(error.message).toContain('printed more than 16777216 bytes');
  }, 60_000);

  it('does not mind how much a good run complains', async () => {
    expect(parseIpcs(await run(fault('floods-stderr')))).toHaveLength(1);
  });

  it('keeps only the beginning of a flood of complaints', async () => {
    const error = await failureOf(run(fault('floods-stderr-and-fails')));
    expect(error.message).toMatch(/ended with status 3: "ipcs: the stand-in complains"$/);
  });

  it.each([
    'garbage',
    'half-a-row',
    'half-a-listing',
    'prints-nothing',
    'one-long-line',
    'translated-heading',
    'not-configured',
  ])('brings what %s printed as it is, and the parser refuses it', async (name) => {
    const text = await run(fault(name));
    expect(() => parseIpcs(text)).toThrow(CollectionError);
  });

  it('brings an empty listing, which is a valid one', async () => {
    expect(parseIpcs(await run(fault('heading-only')))).toEqual([]);
  });
});
