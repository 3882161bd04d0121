import type { SyntaxNode } from '@lezer/common';
import { parser } from '@prometheus-io/lezer-promql';

/** One label matcher of a selector. */
export interface Matcher {
  readonly label: string;
  readonly operator: string;
  readonly value: string;
}

/** A vector selector of an expression. */
export interface Selector {
  readonly metric: string;
  readonly matchers: readonly Matcher[];
}

/** What an expression asks for. */
export interface Expression {
  readonly selectors: readonly Selector[];
  /** Labels of `by`, `without`, `on`, `ignoring` and `group_left`. */
  readonly groupingLabels: readonly string[];
  /** Operators between two vectors that do not say how these match, each as it stands in the expression. */
  readonly implicitMatchings: readonly string[];
  /** Divisors that may be 0: those that are not filtered by `> 0` and are no number. */
  readonly unguardedDivisors: readonly string[];
  /** Keywords of vector matching and aggregation that lose the labels of targets: `on`, `by`. */
  readonly labelLosers: readonly string[];
}

/** Takes PromQL apart. Throws where Prometheus' own grammar finds an error. */
export function parsePromql(text: string): Expression {
  const of = (node: SyntaxNode) => text.slice(node.from, node.to);
  const found = {
    selectors: [] as Selector[],
    groupingLabels: [] as string[],
    implicitMatchings: [] as string[],
    unguardedDivisors: [] as string[],
    labelLosers: [] as string[],
  };
  parser.parse(text).iterate({
    enter({ type, node }) {
      if (type.isError) throw new Error(`not PromQL at ${node.from}: ${text}`);
      if (type.name === 'VectorSelector') found.selectors.push(selectorOf(node, of));
      if (type.name === 'GroupingLabels') found.groupingLabels.push(...node.getChildren('LabelName').map(of));
      if (type.name === 'On' || type.name === 'By') found.labelLosers.push(of(node));
      if (type.name === 'BinaryExpr') inspectBinary(node, of, found);
    },
  });
  return found;
}

function selectorOf(node: SyntaxNode, of: (node: SyntaxNode) => string): Selector {
  const name = node.getChild('Identifier');
  const matchers = node.getChild('LabelMatchers')?.getChildren('UnquotedLabelMatcher') ?? [];
  return {
    metric: name === null ? '' : of(name),
    matchers: matchers.map((matcher) => {
      const [label, operator, value] = ['LabelName', 'MatchOp', 'StringLiteral'].map((part) => {
        const child = matcher.getChild(part);
        return child === null ? '' : of(child);
      });
      return { label: label ?? '', operator: operator ?? '', value: (value ?? '').slice(1, -1) };
    }),
  };
}

function inspectBinary(
  node: SyntaxNode,
  of: (node: SyntaxNode) => string,
  found: { implicitMatchings: string[]; unguardedDivisors: string[] },
): void {
  const { firstChild: left, lastChild: right } = node;
  if (left === null || right === null) return;
  if (!isNumber(left) && !isNumber(right) && node.getChild('MatchingModifierClause') === null)
    found.implicitMatchings.push(of(node));
  if (node.getChild('Div') !== null && !isNumber(right) && !/> 0\s*\)$/.test(of(right)))
    found.unguardedDivisors.push(of(right));
}

/** A literal or `time()`, which is a number, too. */
function isNumber(node: SyntaxNode): boolean {
  const called = node.getChild('FunctionIdentifier')?.firstChild?.name;
  return node.name === 'NumberDurationLiteral' || called === 'Time';
}
