import { describe, expect, it } from 'vitest';
import { dashboardFiles } from '../../dashboards/src/files.ts';
import { checkImportable } from './checks/importable.ts';
import { UIDS, committed, committedFiles, committedImportable } from './committed.ts';

describe('the files of the dashboards', () => {
  const generated = dashboardFiles();
  const files = committedFiles();

  it('are those that are generated, and no other', () => {
    expect([...files.keys()].sort()).toEqual([...generated.keys()].sort());
  });

  it.each([...generated.keys()])('hold what is generated now: %s (npm run dashboards)', (path) => {
    expect(firstDifference(files.get(path) ?? '', generated.get(path) ?? '')).toBeNull();
  });

  it('are each dashboard of the contract, plain and importable', () => {
    const expected = UIDS.flatMap((uid) => [`${uid}.json`, `importable/${uid}.json`]);
    expect([...files.keys()].sort()).toEqual(expected.sort());
  });

  it.each(UIDS)('are importable and otherwise the same: %s', (uid) => {
    expect(checkImportable(committedImportable(uid), committed(uid))).toEqual([]);
  });
});

/** The first line that differs in two texts; null where none does. */
function firstDifference(text: string, other: string): string | null {
  const [lines, others] = [text.split('\n'), other.split('\n')];
  const at = lines.findIndex((line, number) => line !== others[number]);
  if (at !== -1) return `line ${at + 1}: ${lines[at] ?? ''} | ${others[at] ?? ''}`;
  return lines.length === others.length ? null : `line ${lines.length + 1} is missing`;
}
