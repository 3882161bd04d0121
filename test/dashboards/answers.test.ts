import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { filledIn } from '../e2e/dashboards-filling.ts';
import { needs } from '../support/needs.ts';
import { run } from '../support/program.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { committed } from './committed.ts';
import { panelQueriesOf } from './dashboard.ts';
import { ANSWERS } from './histories.ts';
import type { Expected, History } from './histories.ts';

const { describe, it } = needs('promtool');

describe('the dashboards', () => {
  it('are asked what they ask', () => {
    expect(ANSWERS.map(([, name]) => name).filter((name) => !QUERIES.has(name))).toEqual([]);
  });

  for (const [what, name, history, minutes, expected] of ANSWERS) {
    it(`tell ${what}: ${name}`, async () => {
      const file = join(temporaryFolder(onTestFinished), 'answers.json');
      writeFileSync(file, JSON.stringify(testOf(QUERIES.get(name) ?? '', history, minutes, expected)));
      const { code, stdout, stderr } = await run(onTestFinished, ['promtool', 'test', 'rules', file]);
      expect(code, stdout + stderr).toBe(0);
    });
  }
});

/** Expressions of all panels as Grafana asks them, by their names. */
const QUERIES = new Map(
  ['sysvsem-host', 'sysvsem-fleet'].flatMap((uid) =>
    panelQueriesOf(committed(uid)).map(({ where, expr }) => [
      `${uid}, ${where}`,
      filledIn(expr, {
        job: ['sysvsem'],
        instance: uid === 'sysvsem-host' ? ['a'] : null,
        step: 60_000,
        scrapeInterval: 60_000,
        range: 3_600_000,
        factor: 1,
      }),
    ]),
  ),
);

/** Whether an expression has this answer so many minutes after the history began, as a test of promtool's. */
function testOf(expr: string, history: History, minutes: number, expected: Expected): object {
  const target = 'job="sysvsem",instance="a"';
  return {
    evaluation_interval: '1m',
    tests: [
      {
        interval: '1m',
        input_series: Object.entries(history).map(([series, values]) => ({
          series: series.includes('{') ? series.replace('{', `{${target},`) : `${series}{${target}}`,
          values,
        })),
        promql_expr_test: [
          {
            expr,
            eval_time: `${minutes}m`,
            exp_samples: Object.entries(expected).map(([labels, value]) => ({ labels, value })),
          },
        ],
      },
    ],
  };
}
