import { readFileSync } from 'node:fs';
import { expect, onTestFinished } from 'vitest';
import { parse } from 'yaml';
import { needs } from '../support/needs.ts';
import { run } from '../support/program.ts';
import { ALERT_NAMES, ALERTING_RULES, ALERTS } from './rule-file.ts';

const FILE = `${ALERTS}alertmanager.example.yml`;

interface InhibitRule {
  readonly source_matchers: readonly string[];
  readonly target_matchers: readonly string[];
  readonly equal: readonly string[];
}

const { inhibit_rules: INHIBIT_RULES } = parse(readFileSync(FILE, 'utf8')) as {
  inhibit_rules: readonly InhibitRule[];
};

/** Who receives an alert with these labels. */
async function receiver(...labels: readonly string[]): Promise<string> {
  const command = ['amtool', 'config', 'routes', 'test', `--config.file=${FILE}`, ...labels];
  const { code, stdout, stderr } = await run(onTestFinished, command);
  expect(code, stderr).toBe(0);
  return stdout.trim();
}

const { describe, it } = needs('amtool', 'setpriv');

describe('the example of an Alertmanager', () => {
  it('is correct to Alertmanager itself', async () => {
    const { code, stdout, stderr } = await run(onTestFinished, ['amtool', 'check-config', FILE]);
    expect(code, stdout + stderr).toBe(0);
    expect(stdout).toContain('2 inhibit rules');
  });

  it('sends every alert to whom its severity says', async () => {
    const receivers = { critical: 'on-call', warning: 'tickets', info: 'notes' };
    for (const { alert, labels = {} } of ALERTING_RULES) {
      const severity = labels['severity'] as keyof typeof receivers;
      expect(await receiver(`alertname=${alert}`, `severity=${severity}`)).toBe(receivers[severity]);
    }
  });

  it('loses no alert of a severity that it does not know', async () => {
    expect(await receiver('alertname=Other', 'severity=none')).toBe('tickets');
  });

  it('lets critical speak for the warning of the same alert on the same instance, and nothing else', () => {
    expect(INHIBIT_RULES[0]).toEqual({
      source_matchers: ['severity = critical'],
      target_matchers: ['severity = warning'],
      equal: ['job', 'instance', 'alertname'],
    });
  });

  it('lets ExporterDown speak for alerts that exist, and never for those on semaphores', () => {
    const { source_matchers = [], target_matchers = [], equal = [] } = INHIBIT_RULES[1] ?? {};
    expect(source_matchers).toEqual(['alertname = SysvsemExporterDown']);
    expect(equal).toEqual(['job', 'instance']);
    const names = /"(.+)"/.exec(target_matchers.join())?.[1]?.split('|') ?? [];
    expect(names.length).toBeGreaterThan(0);
    expect(names.filter((name) => !ALERT_NAMES.includes(name))).toEqual([]);
    expect(names.filter((name) => /AtRisk|NearLimit|Predicted|Accumulating|ExporterDown/.test(name))).toEqual(
      [],
    );
  });
});
