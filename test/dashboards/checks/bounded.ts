import { panelQueriesOf } from '../dashboard.ts';
import type { Dashboard, Problems } from '../dashboard.ts';
import { CHOOSING, resultLabels } from '../promql/result-labels.ts';
import { readTree } from '../promql/tree.ts';
import type { Tree } from '../promql/tree.ts';

/** No query's result grows with the number of instances: it is one number, a number an owner or state, or the first few. */
export function checkBounded(dashboard: Dashboard): Problems {
  return panelQueriesOf(dashboard).flatMap(({ where, expr }) => {
    try {
      return isBounded(readTree(expr)) ? [] : [`${where} has a series for each instance`];
    } catch {
      return []; // Whether it is PromQL is a check of its own.
    }
  });
}

function isBounded(tree: Tree): boolean {
  if (!resultLabels(tree).has('instance')) return true;
  if (tree.is === 'aggregation') return CHOOSING.includes(tree.name) && tree.labels.length === 0;
  // What is left of a choice after a function, a comparison or a match is no more than was chosen.
  if (tree.is === 'call') return tree.args.every(isBounded);
  if (tree.is !== 'operation') return false;
  if (tree.name === 'or') return isBounded(tree.left) && isBounded(tree.right);
  if (tree.name === 'and' || tree.group === null) return isBounded(tree.left) || isBounded(tree.right);
  return isBounded(tree.group === 'left' ? tree.left : tree.right);
}
