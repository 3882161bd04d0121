import { readFileSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parse } from 'yaml';
import { needs } from '../support/needs.ts';
import { run } from '../support/program.ts';
import { ALERT_NAMES, ALERTING_RULES, ALERTS, RULE_FILE, RULE_TESTS, titleOf } from './rule-file.ts';

interface TestFile {
  readonly tests: readonly {
    readonly name: string;
    readonly input_series: readonly { readonly series: string; readonly values: string }[];
    readonly alert_rule_test: readonly {
      readonly alertname: string;
      readonly exp_alerts: readonly {
        readonly exp_labels: Readonly<Record<string, string>>;
        readonly exp_annotations: Readonly<Record<string, string>>;
      }[];
    }[];
  }[];
}

function testsOf(alert: string): TestFile['tests'] {
  return (parse(readFileSync(`${ALERTS}${alert}.test.yml`, 'utf8')) as TestFile).tests;
}

needs('promtool', 'setpriv').describe('promtool', () => {
  it('finds nothing to object to in the rules', async () => {
    const command = ['promtool', 'check', 'rules', '--lint=all', '--lint-fatal', RULE_FILE];
    const { code, stdout, stderr } = await run(onTestFinished, command);
    expect(code, stdout + stderr).toBe(0);
  });

  it.each(RULE_TESTS)('finds that %s fires when it should', { timeout: 60_000 }, async (name) => {
    const command = ['promtool', 'test', 'rules', `${ALERTS}${name}.test.yml`];
    const { code, stdout, stderr } = await run(onTestFinished, command);
    expect(code, stdout + stderr).toBe(0);
  });
});

describe('the rules’ tests', () => {
  it('are one file an alert', () => {
    expect(RULE_TESTS).toEqual(ALERT_NAMES);
  });

  it.each(ALERTING_RULES.map((rule) => [titleOf(rule), rule] as const))(
    'expect of %s that it fires and that it does not',
    (_, { alert, labels = {} }) => {
      const expectations = testsOf(alert).flatMap((test) => test.alert_rule_test);
      const fires = expectations.map(({ exp_alerts }) =>
        exp_alerts.some(({ exp_labels }) =>
          Object.entries(labels).every(([label, value]) => exp_labels[label] === value),
        ),
      );
      expect(fires).toContain(true);
      expect(fires).toContain(false);
    },
  );

  it.each(ALERT_NAMES)('of %s are about it alone, and have every annotation', (alert) => {
    for (const { alertname, exp_alerts } of testsOf(alert).flatMap((test) => test.alert_rule_test)) {
      expect(alertname).toBe(alert);
      for (const { exp_annotations } of exp_alerts)
        expect(Object.keys(exp_annotations)).toEqual(['summary', 'description', 'runbook_url']);
    }
  });

  it.each(ALERT_NAMES)('of %s have several instances, and gaps', (alert) => {
    const series = testsOf(alert).flatMap((test) => test.input_series);
    const instances = new Set(series.map((input) => /instance="([^"]+)"/.exec(input.series)?.[1]));
    expect(instances.size).toBeGreaterThan(1);
    expect(series.some(({ values }) => / stale\b/.test(values))).toBe(true);
  });
});
