import type { Tree } from './tree.ts';

/**
 * What an expression counts in. `share of a limit` is a part of one of the kernel's limits, `starts` how many starts of a service
 * something is enough for; `date` is a timestamp in milliseconds, as Grafana's units of dates want it.
 */
export type Dimension =
  | 'count'
  | 'rate'
  | 'share of a limit'
  | 'ratio'
  | 'starts'
  | 'seconds'
  | 'timestamp'
  | 'date'
  | 'flag'
  | 'number';

/** The dimension of an expression; null where this cannot tell. */
export function dimensionOf(tree: Tree): Dimension | null {
  switch (tree.is) {
    case 'number':
      return 'number';
    case 'text':
      return null;
    case 'range':
      return dimensionOf(tree.of);
    case 'selector':
      return dimensionOfMetric(tree.selector.metric);
    case 'call':
      return dimensionOfCall(tree);
    case 'aggregation': {
      if (tree.name.startsWith('count') || tree.name === 'group') return 'count';
      const operand = tree.args.at(-1);
      const dimension = operand === undefined ? null : dimensionOf(operand);
      return dimension === 'flag' && tree.name === 'sum' ? 'count' : dimension;
    }
    case 'operation':
      return dimensionOfOperation(tree);
  }
}

function dimensionOfMetric(metric: string): Dimension {
  if (metric.endsWith(':ratio')) return 'share of a limit';
  if (metric.includes('_starts_free:')) return 'starts';
  if (metric.endsWith('_timestamp_seconds') || metric === 'ALERTS_FOR_STATE') return 'timestamp';
  if (metric.endsWith('_seconds')) return 'seconds';
  if (/^(?:up|ALERTS)$|_(?:up|success|enabled|info|blocked)$/.test(metric)) return 'flag';
  return 'count';
}

function dimensionOfCall({ name, args }: Extract<Tree, { is: 'call' }>): Dimension | null {
  const [first] = args;
  if (name === 'time' || name === 'timestamp') return 'timestamp';
  if (/^(?:count|present)_over_time$|^(?:changes|resets)$/.test(name)) return 'count';
  // 0 or 1, whatever was counted.
  if (name === 'clamp_max' && args[1]?.is === 'number' && args[1].value === 1) return 'number';
  if (name === 'absent' || name === 'absent_over_time') return 'flag';
  const dimension =
    first === undefined ? null : dimensionOf(name === 'quantile_over_time' ? (args[1] ?? first) : first);
  if (['rate', 'irate', 'deriv'].includes(name)) return dimension === 'count' ? 'rate' : null;
  return dimension;
}

type Operation = Extract<Tree, { is: 'operation' }>;
type Sides = Pick<Operation, 'left' | 'right'>;

function dimensionOfOperation(tree: Operation): Dimension | null {
  if (tree.bool) return 'flag';
  const [left, right] = [dimensionOf(tree.left), dimensionOf(tree.right)];
  if (tree.name === '/') return quotient(left, right, tree.right);
  if (tree.name === '*') return product(left, right, tree);
  if (tree.name === '-' && left === 'timestamp' && right === 'timestamp') return 'seconds';
  if (tree.name === '-' || tree.name === '+' || tree.name === 'or')
    return left === 'number' ? right : right === 'number' || left === right ? left : null;
  return left === 'number' && tree.name !== 'and' && tree.name !== 'unless' ? right : left;
}

function quotient(left: Dimension | null, right: Dimension | null, divisor: Tree): Dimension | null {
  if (right === 'number') return left;
  if (left === 'count' && right === 'rate') return 'seconds';
  if (left !== right) return null;
  const metric = firstMetric(divisor);
  if (/_limit(?:$|:)/.test(metric)) return 'share of a limit';
  return metric.includes('start_demand_sets') ? 'starts' : 'ratio';
}

function product(
  left: Dimension | null,
  right: Dimension | null,
  { left: one, right: other }: Sides,
): Dimension | null {
  const [dimension, factor] = right === 'number' ? [left, other] : [right, one];
  // 0 of anything: only there for its series, to which a number is added.
  if (factor.is === 'number' && factor.value === 0) return 'number';
  if (left !== 'number' && right !== 'number')
    return left === 'flag' ? right : right === 'flag' ? left : null;
  // Of so many seconds.
  if (dimension === 'rate') return 'count';
  return dimension === 'timestamp' && factor.is === 'number' && factor.value === 1000 ? 'date' : dimension;
}

function firstMetric(tree: Tree): string {
  if (tree.is === 'selector') return tree.selector.metric;
  if (tree.is === 'range') return firstMetric(tree.of);
  if (tree.is === 'operation') return firstMetric(tree.left) || firstMetric(tree.right);
  return tree.is === 'call' || tree.is === 'aggregation'
    ? (tree.args.map(firstMetric).find(Boolean) ?? '')
    : '';
}
