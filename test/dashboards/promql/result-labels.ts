import { TARGET_LABELS, labelsOfMetric } from '../vocabulary.ts';
import type { Tree } from './tree.ts';

/** Aggregations whose result is some of the series that they are given. */
export const CHOOSING = ['topk', 'bottomk', 'limitk', 'limit_ratio'];

/** Labels that the series of a result may have: what a legend can name, and a table has columns for. */
export function resultLabels(tree: Tree): ReadonlySet<string> {
  switch (tree.is) {
    case 'number':
    case 'text':
      return new Set();
    case 'selector':
      return new Set([...TARGET_LABELS, ...labelsOfMetric(tree.selector.metric).keys()]);
    case 'range':
      return resultLabels(tree.of);
    case 'call':
      return labelsOfCall(tree);
    case 'aggregation':
      return labelsOfAggregation(tree);
    case 'operation':
      return labelsOfOperation(tree);
  }
}

function labelsOfCall({ name, args }: Extract<Tree, { is: 'call' }>): ReadonlySet<string> {
  if (['vector', 'scalar', 'time', 'absent', 'absent_over_time'].includes(name)) return new Set();
  const labels = new Set(args.flatMap((arg) => [...resultLabels(arg)]));
  const added = args[1];
  if (/^label_(?:replace|join)$/.test(name) && added?.is === 'text') labels.add(added.value);
  return labels;
}

function labelsOfAggregation(tree: Extract<Tree, { is: 'aggregation' }>): ReadonlySet<string> {
  const { name, keeps, labels, args } = tree;
  const operand = args.at(-1);
  const all = operand === undefined ? new Set<string>() : resultLabels(operand);
  if (CHOOSING.includes(name)) return all;
  const kept = new Set([...all].filter((label) => labels.includes(label) === (keeps === 'by')));
  const counted = args[0];
  if (name === 'count_values' && counted?.is === 'text') kept.add(counted.value);
  return kept;
}

function labelsOfOperation(tree: Extract<Tree, { is: 'operation' }>): ReadonlySet<string> {
  const [left, right] = [resultLabels(tree.left), resultLabels(tree.right)];
  if (tree.name === 'or') return new Set([...left, ...right]);
  if (tree.name === 'and' || tree.name === 'unless') return left;
  if (isScalar(tree.left)) return right;
  if (isScalar(tree.right)) return left;
  if (tree.group === 'left') return new Set([...left, ...tree.included]);
  if (tree.group === 'right') return new Set([...right, ...tree.included]);
  const matched = (label: string) => tree.labels.includes(label) === (tree.matching === 'on');
  return new Set([...left].filter(matched));
}

function isScalar(tree: Tree): boolean {
  if (tree.is === 'operation') return isScalar(tree.left) && isScalar(tree.right);
  return tree.is === 'number' || (tree.is === 'call' && ['time', 'scalar'].includes(tree.name));
}
