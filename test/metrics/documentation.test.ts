import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it, onTestFinished } from 'vitest';
import { metricsDocument } from '../../scripts/metrics-document.ts';
import { METRICS } from '../../src/metrics/catalogue.ts';
import { SET_INFO_METRIC } from '../../src/metrics/set-info.ts';
import { needs } from '../support/needs.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const EXAMPLES = /^```promql\n([^`]+)^```/gm;

function examples(): string[] {
  return Array.from(metricsDocument().matchAll(EXAMPLES), ([, expression = '']) => expression);
}

describe('docs/metrics.md', () => {
  it('is what the definitions and the template make; `npm run docs` writes it', async () => {
    await expect(metricsDocument()).toMatchFileSnapshot('../../docs/metrics.md');
  });

  it('has a row for every metric', () => {
    for (const { name } of [...METRICS, SET_INFO_METRIC]) {
      expect(metricsDocument()).toContain(`\n| \`${name}\` | `);
    }
  });

  it('asks in its examples only for metrics that exist', () => {
    const names = new Set<string>([...METRICS, SET_INFO_METRIC].map(({ name }) => name));
    const asked = examples().flatMap((expression) => expression.match(/sysvsem_\w+/g) ?? []);
    expect(asked.length).toBeGreaterThan(0);
    expect(asked.filter((name) => !names.has(name))).toEqual([]);
  });
});

needs('promtool').describe('the examples of docs/metrics.md', () => {
  it('are PromQL that Prometheus understands', async () => {
    const rules = examples().map((expression, index) => ({ record: `example:${index}`, expr: expression }));
    // JSON is YAML, too.
    const file = join(temporaryFolder(onTestFinished), 'examples.rules.yml');
    await writeFile(file, JSON.stringify({ groups: [{ name: 'examples', rules }] }));
    const { exitCode, stderr } = await execa('promtool', ['check', 'rules', file], { reject: false });
    expect(stderr).toBe('');
    expect(exitCode).toBe(0);
  });
});
