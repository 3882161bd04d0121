import { describe, expect, it } from 'vitest';
import { afterFailure, NOTHING_COLLECTED } from '../../src/collector/status.ts';
import { FAILURE_REASONS } from '../../src/errors.ts';
import { readiness } from '../../src/web/readiness.ts';
import { inventedStatus } from './example.ts';

const collected = inventedStatus({ semid: 0 });
const collectedMs = (collected.lastSuccessAt ?? Number.NaN) * 1000;
const failed = afterFailure(collected, { reason: 'timeout', message: 'ipcs at /usr/bin/ipcs took 10 s' });

describe('readiness', () => {
  it('is not there before the first collection has ended', () => {
    const verdict = { ready: false, reason: 'No collection has ended yet.' };
    expect(readiness(NOTHING_COLLECTED, 15_000, 0)).toEqual(verdict);
    expect(readiness(NOTHING_COLLECTED, 0, 0)).toEqual(verdict);
  });

  it('lasts exactly three intervals after a collection', () => {
    expect(readiness(collected, 15_000, collectedMs + 45_000)).toEqual({ ready: true });
    expect(readiness(collected, 15_000, collectedMs + 45_001)).toEqual({
      ready: false,
      reason: 'The last collection ended 45 s ago, more than 3 intervals.',
    });
  });

  it('ends with a failed collection, however fresh the one before is', () => {
    expect(readiness(failed, 15_000, collectedMs)).toMatchObject({ ready: false });
  });

  it('stays once a first collection has succeeded where collections run on scrapes only', () => {
    expect(readiness(collected, 0, collectedMs + 1e9)).toEqual({ ready: true });
    expect(readiness(failed, 0, collectedMs)).toEqual({ ready: true });
  });

  it('is not lost to a clock that was set back', () => {
    expect(readiness(collected, 15_000, 0)).toEqual({ ready: true });
  });

  it.each(FAILURE_REASONS)('tells of a failure (%s) without a path of the machine', (reason) => {
    const status = afterFailure(NOTHING_COLLECTED, { reason, message: '/usr/bin/ipcs is broken' });
    const verdict = readiness(status, 15_000, 0);
    expect(verdict).toMatchObject({
      ready: false,
      reason: expect.stringMatching(/^The last .*\.$/) as string,
    });
    expect(JSON.stringify(verdict)).not.toContain('/usr');
  });
});
