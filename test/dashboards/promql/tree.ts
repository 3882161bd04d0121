import type { SyntaxNode } from '@lezer/common';
import { parser } from '@prometheus-io/lezer-promql';
import { parsePromql } from '../../alerts/promql.ts';
import type { Selector } from '../../alerts/promql.ts';
import { variableOf, withPlaceholders } from './placeholders.ts';

/** An expression as a tree; parentheses, signs, offsets and @ are left out, because what they hold stays what it is. */
export type Tree =
  | { readonly is: 'selector'; readonly selector: Selector }
  | { readonly is: 'range'; readonly of: Tree; readonly range: string }
  | { readonly is: 'call'; readonly name: string; readonly args: readonly Tree[] }
  | {
      readonly is: 'aggregation';
      readonly name: string;
      readonly keeps: 'by' | 'without';
      readonly labels: readonly string[];
      readonly args: readonly Tree[];
    }
  | {
      readonly is: 'operation';
      readonly name: string;
      /** Whether it is a comparison whose result is 0 or 1. */
      readonly bool: boolean;
      readonly left: Tree;
      readonly right: Tree;
      readonly matching: 'on' | 'ignoring';
      readonly labels: readonly string[];
      readonly group: 'left' | 'right' | null;
      readonly included: readonly string[];
    }
  | { readonly is: 'number'; readonly value: number }
  | { readonly is: 'text'; readonly value: string };

/** Every check reads every expression of both dashboards, most of them unchanged since the last. */
const read = new Map<string, Tree>();

/** Reads an expression of a dashboard. Throws where it is no PromQL. */
export function readTree(expr: string): Tree {
  const known = read.get(expr);
  if (known !== undefined) return known;
  const text = withPlaceholders(expr);
  parsePromql(text);
  const top = parser.parse(text).topNode.firstChild;
  if (top === null) throw new Error('not PromQL: there is nothing');
  const tree = treeOf(top, (node) => text.slice(node.from, node.to));
  read.set(expr, tree);
  return tree;
}

type Read = (node: SyntaxNode) => string;

function treeOf(node: SyntaxNode, of: Read): Tree {
  const { name } = node;
  if (name === 'VectorSelector') {
    const [selector = { metric: '', matchers: [] }] = parsePromql(of(node)).selectors;
    return { is: 'selector', selector };
  }
  if (name === 'NumberDurationLiteral') return { is: 'number', value: Number(of(node)) };
  if (name === 'StringLiteral') return { is: 'text', value: of(node).slice(1, -1) };
  if (name === 'MatrixSelector' || name === 'SubqueryExpr') return rangeOf(node, of);
  if (name === 'FunctionCall') return callOf(node, of);
  if (name === 'AggregateExpr') return aggregationOf(node, of);
  if (name === 'BinaryExpr') return operationOf(node, of);
  const inner = node.name === 'UnaryExpr' ? node.lastChild : node.firstChild;
  if (inner === null) throw new Error(`not PromQL that is known here: ${of(node)}`);
  return treeOf(inner, of);
}

function rangeOf(node: SyntaxNode, of: Read): Tree {
  const duration = node.getChild('DurationExpr');
  const inner = node.firstChild;
  if (duration === null || inner === null) throw new Error(`not a range: ${of(node)}`);
  return { is: 'range', of: treeOf(inner, of), range: variableOf(of(duration)) };
}

function argumentsOf(node: SyntaxNode, of: Read): Tree[] {
  const args: Tree[] = [];
  for (let child = node.getChild('FunctionCallBody')?.firstChild ?? null; child; child = child.nextSibling)
    args.push(treeOf(child, of));
  return args;
}

function callOf(node: SyntaxNode, of: Read): Tree {
  const identifier = node.getChild('FunctionIdentifier');
  return { is: 'call', name: identifier === null ? '' : of(identifier), args: argumentsOf(node, of) };
}

function labelsOf(node: SyntaxNode | null | undefined, of: Read): string[] {
  return node?.getChildren('LabelName').map(of) ?? [];
}

function aggregationOf(node: SyntaxNode, of: Read): Tree {
  const operator = node.getChild('AggregateOp');
  const modifier = node.getChild('AggregateModifier');
  return {
    is: 'aggregation',
    name: operator === null ? '' : of(operator).toLowerCase(),
    keeps: modifier?.getChild('Without') ? 'without' : 'by',
    labels: labelsOf(modifier?.getChild('GroupingLabels'), of),
    args: argumentsOf(node, of),
  };
}

function operationOf(node: SyntaxNode, of: Read): Tree {
  const { firstChild: left, lastChild: right } = node;
  if (left === null || right === null) throw new Error(`not an operation: ${of(node)}`);
  const clause = node.getChild('MatchingModifierClause');
  const [matched, included] = clause?.getChildren('GroupingLabels') ?? [];
  const group = clause?.getChild('GroupLeft') ? 'left' : clause?.getChild('GroupRight') ? 'right' : null;
  return {
    is: 'operation',
    name: left.nextSibling === null ? '' : of(left.nextSibling).toLowerCase(),
    bool: node.getChild('BoolModifier') !== null,
    left: treeOf(left, of),
    right: treeOf(right, of),
    matching: clause?.getChild('On') ? 'on' : 'ignoring',
    labels: labelsOf(matched, of),
    group,
    included: labelsOf(included, of),
  };
}

/** A tree and all that it holds, from the outside in, each with what it stands in. */
export function* walk(tree: Tree, within: readonly Tree[] = []): Generator<readonly [Tree, readonly Tree[]]> {
  yield [tree, within];
  const inside = [tree, ...within];
  if (tree.is === 'range') yield* walk(tree.of, inside);
  if (tree.is === 'call' || tree.is === 'aggregation') for (const arg of tree.args) yield* walk(arg, inside);
  if (tree.is === 'operation') {
    yield* walk(tree.left, inside);
    yield* walk(tree.right, inside);
  }
}
