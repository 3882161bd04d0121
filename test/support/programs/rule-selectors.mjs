// What the expressions of a rule file select, and how far they look back.
import { parser } from '@prometheus-io/lezer-promql';

const SECONDS = { s: 1, m: 60, h: 3600, d: 86_400 };
/** How far Prometheus looks back for a sample (`--query.lookback-delta`), in seconds. */
export const LOOKBACK = 300;

/**
 * Every selection of an expression: its metric, its text with range and offset, where its selector ends or has its matchers, and how
 * far back it reads, in seconds.
 */
export function selections(expression) {
  const of = (node) => expression.slice(node.from, node.to);
  const found = [];
  parser.parse(expression).iterate({
    enter({ type, node }) {
      if (type.isError) throw new Error(`not PromQL at ${node.from}: ${expression}`);
      if (type.name !== 'VectorSelector') return;
      let whole = node;
      while (['MatrixSelector', 'OffsetExpr'].includes(whole.parent?.name)) whole = whole.parent;
      const durations =
        of(whole)
          .slice(of(node).length)
          .match(/\d+[smhd]/g) ?? [];
      const isRange = whole.name === 'MatrixSelector' || whole.firstChild?.name === 'MatrixSelector';
      found.push({
        metric: of(node.getChild('Identifier')),
        text: of(whole),
        isRange,
        lookback: (isRange ? 0 : LOOKBACK) + durations.reduce((sum, text) => sum + secondsOf(text), 0),
      });
    },
  });
  return found;
}

/** Seconds of a duration of one unit. */
function secondsOf(duration) {
  return Number.parseInt(duration, 10) * SECONDS[duration.at(-1)];
}
