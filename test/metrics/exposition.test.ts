import { gunzipSync } from 'node:zlib';
import { describe, expect, it, vi } from 'vitest';
import { afterFailure, afterSuccess, NOTHING_COLLECTED } from '../../src/collector/status.ts';
import type { CollectionStatus } from '../../src/collector/status.ts';
import { METRICS } from '../../src/metrics/catalogue.ts';
import { Exposition, renderExposition } from '../../src/metrics/exposition.ts';
import { renderSetInfo } from '../../src/metrics/set-info.ts';
import { parseExposition } from '../support/exposition-parser.ts';
import { inventedSnapshot } from '../support/invented-status.ts';

const build = { version: '0.1.0', revision: 'abc1234', nodeVersion: 'v20.20.2' };

const snapshot = inventedSnapshot(
  [
    { semid: 0, owner: '4294967294', uid: 4_294_967_294, state: 'unknown', mode: 0o4, semaphores: 25 },
    { semid: 5, owner: 'a\\b"c\nd', uid: null, state: 'held', mode: 0 },
    { semid: 32_769, owner: 'systemd-network', uid: 998, state: 'keyed', key: 0xdeadbeef, mode: 0o666 },
    { semid: 65_538, owner: 'www-data', uid: 33, state: 'in_use' },
    { semid: 98_307, owner: 'www-data', uid: 33, state: 'orphaned' },
    { semid: 131_076, owner: 'www-data', uid: 33, state: 'orphaned', semaphores: 3 },
    { semid: 163_845, owner: 'www-data', uid: 33, state: 'suspected' },
  ],
  {
    truncatedOwners: 1,
    proofBlocked: ['no_ptrace', 'proc_restricted'],
    startDemand: [{ profile: 'apache', owner: 'www-data', sets: 4 }],
    newlyOrphaned: [{ owner: 'www-data', uid: 33, sets: 2 }],
    oldestOrphans: [{ owner: 'www-data', changedAt: 1_790_000_000 }],
  },
);

async function busy(): Promise<CollectionStatus> {
  const failed = afterFailure(NOTHING_COLLECTED, { reason: 'timeout', message: 'ipcs took too long' });
  return afterSuccess(failed, snapshot, await renderSetInfo(snapshot));
}

describe('an exposition', () => {
  it.each(['text', 'openmetrics'] as const)(
    'tells a whole collection in %s as the fixture has it',
    async (format) => {
      const body = await renderExposition({ status: await busy(), build }, format);
      await expect(body.toString()).toMatchFileSnapshot(`../fixtures/metrics/collected.${format}.txt`);
      parseExposition(body.toString(), format);
    },
  );

  it('tells only what outlives a failed collection as the fixture has it', async () => {
    const status = afterFailure(await busy(), { reason: 'parse', message: 'ipcs printed half a row' });
    const body = await renderExposition({ status, build }, 'text');
    await expect(body.toString()).toMatchFileSnapshot('../fixtures/metrics/failed.text.txt');
  });

  it('tells before the first collection that nothing is known as the fixture has it', async () => {
    const body = await renderExposition({ status: NOTHING_COLLECTED, build }, 'text');
    await expect(body.toString()).toMatchFileSnapshot('../fixtures/metrics/nothing-yet.text.txt');
  });

  it('is the same each time, although OpenMetrics names counters without _total', async () => {
    const input = { status: await busy(), build };
    const first = await renderExposition(input, 'text');
    await renderExposition(input, 'openmetrics');
    expect(await renderExposition(input, 'text')).toEqual(first);
  });

  it('leaves out limits that could not be read', async () => {
    const status = afterSuccess(NOTHING_COLLECTED, { ...snapshot, limits: null, ipcNamespace: null }, null);
    const text = (await renderExposition({ status, build }, 'text')).toString();
    expect(text).not.toMatch(/_limit|ipc_namespace/);
    expect(text).toContain('sysvsem_sets 7\n');
  });

  it('never shows a number that is not finite', async () => {
    const totals = { sets: Number.NaN, semaphores: Number.POSITIVE_INFINITY };
    const status = afterSuccess(NOTHING_COLLECTED, { ...snapshot, totals }, null);
    const families = parseExposition((await renderExposition({ status, build }, 'text')).toString(), 'text');
    expect(families.has('sysvsem_sets')).toBe(false);
    expect(families.has('sysvsem_semaphores')).toBe(false);
  });

  it('tells the oldest orphan of two users of one name', async () => {
    const oldestOrphans = [
      { owner: 'app', changedAt: 1_790_000_000 },
      { owner: 'app', changedAt: 1_780_000_000 },
      { owner: 'app', changedAt: 1_785_000_000 },
    ];
    const status = afterSuccess(NOTHING_COLLECTED, { ...snapshot, oldestOrphans }, null);
    expect((await renderExposition({ status, build }, 'text')).toString()).toContain(
      'sysvsem_oldest_orphan_changed_timestamp_seconds{owner="app"} 1780000000\n',
    );
  });
});

