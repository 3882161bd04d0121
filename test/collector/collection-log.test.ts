import { describe, expect, it } from 'vitest';
import { CollectionLog } from '../../src/collector/collection-log.ts';
import type { Snapshot } from '../../src/collector/snapshot.ts';
import { afterFailure, afterSuccess, NOTHING_COLLECTED } from '../../src/collector/status.ts';
import type { FailureReason } from '../../src/errors.ts';
import { createLog, type LogLevel } from '../../src/log.ts';
import { inventedSnapshot } from '../support/invented-status.ts';

function watched(level: LogLevel = 'info') {
  const lines: Record<string, unknown>[] = [];
  const log = createLog({
    level,
    format: 'json',
    write: (line) => lines.push(JSON.parse(line) as Record<string, unknown>),
  });
  const collectionLog = new CollectionLog(log);
  let status = NOTHING_COLLECTED;
  const succeedWith = (changes: Partial<Snapshot>): void => {
    const snapshot = inventedSnapshot([{ owner: 'a', uid: 1, state: 'held' }], changes);
    status = afterSuccess(status, snapshot, null);
    collectionLog.record(status);
  };
  return {
    /** What has been logged since the last call. */
    news: () =>
      lines
        .splice(0)
        .map((line) =>
          Object.fromEntries(Object.entries(line).filter(([key]) => key !== 'time' && key !== 'source')),
        ),
    lines,
    succeed: (...notices: string[]) => {
      succeedWith({ notices });
    },
    succeedWith,
    fail: (message: string, reason: FailureReason = 'exit') => {
      status = afterFailure(status, { reason, message });
      collectionLog.record(status);
    },
  };
}

describe('CollectionLog', () => {
  it('says nothing of collections that succeed', () => {
    const { succeed, news } = watched();
    succeed();
    succeed();
    expect(news()).toEqual([]);
  });

  it('tells a failure when it begins, changes and ends, and how many collections failed', () => {
    const { succeed, fail, news } = watched();
    fail('ipcs failed');
    fail('ipcs failed');
    expect(news()).toEqual([
      { level: 'ERROR', msg: 'Collection failed', reason: 'exit', err: 'ipcs failed' },
    ]);
    fail('too long', 'timeout');
    expect(news()).toEqual([
      { level: 'ERROR', msg: 'Collection failed', reason: 'timeout', err: 'too long' },
    ]);
    succeed();
    succeed();
    expect(news()).toEqual([{ level: 'INFO', msg: 'Collection works again', failed: 3 }]);
    fail('too long', 'timeout');
    expect(news()).toHaveLength(1);
    succeed();
    expect(news()).toEqual([{ level: 'INFO', msg: 'Collection works again', failed: 1 }]);
  });

  it('tells once what keeps orphans from being proved, and when nothing does any more', () => {
    const { succeedWith, news } = watched();
    succeedWith({ proofBlocked: ['no_ptrace', 'no_ipc_owner'] });
    succeedWith({ proofBlocked: ['no_ptrace', 'no_ipc_owner'] });
    expect(news()).toEqual([
      {
        level: 'WARN',
        msg: 'Orphans cannot be proved',
        reasons: 'no_ptrace,no_ipc_owner',
        see: 'docs/privileges.md',
      },
    ]);
    succeedWith({ proofBlocked: [] });
    expect(news()).toEqual([{ level: 'INFO', msg: 'Orphans can be proved again' }]);
  });

  it('tells what cannot be read when that begins and ends, though a failure lies between', () => {
    const { succeed, fail, news } = watched();
    succeed('no limits', 'no namespace');
    expect(news()).toEqual([
      { level: 'WARN', msg: 'Collected with a flaw', flaw: 'no limits' },
      { level: 'WARN', msg: 'Collected with a flaw', flaw: 'no namespace' },
    ]);
    fail('ipcs failed');
    news();
    succeed('no limits');
    expect(news()).toEqual([
      { level: 'INFO', msg: 'Collection works again', failed: 1 },
      { level: 'INFO', msg: 'Flaw gone', flaw: 'no namespace' },
    ]);
  });

  it('says at level debug how much each collection found', () => {
    const { succeed, lines } = watched('debug');
    succeed();
    expect(lines).toMatchObject([
      { level: 'DEBUG', msg: 'Collected', sets: 1, semaphores: 1, seconds: 0.0125 },
    ]);
  });
});
