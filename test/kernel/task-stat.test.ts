import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseTaskStat, parseTaskStatus } from '../../src/kernel/task-stat.ts';

const line = (comm: string, state = 'S', flags = 4194560, tasks = 3, start = 12345): string =>
  `77 (${comm}) ${state} 1 77 77 0 -1 ${flags} 0 0 0 0 1 2 0 0 20 0 ${tasks} 0 ${start} 1000 10 18446744073709551615 0 0\n`;

describe('parseTaskStat', () => {
  test('reads the name, the tasks and the start', () => {
    expect(parseTaskStat(line('apache2'))).toEqual({
      comm: 'apache2',
      dead: false,
      kernelThread: false,
      tasks: 3,
      startTicks: 12345,
    });
  });

  test('is not misled by any name a process may give itself', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 15 }), (comm) => {
        expect(parseTaskStat(line(comm))).toMatchObject({ comm, tasks: 3, startTicks: 12345 });
      }),
    );
    expect(parseTaskStat(line(') Z 1 (\n) ('))).toMatchObject({ comm: ') Z 1 (\n) (', dead: false });
  });

  test.each(['Z', 'X', 'x'])('takes state %s for dead', (state) => {
    expect(parseTaskStat(line('gone', state))?.dead).toBe(true);
  });

  test.each(['R', 'S', 'D', 'T', 't', 'I', 'P'])('takes state %s for alive', (state) => {
    expect(parseTaskStat(line('here', state))?.dead).toBe(false);
  });

  test('takes a task on its way out for dead', () => {
    expect(parseTaskStat(line('exiting', 'D', 0x4 | 0x400000))?.dead).toBe(true);
  });

  test('knows a kernel thread by its flag', () => {
    expect(parseTaskStat(line('kworker/0:1', 'I', 0x200040))?.kernelThread).toBe(true);
  });

  test('reads this very process', () => {
    expect(parseTaskStat(readFileSync('/proc/self/stat', 'utf8'))).toMatchObject({
      dead: false,
      kernelThread: false,
    });
  });

  test('gives null for what is no such line, and never throws', () => {
    expect(parseTaskStat('')).toBeNull();
    expect(parseTaskStat('1 (a) S 1 2 3')).toBeNull();
    expect(parseTaskStat(line('a').replace('4194560', '-1'))).toBeNull();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        parseTaskStat(Buffer.from(bytes).toString());
        parseTaskStatus(Buffer.from(bytes).toString());
      }),
    );
  });
});

describe('parseTaskStatus', () => {
  test('reads all four uids and the state', () => {
    const text =
      'Name:\tUid:\\n\nUmask:\t0022\nState:\tS (sleeping)\nTgid:\t7\nUid:\t1\t2\t3\t4294967294\nGid:\t9\t9\t9\t9\n';
    expect(parseTaskStatus(text)).toEqual({
      dead: false,
      sleeping: true,
      uids: [1, 2, 3, 4294967294],
    });
    expect(parseTaskStatus(text.replace('S (sleeping)', 'T (stopped)'))?.sleeping).toBe(false);
    expect(parseTaskStatus(text.replace('S (sleeping)', 'Z (zombie)'))?.dead).toBe(true);
  });

  test('gives null where a line is missing', () => {
    expect(parseTaskStatus('State:\tS (sleeping)\n')).toBeNull();
    expect(parseTaskStatus('Uid:\t0\t0\t0\t0\n')).toBeNull();
  });
});
