import type { Panel, Target } from '../dashboard.ts';
import { renamesOf, valueNames } from '../field-settings.ts';
import { resultLabels } from './result-labels.ts';
import { labelsOfMetric } from '../vocabulary.ts';
import { readTree, walk } from './tree.ts';
import type { Tree } from './tree.ts';

/** Names of the fields that a query gives its panel: its labels and values, under their old names and their new. */
export function fieldsOf(panel: Panel, target: Target): string[] {
  const renames = renamesOf(panel);
  const labels = labelsOf(target.expr);
  return [
    ...labels,
    ...labels.flatMap((label) => renames.get(label) ?? []),
    ...valueNames(panel, target),
    ...legendsOf(target),
    'Time',
  ];
}

function labelsOf(expr: string): string[] {
  try {
    return [...resultLabels(readTree(expr))];
  } catch {
    return []; // Whether it is PromQL is a check of its own.
  }
}

/** What a legend of nothing but a label may say, where the label's values are known. */
function legendsOf({ expr, legendFormat = '' }: Target): readonly string[] {
  const label = /^\{\{\s*(\w+)\s*\}\}$/.exec(legendFormat)?.[1];
  if (label === undefined || labelsOf(expr).length === 0) return [];
  return Array.from(walk(readTree(expr)), ([tree]) => tree).flatMap((tree) => valuesFrom(tree, label));
}

/** Values that a part of an expression gives a label, as far as they are known. */
function valuesFrom(tree: Tree, label: string): readonly string[] {
  if (tree.is === 'selector') return labelsOfMetric(tree.selector.metric).get(label) ?? [];
  if (tree.is !== 'call' && tree.is !== 'aggregation') return [];
  const [first, second, third] = tree.args.map((arg) => (arg.is === 'text' ? arg.value : null));
  if (tree.name === 'count_values' && first === label) return COUNTED;
  return tree.name === 'label_replace' && second === label && typeof third === 'string' ? [third] : [];
}

/** Values that somebody may count, as labels. */
const COUNTED = Array.from({ length: 100 }, (_, value) => String(value));
