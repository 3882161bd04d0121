import { describe, expect, it } from 'vitest';
import { renderSetTable } from '../../src/cli/set-table-text.ts';
import type { SetJson } from '../../src/web/set-json.ts';

const NOW = 1_790_003_600;

function told(set: Partial<SetJson>): SetJson {
  return {
    semid: 0,
    key: '0x00000000',
    owner: 'www-data',
    uid: 33,
    gid: 33,
    creatorUid: 0,
    creatorGid: 0,
    perms: '600',
    semaphores: 1,
    operatedAt: null,
    changedAt: new Date((NOW - 3600) * 1000).toISOString(),
    state: 'unknown',
    evidence: 'Not judged.',
    holders: [],
    ...set,
  };
}

const SETS = [
  told({}),
  told({ semid: 2_147_483_647, key: '0xdeadbeef', owner: 'a-long-name', perms: '007', semaphores: 250 }),
  told({ semid: 7, changedAt: null }),
];

describe('renderSetTable', () => {
  it('stands in columns, numbers flush right', () => {
    expect(renderSetTable(SETS, undefined, NOW)).toBe(`\
     SEMID  KEY         OWNER        PERMS  SEMAPHORES  CHANGED  STATE    WHY
         0  0x00000000  www-data     600             1       1h  unknown  Not judged.
2147483647  0xdeadbeef  a-long-name  007           250       1h  unknown  Not judged.
         7  0x00000000  www-data     600             1        ?  unknown  Not judged.
`);
  });

  it.each([20, 40, 80])('fits a terminal of %i columns, and marks what it cut', (columns) => {
    const whole = renderSetTable(SETS, undefined, NOW).split('\n');
    renderSetTable(SETS, columns, NOW)
      .split('\n')
      .forEach((line, at) => {
        const full = whole[at] ?? '';
        expect(line).toBe(full.length > columns ? `${full.slice(0, columns - 1)}…` : full);
      });
  });

  it('says so where there is none', () => {
    expect(renderSetTable([], 80, NOW)).toBe('No semaphore sets.\n');
  });

  it('writes nothing that a terminal obeys', () => {
    const text = renderSetTable(
      [told({ owner: '\u001b[31mred\u009b\u202e', evidence: 'two\nlines' })],
      undefined,
      NOW,
    );
    expect(text).toContain(String.raw`\u{1b}[31mred\u{9b}\u{202e}`);
    expect(text).toContain(String.raw`two\u{a}lines`);
    expect(text.split('\n')).toHaveLength(3);
  });
});
