import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { UserNames } from '../../src/kernel/user-names.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { livingMembers } from './process-group.ts';

const NEVER = new AbortController().signal;
const MINUTE = 60_000;

/** A getent that answers what it is told to, and a clock that stands still until it is moved. */
class Directory {
  readonly folder = temporaryFolder(onTestFinished);
  readonly path = join(this.folder, 'getent');
  time = 1_000_000;
  readonly names: UserNames;

  constructor(timeout = 5000) {
    this.answer('', 2);
    this.names = new UserNames({ path: this.path, now: () => this.time, timeout });
  }

  answer(users: string, status = 0): void {
    writeFileSync(join(this.folder, 'users'), users);
    this.program(`cat "$(dirname "$0")/users"; exit ${status}`);
  }

  program(text: string): void {
    writeFileSync(this.path, `#!/bin/sh\necho "$@" >>"$(dirname "$0")/calls"\n${text}\n`);
    chmodSync(this.path, 0o755);
  }

  /** What it was asked since the last time this was looked at. */
  asked(): string[] {
    const calls = join(this.folder, 'calls');
    const lines = readFileSync(calls, { encoding: 'utf8', flag: 'a+' }).split('\n').slice(0, -1);
    writeFileSync(calls, '');
    return lines;
  }

  async namesOf(...uids: number[]): Promise<[number, string][]> {
    return [...(await this.names.namesOf(uids, NEVER))];
  }
}

describe('UserNames', { timeout: 30_000 }, () => {
  it('tells the names that this machine has for uids', async () => {
    const names = await new UserNames().namesOf([0, 33, 4_000_000_000], NEVER);
    expect(names.get(0)).toBe('root');
    expect(names.get(33)).toBe('www-data');
    expect(names.has(4_000_000_000)).toBe(false);
  });

  it('tells the uids that this machine has for names', async () => {
    const uids = await new UserNames().uidsOf(
      ['root', 'www-data', 'no-such-user', '33', '-h', '', 'a\0b'],
      NEVER,
    );
    expect([...uids]).toEqual([
      ['root', 0],
      ['www-data', 33],
    ]);
  });

  it('asks for all uids in one call, and never for none', async () => {
    const directory = new Directory();
    directory.answer('a:x:1:1::/:/bin/sh\nb:x:2:2::/:/bin/sh\n', 2);
    expect(await directory.namesOf(1, 2, 3, 1)).toEqual([
      [1, 'a'],
      [2, 'b'],
    ]);
    expect(await directory.namesOf()).toEqual([]);
    expect(directory.asked()).toEqual(['passwd 1 2 3']);
  });

  it('asks again for a name after five minutes, and for a missing one after one', async () => {
    const directory = new Directory();
    directory.answer('a:x:1:1::/:/bin/sh\n', 2);
    await directory.namesOf(1, 2);
    directory.time += MINUTE - 1;
    await directory.namesOf(1, 2);
    expect(directory.asked()).toEqual(['passwd 1 2']);
    directory.time += 1;
    await directory.namesOf(1, 2);
    expect(directory.asked()).toEqual(['passwd 2']);
    directory.time += 4 * MINUTE;
    directory.answer('renamed:x:1:1::/:/bin/sh\n');
    expect(await directory.namesOf(1)).toEqual([[1, 'renamed']]);
    expect(directory.asked()).toEqual(['passwd 1']);
  });

  it('forgets the name of a user who was removed', async () => {
    const directory = new Directory();
    directory.answer('a:x:1:1::/:/bin/sh\n');
    await directory.namesOf(1);
    directory.time += 5 * MINUTE;
    directory.answer('', 2);
    expect(await directory.namesOf(1)).toEqual([]);
  });

  it.each([
    ['fails', 'exit 1'],
    ['dies', 'kill -SEGV $$'],
    ['answers for ever', 'exec yes a:x:1:1::/:/bin/sh'],
    ['does not answer', 'exec sleep 60'],
  ])('keeps an old name for another minute where the directory %s', async (_, program) => {
    const directory = new Directory(500);
    directory.answer('a:x:1:1::/:/bin/sh\n');
    await directory.namesOf(1);
    directory.time += 5 * MINUTE;
    directory.program(program);
    directory.asked();
    expect(await directory.namesOf(1)).toEqual([[1, 'a']]);
    expect(await directory.namesOf(1)).toEqual([[1, 'a']]);
    expect(directory.asked()).toEqual(['passwd 1']);
    directory.time += MINUTE;
    directory.answer('b:x:1:1::/:/bin/sh\n');
    expect(await directory.namesOf(1)).toEqual([[1, 'b']]);
  });

  it('leaves names out where there is no getent', async () => {
    const names = new UserNames({ path: '/nonexistent/getent' });
    expect([...(await names.namesOf([0], NEVER))]).toEqual([]);
  });

  it('gives up when the caller does, leaves nothing running, and asks the next time', async () => {
    const directory = new Directory(60_000);
    const told: number[] = [];
    const names = new UserNames({ path: directory.path, timeout: 60_000, onSpawn: (pid) => told.push(pid) });
    directory.program('exec sleep 60');
    const start = performance.now();
    expect([...(await names.namesOf([1], AbortSignal.timeout(200)))]).toEqual([]);
    expect(performance.now() - start).toBeLessThan(2000);
    expect(told).toEqual([expect.any(Number), 0]);
    await vi.waitFor(() => {
      expect(livingMembers(told[0] ?? 0)).toEqual([]);
    });
    directory.answer('a:x:1:1::/:/bin/sh\n');
    expect([...(await names.namesOf([1], NEVER))]).toEqual([[1, 'a']]);
  });

  it('believes no answer but to what it asked', async () => {
    const directory = new Directory();
    directory.answer(
      [
        'other:x:2:2::/:/bin/sh',
        'short:x:1:1',
        ':x:1:1::/:/bin/sh',
        'hex:x:0x1:1::/:/bin/sh',
        'big:x:4294967297:1::/:/bin/sh',
        'con\u0007trol:x:1:1::/:/bin/sh',
        'garbage',
        '',
      ].join('\n'),
    );
    expect(await directory.namesOf(1)).toEqual([]);
  });

  it('asks for at most 1 000 uids at a time, the rest in later calls', async () => {
    const directory = new Directory();
    const uids = Array.from({ length: 1500 }, (_, uid) => uid);
    await directory.namesOf(...uids);
    await directory.namesOf(...uids);
    await directory.namesOf(...uids);
    expect(directory.asked().map((call) => call.split(' ').length - 1)).toEqual([1000, 500]);
  });

  it('remembers only what is still asked for, once that is more than it can', async () => {
    const directory = new Directory();
    for (let first = 0; first <= 10_000; first += 1000) {
      await directory.namesOf(...Array.from({ length: 1000 }, (_, at) => first + at));
    }
    directory.asked();
    await directory.namesOf(10_999, 1);
    expect(directory.asked()).toEqual(['passwd 1']);
  });
});
