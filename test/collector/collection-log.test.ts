import { describe, expect, it } from 'vitest';
import { CollectionLog } from '../../src/collector/collection-log.ts';
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
  return {
    /** What has been logged since the last call. */
    news: () =>
      lines.splice(0).map(({ level, msg, reason, err, failed, missing }) => ({
        level,
        msg,
        reason,
        err,
        failed,
        missing,
      })),
    lines,
    succeed: (...notices: string[]) => {
      status = afterSuccess(
        status,
        inventedSnapshot([{ owner: 'a', uid: 1, state: 'held' }], { notices }),
        null,
      );
      collectionLog.record(status);
    },
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

  it('tells what cannot be read when that begins and ends, though a failure lies between', () => {
    const { succeed, fail, news } = watched();
    succeed('no limits', 'no namespace');
    expect(news()).toEqual([
      { level: 'WARN', msg: 'Collected in part', missing: 'no limits' },
      { level: 'WARN', msg: 'Collected in part', missing: 'no namespace' },
    ]);
    fail('ipcs failed');
    news();
    succeed('no limits');
    expect(news()).toEqual([
      { level: 'INFO', msg: 'Collection works again', failed: 1 },
      { level: 'INFO', msg: 'Collected again', missing: 'no namespace' },
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
