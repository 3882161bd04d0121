import type { Matcher, Selector } from '../../alerts/promql.ts';
import { queriesOf } from '../dashboard.ts';
import type { Dashboard, Problems } from '../dashboard.ts';
import { resultLabels } from '../promql/result-labels.ts';
import { readTree, walk } from '../promql/tree.ts';
import type { Tree } from '../promql/tree.ts';
import { TARGET_LABELS, isMetric, labelsOfMetric } from '../vocabulary.ts';

/** Every metric, label and value that an expression names exists. */
export function checkVocabulary(dashboard: Dashboard): Problems {
  return queriesOf(dashboard).flatMap(({ where, expr }) => {
    // Whether it is PromQL is a check of its own.
    if (!isPromql(expr)) return [];
    const problems = [...walk(readTree(expr))].flatMap(([tree]) => problemsOf(tree));
    return problems.map((problem) => `${where}: ${problem}`);
  });
}

function isPromql(expr: string): boolean {
  try {
    readTree(expr);
    return true;
  } catch {
    return false;
  }
}

function problemsOf(tree: Tree): string[] {
  if (tree.is === 'selector') return problemsOfSelector(tree.selector);
  if (tree.is === 'aggregation') return unknownLabels(tree.name, tree.labels, tree.args);
  if (tree.is === 'operation') {
    const sides = [tree.left, tree.right];
    return [
      ...unknownLabels(tree.name, tree.labels, sides),
      ...unknownLabels(`group_${tree.group ?? ''}`, tree.included, sides),
    ];
  }
  return [];
}

function unknownLabels(of: string, labels: readonly string[], operands: readonly Tree[]): string[] {
  const there = new Set(operands.flatMap((operand) => [...resultLabels(operand)]));
  return labels
    .filter((label) => !there.has(label))
    .map((label) => `no series that ${of} is given has a label ${label}`);
}

function problemsOfSelector({ metric, matchers }: Selector): string[] {
  if (!isMetric(metric)) return [`there is no metric "${metric}"`];
  const labels = labelsOfMetric(metric);
  return matchers.flatMap((matcher) => {
    if (TARGET_LABELS.includes(matcher.label)) return [];
    const values = labels.get(matcher.label);
    if (values === undefined) return [`${metric} has no label ${matcher.label}`];
    return unmatched(matcher, values).map(
      (value) => `the label ${matcher.label} of ${metric} is never "${value}"`,
    );
  });
}

/** The alternatives of a matcher that none of the values meets. */
function unmatched({ operator, value }: Matcher, values: readonly string[] | null): string[] {
  // A variable of the dashboard stands for values that Prometheus has told.
  if (values === null || value.startsWith('$')) return [];
  const isRegex = operator === '=~' || operator === '!~';
  const alternatives = isRegex ? value.split('|') : [value];
  return alternatives.filter((alternative) => {
    const pattern = new RegExp(`^(?:${isRegex ? alternative : alternative.replace(/\W/g, '\\$&')})$`);
    return !values.some((known) => pattern.test(known));
  });
}