describe('the catalogue', () => {
  it('names every metric once, counters and only counters with _total', () => {
    const names = METRICS.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const { name, type } of METRICS) expect(name.endsWith('_total')).toBe(type === 'counter');
  });
});

describe('the samples of every metric', () => {
  it('name no series twice, even where a user was renamed', async () => {
    const orphansDetected = [{ owner: 'old-name', uid: 33, sets: 2 }];
    const input = { status: { ...(await busy()), orphansDetected }, build };
    for (const { name, samples } of METRICS) {
      const seen = samples(input).map(({ labels }) => JSON.stringify(labels));
      expect(new Set(seen).size, name).toBe(seen.length);
    }
    const detected = METRICS.find(({ name }) => name === 'sysvsem_orphans_detected_total')?.samples(input);
    expect(detected?.filter(({ labels }) => labels['uid'] === '33')).toEqual([
      { labels: { owner: 'old-name', uid: '33' }, value: 2 },
    ]);
  });
});

describe('the expositions of a status', () => {
  const options = { build, processMetrics: false };

  it('are rendered once a format, however many ask at once', async () => {
    const exposition = new Exposition(options);
    const rendered = vi.fn();
    const status = {
      ...NOTHING_COLLECTED,
      get setInfo() {
        rendered();
        return null;
      },
    };
    const bodies = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        exposition.body(
          status,
          index % 2 === 0 ? 'text' : 'openmetrics',
          index % 3 === 0 ? 'gzip' : 'identity',
        ),
      ),
    );
    expect(new Set(bodies).size).toBe(4);
    expect(rendered).toHaveBeenCalledTimes(2);
  });

  it('are compressed from the same bytes', async () => {
    const exposition = new Exposition(options);
    const status = await busy();
    const [plain, compressed] = await Promise.all([
      exposition.body(status, 'text', 'identity'),
      exposition.body(status, 'text', 'gzip'),
    ]);
    expect(gunzipSync(compressed)).toEqual(plain);
  });

  it('are rendered anew for a new status', async () => {
    const exposition = new Exposition(options);
    const before = await exposition.body(NOTHING_COLLECTED, 'text', 'identity');
    const after = await exposition.body(await busy(), 'text', 'identity');
    expect(before.toString()).toContain('sysvsem_up 0\n');
    expect(after.toString()).toContain('sysvsem_up 1\n');
  });

  it('are tried again after one that failed', async () => {
    const exposition = new Exposition(options);
    let broken = true;
    const status = {
      ...NOTHING_COLLECTED,
      get setInfo() {
        if (broken) throw new Error('no memory');
        return null;
      },
    };
    await expect(exposition.body(status, 'text', 'gzip')).rejects.toThrow('no memory');
    broken = false;
    expect(gunzipSync(await exposition.body(status, 'text', 'gzip')).toString()).toContain('sysvsem_up 0\n');
  });
});
