import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PROOF_BLOCKERS, SET_STATES } from '../../src/orphans/vocabulary.ts';
import { afterSuccess, NOTHING_COLLECTED } from '../../src/collector/status.ts';
import { renderExposition } from '../../src/metrics/exposition.ts';
import { renderSetInfo } from '../../src/metrics/set-info.ts';
import { parseExposition, series } from '../support/exposition-parser.ts';
import { inventedSnapshot } from '../support/invented-status.ts';

const build = { version: '0.1.0', revision: 'unknown', nodeVersion: 'v20.20.2' };
// Names as no administrator would choose them, but without half a surrogate, which UTF-8 cannot hold.
const owner = fc.oneof(
  fc.string(),
  fc.string({ unit: fc.constantFrom('"', '\\', '\n', '{', '}', ',', ' ', 'n') }),
);
const uid = fc.option(fc.nat(0xffffffff));
const limit = fc.integer({ min: -2_147_483_648, max: 2_147_483_647 });

const snapshots = fc
  .record({
    sets: fc.uniqueArray(fc.nat(0x7fffffff), { maxLength: 12 }).chain((semids) =>
      fc.tuple(
        ...semids.map((semid) =>
          fc.record({
            semid: fc.constant(semid),
            owner,
            uid,
            state: fc.constantFrom(...SET_STATES),
            semaphores: fc.integer({ min: 1, max: 32_000 }),
            key: fc.nat(0xffffffff),
            mode: fc.nat(0o7777),
          }),
        ),
      ),
    ),
    limits: fc.option(
      fc.record({ semaphoresPerSet: limit, semaphores: limit, operationsPerCall: limit, sets: limit }),
    ),
    proofBlocked: fc.subarray([...PROOF_BLOCKERS]),
    collectedAt: fc.double({ min: 0, max: 4_294_967_295, noNaN: true }),
  })
  .map(({ sets, ...changes }) => ({ sets, snapshot: inventedSnapshot(sets, changes) }));

describe('any snapshot', () => {
  it.each(['text', 'openmetrics'] as const)('reads back from %s as the same numbers', async (format) => {
    await fc.assert(
      fc.asyncProperty(snapshots, async ({ sets, snapshot }) => {
        const status = afterSuccess(NOTHING_COLLECTED, snapshot, await renderSetInfo(snapshot));
        const body = await renderExposition({ status, build }, format);
        const families = parseExposition(body.toString(), format);
        const read = (name: string, labels: Readonly<Record<string, string>> = {}) =>
          families.get(name)?.samples.get(series(name, labels));

        expect(read('sysvsem_sets')).toBe(sets.length);
        expect(read('sysvsem_semaphores')).toBe(snapshot.totals.semaphores);
        expect(read('sysvsem_sets_limit')).toBe(snapshot.limits?.sets);
        expect(read('sysvsem_semaphores_limit')).toBe(snapshot.limits?.semaphores);
        expect(read('sysvsem_semaphores_per_set_limit')).toBe(snapshot.limits?.semaphoresPerSet);
        expect(read('sysvsem_operations_per_call_limit')).toBe(snapshot.limits?.operationsPerCall);
        expect(read('sysvsem_last_collection_timestamp_seconds')).toBeCloseTo(snapshot.collectedAt, 6);
        for (const reason of PROOF_BLOCKERS) {
          expect(read('sysvsem_proof_blocked', { reason })).toBe(
            snapshot.proofBlocked.includes(reason) ? 1 : 0,
          );
        }
        for (const { owner, uid, states } of snapshot.owners) {
          for (const state of SET_STATES) {
            const labels = { owner, uid: uid === null ? '' : String(uid), state };
            expect(read('sysvsem_owner_sets', labels)).toBe(states[state].sets);
            expect(read('sysvsem_owner_semaphores', labels)).toBe(states[state].semaphores);
          }
        }
        for (const set of sets) {
          const labels = {
            semid: String(set.semid),
            key: `0x${set.key.toString(16).padStart(8, '0')}`,
            owner: set.owner,
            uid: set.uid === null ? '' : String(set.uid),
            perms: set.mode.toString(8).padStart(3, '0'),
            state: set.state,
          };
          expect(read('sysvsem_set_info', labels)).toBe(set.semaphores);
        }
        const shown = (name: string) => families.get(name)?.samples.size ?? 0;
        expect(shown('sysvsem_set_info')).toBe(sets.length);
        expect(shown('sysvsem_owner_sets')).toBe(snapshot.owners.length * SET_STATES.length);
      }),
    );
  });
});

describe('the text of sysvsem_set_info', () => {
  it('is empty where there is no set', async () => {
    expect(await renderSetInfo(inventedSnapshot([]))).toHaveLength(0);
  });

  it('owns its memory, so that it can be handed to another thread', async () => {
    const text = await renderSetInfo(inventedSnapshot([{ owner: 'root', uid: 0, state: 'keyed' }]));
    expect(text.buffer.byteLength).toBe(text.byteLength);
    expect(structuredClone(text, { transfer: [text.buffer] }).byteLength).toBeGreaterThan(0);
    expect(text).toHaveLength(0);
  });
});
