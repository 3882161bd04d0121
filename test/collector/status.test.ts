import { describe, expect, it } from 'vitest';
import { afterFailure, afterSuccess, NOTHING_COLLECTED } from '../../src/collector/status.ts';
import { FAILURE_REASONS } from '../../src/errors.ts';
import { inventedSnapshot } from '../support/invented-status.ts';

const orphans = (...newlyOrphaned: { owner: string; uid: number; sets: number }[]) =>
  inventedSnapshot([{ owner: 'root', uid: 0, state: 'in_use' }], { newlyOrphaned });

describe('the status of the collections', () => {
  it('begins with every reason of a failure at 0', () => {
    expect(Object.keys(NOTHING_COLLECTED.failures)).toEqual(FAILURE_REASONS);
    expect(new Set(Object.values(NOTHING_COLLECTED.failures))).toEqual(new Set([0]));
  });

  it('holds the snapshot after a success, and no failure', () => {
    const failed = afterFailure(NOTHING_COLLECTED, { reason: 'exit', message: 'no' });
    const snapshot = orphans();
    const setInfo = new Uint8Array([1]);
    expect(afterSuccess(failed, snapshot, setInfo)).toMatchObject({
      snapshot,
      setInfo,
      failure: null,
      lastSuccessAt: snapshot.collectedAt,
      collections: 2,
      failures: { exit: 1 },
    });
  });

  it('holds nothing of the sets after a failure, but what outlives it', () => {
    const snapshot = inventedSnapshot([{ owner: 'root', uid: 0, state: 'in_use' }], {
      proofBlocked: ['no_ptrace'],
      startDemand: [{ profile: 'apache', owner: 'www-data', sets: 5 }],
      newlyOrphaned: [{ owner: 'root', uid: 0, sets: 2 }],
    });
    const before = afterSuccess(NOTHING_COLLECTED, snapshot, new Uint8Array([1]));
    expect(afterFailure(before, { reason: 'timeout', message: 'too long' })).toEqual({
      ...before,
      snapshot: null,
      setInfo: null,
      failure: { reason: 'timeout', message: 'too long' },
      collections: 2,
      failures: { ...NOTHING_COLLECTED.failures, timeout: 1 },
    });
  });

  it('never changes the status before it', () => {
    const before = structuredClone(NOTHING_COLLECTED);
    const after = afterSuccess(NOTHING_COLLECTED, orphans({ owner: 'a', uid: 1, sets: 1 }), null);
    const copy = structuredClone(after.failures);
    afterFailure(after, { reason: 'exit', message: 'no' });
    afterSuccess(after, orphans({ owner: 'a', uid: 1, sets: 1 }), null);
    expect(NOTHING_COLLECTED).toEqual(before);
    expect(after.failures).toEqual(copy);
    expect(after.orphansDetected).toEqual([{ owner: 'a', uid: 1, sets: 1 }]);
  });

  it('counts detected orphans by uid, under the name the user has now', () => {
    let status = NOTHING_COLLECTED;
    status = afterSuccess(status, orphans({ owner: 'old', uid: 1, sets: 2 }), null);
    status = afterFailure(status, { reason: 'exit', message: 'no' });
    status = afterSuccess(
      status,
      orphans({ owner: 'new', uid: 1, sets: 3 }, { owner: 'other', uid: 2, sets: 1 }),
      null,
    );
    expect(status.orphansDetected).toEqual([
      { owner: 'new', uid: 1, sets: 5 },
      { owner: 'other', uid: 2, sets: 1 },
    ]);
  });
});
