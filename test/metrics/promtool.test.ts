import { execa } from 'execa';
import { expect, vi } from 'vitest';
import { afterSuccess, NOTHING_COLLECTED } from '../../src/collector/status.ts';
import { Exposition } from '../../src/metrics/exposition.ts';
import { renderSetInfo } from '../../src/metrics/set-info.ts';
import { inventedSnapshot } from '../support/invented-status.ts';
import { needs } from '../support/needs.ts';

const { describe, it } = needs('promtool');

describe('promtool check metrics', () => {
  it('has no remark on a full exposition with the metrics of the process and of each set', async () => {
    const snapshot = inventedSnapshot(
      [
        { semid: 1, owner: 'www-data', uid: 33, state: 'orphaned' },
        { semid: 2, owner: 'a\\b"c\nd', uid: null, state: 'held' },
      ],
      {
        startDemand: [{ profile: 'apache', owner: 'www-data', sets: 4 }],
        oldestOrphans: [{ owner: 'www-data', changedAt: 1_790_000_000 }],
      },
    );
    const exposition = new Exposition({
      build: { version: '0.1.0', revision: 'unknown', nodeVersion: process.version },
      processMetrics: true,
    });
    const setInfo = await renderSetInfo(snapshot);
    const status = afterSuccess(NOTHING_COLLECTED, snapshot, setInfo);
    const body = await vi.waitFor(async () => {
      const full = await exposition.body({ ...status }, 'text', 'identity');
      expect(full.toString()).toContain('nodejs_eventloop_lag_p99_seconds');
      return full;
    });
    const { stdout, stderr, exitCode } = await execa('promtool', ['check', 'metrics'], {
      input: body,
      reject: false,
    });
    expect(`${stdout}${stderr}`).toBe('');
    expect(exitCode).toBe(0);
  });
});
