import { describe, expect, it } from 'vitest';
import { afterFailure, NOTHING_COLLECTED } from '../../src/collector/status.ts';
import type { JudgedSet } from '../../src/collector/snapshot.ts';
import { SET_STATES } from '../../src/orphans/vocabulary.ts';
import { setJson } from '../../src/web/set-json.ts';
import { statusJson } from '../../src/web/status-json.ts';
import { isoMilliseconds, isoSeconds } from '../../src/web/timestamp.ts';
import { inventedStatus, NEW_YEAR } from './example.ts';

const set: JudgedSet = {
  key: 0x6c_01_02_03,
  semid: 131_073,
  mode: 0o600,
  semaphores: 1,
  uid: 33,
  gid: 33,
  creatorUid: 0,
  creatorGid: 0,
  operatedAt: NEW_YEAR + 1,
  changedAt: NEW_YEAR,
  owner: 'www-data',
  state: 'held',
  evidence: 'Process 7 may know it.',
  holders: [7],
};

describe('setJson', () => {
  it('tells a set in the shape of the contract, fields in its order', () => {
    expect(JSON.stringify(setJson(set))).toBe(
      '{"semid":131073,"key":"0x6c010203","owner":"www-data","uid":33,"gid":33,"creatorUid":0,"creatorGid":0,' +
        '"perms":"600","semaphores":1,"operatedAt":"2026-01-01T00:00:01Z","changedAt":"2026-01-01T00:00:00Z",' +
        '"state":"held","evidence":"Process 7 may know it.","holders":[7]}',
    );
  });

  it.each([
    [0, '0x00000000'],
    [0xff_ff_ff_ff, '0xffffffff'],
  ])('writes key %d as %s', (key, text) => {
    expect(setJson({ ...set, key }).key).toBe(text);
  });

  it.each([
    [0, '000'],
    [0o20, '020'],
    [0o666, '666'],
    [0o1600, '1600'],
  ])('writes mode %d as %s', (mode, text) => {
    expect(setJson({ ...set, mode }).perms).toBe(text);
  });

  it('tells neither "never" nor "not known" as a time', () => {
    expect(setJson({ ...set, operatedAt: 0, changedAt: null })).toMatchObject({
      operatedAt: null,
      changedAt: null,
    });
  });
});

describe('isoSeconds', () => {
  it('has no answer to times that no date can hold', () => {
    expect([
      isoSeconds(null),
      isoSeconds(Number.NaN),
      isoSeconds(2 ** 62),
      isoMilliseconds(-(2 ** 62)),
    ]).toEqual([null, null, null, null]);
    expect(isoSeconds(8.64e12)).toBe('+275760-09-13T00:00:00Z');
  });
});

describe('statusJson', () => {
  it('tells a collection in the shape of the contract', () => {
    const states = Object.fromEntries(SET_STATES.map((state) => [state, { sets: 0, semaphores: 0 }]));
    expect(statusJson(inventedStatus({ semid: 4, state: 'orphaned' }), '1.2.3')).toEqual({
      version: '1.2.3',
      up: true,
      ipcNamespace: 4_026_531_839,
      limits: { semaphoresPerSet: 250, semaphores: 32_000, operationsPerCall: 32, sets: 128 },
      totals: { sets: 1, semaphores: 1 },
      owners: [{ owner: 'www-data', uid: 33, states: { ...states, orphaned: { sets: 1, semaphores: 1 } } }],
      startDemand: [{ profile: 'apache', owner: 'www-data', sets: 3 }],
      collectedAt: '2026-01-01T00:00:00.250Z',
      proofBlocked: ['no_ptrace'],
    });
  });

  it('has null, not zeros, for what a failed collection leaves unknown, and keeps what outlives it', () => {
    const failed = afterFailure(inventedStatus({ semid: 4 }), { reason: 'exit', message: 'ipcs failed' });
    expect(statusJson(failed, '1.2.3')).toEqual({
      version: '1.2.3',
      up: false,
      ipcNamespace: null,
      limits: null,
      totals: null,
      owners: null,
      startDemand: [{ profile: 'apache', owner: 'www-data', sets: 3 }],
      collectedAt: '2026-01-01T00:00:00.250Z',
      proofBlocked: ['no_ptrace'],
    });
  });

  it('claims nothing before the first collection, not even that nothing blocks a proof', () => {
    expect(statusJson(NOTHING_COLLECTED, '1.2.3')).toMatchObject({
      up: false,
      startDemand: null,
      collectedAt: null,
      proofBlocked: null,
    });
  });
});
