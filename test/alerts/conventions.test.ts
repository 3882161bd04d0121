import { describe, expect, it } from 'vitest';
import { ALERT_NAMES, ALERTING_RULES, RECORDING_RULES, annotationQueries, titleOf } from './rule-file.ts';
import { parsePromql } from './promql.ts';

/** The contract: alert → its severities. */
const CONTRACT = {
  SysvsemApacheStartAtRisk: ['warning', 'critical'],
  SysvsemCleanupFailing: ['warning'],
  SysvsemCollectionFailing: ['warning'],
  SysvsemExhaustionPredicted: ['warning'],
  SysvsemExporterDown: ['critical'],
  SysvsemOrphansAccumulating: ['warning'],
  SysvsemPrivateNamespace: ['warning'],
  SysvsemProofBlocked: ['info'],
  SysvsemSemaphoresNearLimit: ['warning', 'critical'],
  SysvsemSetsNearLimit: ['warning', 'critical'],
};

/** Seconds of a duration with one unit. */
function seconds(duration = ''): number {
  const [, amount, unit] = /^(\d+)([smh])$/.exec(duration) ?? [];
  return Number(amount) * { s: 1, m: 60, h: 3600, '': Number.NaN }[unit as 's' | 'm' | 'h' | ''];
}

describe('the alerts', () => {
  it('are those of the contract, with its severities', () => {
    const severities = ALERT_NAMES.map((name) => {
      const rules = ALERTING_RULES.filter(({ alert }) => alert === name);
      return [name, [...new Set(rules.map(({ labels }) => labels?.['severity']))]];
    });
    expect(Object.fromEntries(severities)).toEqual(CONTRACT);
  });

  it('wait for nothing longer than a minute where Apache is at risk, warning and critical', () => {
    const waits = ALERTING_RULES.filter(({ alert }) => alert === 'SysvsemApacheStartAtRisk');
    expect(waits.map((rule) => seconds(rule.for) <= 60)).toEqual([true, true]);
  });

  it('wait for two scrapes at least where a target does not answer', () => {
    const rules = ALERTING_RULES.filter(({ expr }) => parsePromql(expr).selectors.some(isUp));
    expect(rules.map(({ alert }) => alert)).toEqual(['SysvsemExporterDown']);
    for (const rule of rules) expect(seconds(rule.for)).toBeGreaterThanOrEqual(2 * 60);
  });
});

describe.each(ALERTING_RULES.map((rule) => [titleOf(rule), rule] as const))('%s', (_, rule) => {
  const { alert, annotations = {}, labels = {}, expr } = rule;

  it('has a name in CamelCase with the prefix, of 40 characters at most', () => {
    expect(alert).toMatch(/^Sysvsem([A-Z][a-z]+)+$/);
    expect(alert.length).toBeLessThanOrEqual(40);
  });

  it('has a summary that is one fixed sentence', () => {
    expect(annotations['summary']).toMatch(/^[A-Z][^{}.]+\.$/);
  });

  it('has a description that names the instance, tells what to do and ends as a sentence does', () => {
    expect(annotations['description']).toContain('{{ $labels.instance }}');
    expect(annotations['description']).toMatch(/\.(?: \{\{- end \}\})?$/);
  });

  it('links to its runbook on the instance, and has no other annotation', () => {
    expect(annotations['runbook_url']).toBe(`http://{{ $labels.instance }}/runbooks/${alert}`);
    expect(Object.keys(annotations).sort()).toEqual(['description', 'runbook_url', 'summary']);
  });

  it('has fixed labels, so that a change of its value is no new alert', () => {
    expect(Object.keys(labels)).toContain('severity');
    for (const value of Object.values(labels)) expect(value).not.toContain('{{');
  });

  it('says how long it waits', () => {
    expect(seconds(rule.for)).toBeGreaterThanOrEqual(0);
  });

  it('selects a job only where `up` makes it necessary', () => {
    const { selectors } = parsePromql(expr);
    for (const { metric, matchers } of selectors)
      expect(matchers.some(({ label }) => label === 'job')).toBe(metric === 'up');
  });

  it('asks in its annotations only for series of its own target', () => {
    for (const query of annotationQueries(rule)) {
      for (const { matchers } of parsePromql(query).selectors) {
        expect(matchers.map(({ label }) => label)).toEqual(expect.arrayContaining(['job', 'instance']));
      }
    }
  });
});

describe.each([
  ...ALERTING_RULES.map((rule) => [titleOf(rule), rule.expr] as const),
  ...RECORDING_RULES.map(({ record, expr }) => [record, expr] as const),
])('the expression of %s', (_, expr) => {
  it('matches vectors explicitly, and so that labels of the targets are kept', () => {
    expect(parsePromql(expr)).toMatchObject({ implicitMatchings: [], labelLosers: [] });
  });

  it('divides by nothing that can be 0', () => {
    expect(parsePromql(expr).unguardedDivisors).toEqual([]);
  });
});

describe('the recorded series', () => {
  it.each(RECORDING_RULES.map(({ record }) => record))('%s is named level:metric:operations', (record) => {
    expect(record).toMatch(/^instance(?:_(?:limit|owner))?:sysvsem_[a-z_]+:[a-z0-9]+$/);
  });

  it('are all asked for', () => {
    const asked = [
      ...ALERTING_RULES.flatMap((rule) => [rule.expr, ...annotationQueries(rule)]),
      ...RECORDING_RULES.map(({ expr }) => expr),
    ].flatMap((expr) => parsePromql(expr).selectors.map(({ metric }) => metric));
    expect(RECORDING_RULES.map(({ record }) => record).filter((record) => !asked.includes(record))).toEqual(
      [],
    );
  });
});

function isUp({ metric }: { readonly metric: string }): boolean {
  return metric === 'up';
}
