import { beforeAll, describe, expect, it } from 'vitest';
import { noCleanups } from '../../src/cleanup/status.ts';
import { PROOF_BLOCKERS } from '../../src/orphans/vocabulary.ts';
import { afterFailure, afterSuccess, NOTHING_COLLECTED } from '../../src/collector/status.ts';
import { renderExposition } from '../../src/metrics/exposition.ts';
import { Exposition } from '../support/exposition.ts';
import type { Sample } from '../support/exposition.ts';
import { inventedSnapshot } from '../support/invented-status.ts';
import { ALERTING_RULES, RECORDING_RULES, annotationQueries, titleOf } from './rule-file.ts';
import { parsePromql } from './promql.ts';
import type { Selector } from './promql.ts';

/** What Prometheus gives every series of a target. */
const TARGET_LABELS = ['job', 'instance'];

/** Every sample of an exposition in which everything has happened. */
async function everySample(): Promise<readonly Sample[]> {
  const snapshot = inventedSnapshot([{ semid: 1, owner: 'www-data', uid: 33, state: 'orphaned' }], {
    startDemand: [{ profile: 'apache', owner: 'www-data', sets: 3 }],
    newlyOrphaned: [{ owner: 'www-data', uid: 33, sets: 1 }],
    oldestOrphans: [{ owner: 'www-data', changedAt: 1_790_000_000 }],
    proofBlocked: [...PROOF_BLOCKERS],
    ipcNamespace: { inode: 4_026_532_511, initial: false },
  });
  const failed = afterFailure(NOTHING_COLLECTED, { reason: 'timeout', message: 'ipcs took too long' });
  const build = { version: '0.1.0', revision: 'abc1234', nodeVersion: 'v20.20.2' };
  const status = afterSuccess(failed, snapshot, null);
  const text = (
    await renderExposition({ status, build, cleanup: noCleanups(['www-data']) }, 'text')
  ).toString();
  return Exposition.parse(text).samples;
}

const EXPRESSIONS = [
  ...RECORDING_RULES.map(({ record, expr }) => [record, expr] as const),
  ...ALERTING_RULES.map((rule) => [titleOf(rule), rule.expr] as const),
  ...ALERTING_RULES.flatMap((rule) =>
    annotationQueries(rule).map((query) => [`an annotation of ${titleOf(rule)}`, query] as const),
  ),
];

describe('what the rules ask for', () => {
  let exposed: readonly Sample[] = [];
  let labels: ReadonlySet<string> = new Set();

  beforeAll(async () => {
    exposed = await everySample();
    labels = new Set([
      ...TARGET_LABELS,
      ...exposed.flatMap((sample) => Object.keys(sample.labels)),
      ...RECORDING_RULES.flatMap((rule) => Object.keys(rule.labels ?? {})),
    ]);
  });

  function exists({ metric, matchers }: Selector): boolean {
    const recorded = RECORDING_RULES.filter(({ record }) => record === metric);
    const candidates = [
      ...exposed.filter(({ name }) => name === metric).map((sample) => sample.labels),
      ...recorded.map((rule) => rule.labels ?? { limit: 'SEMMNI' }),
      ...recorded.filter((rule) => rule.labels === undefined).map(() => ({ limit: 'SEMMNS' })),
      ...(metric === 'up' ? [{}] : []),
    ] as readonly Readonly<Record<string, string>>[];
    const own = matchers.filter(({ label }) => !TARGET_LABELS.includes(label));
    return candidates.some((candidate) =>
      own.every(({ label, operator, value }) => {
        const there = candidate[label];
        if (there === undefined) return false;
        // A label of the alert stands in its place.
        if (value === 'any') return true;
        return operator === '=~' ? new RegExp(`^(?:${value})$`).test(there) : there === value;
      }),
    );
  }

  it.each(EXPRESSIONS)('is in a real exposition, with these labels and values: %s', (_, expr) => {
    const { selectors, groupingLabels } = parsePromql(expr);
    expect(selectors.filter((selector) => !exists(selector))).toEqual([]);
    expect(groupingLabels.filter((label) => !labels.has(label))).toEqual([]);
  });

  it.each(ALERTING_RULES.map((rule) => [titleOf(rule), rule] as const))(
    'has the labels that the annotations of %s name',
    (_, { annotations = {} }) => {
      const named = Object.values(annotations).flatMap((text) =>
        Array.from(text.matchAll(/(?:\$labels|\.Labels)\.(\w+)/g), ([, label = '']) => label),
      );
      expect(named.filter((label) => !labels.has(label))).toEqual([]);
    },
  );
});
