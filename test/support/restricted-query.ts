import { parser } from '@prometheus-io/lezer-promql';

/** A PromQL expression with one more label matcher, such as `rack="1"`, in each of its selectors. */
export function restrictedQuery(expression: string, matcher: string): string {
  const insertions: { readonly at: number; readonly text: string }[] = [];
  parser.parse(expression).iterate({
    enter({ name, node }) {
      if (name !== 'VectorSelector') return;
      const matchers = node.getChild('LabelMatchers');
      if (matchers === null) insertions.push({ at: node.to, text: `{${matcher}}` });
      else insertions.push({ at: matchers.from + 1, text: `${matcher},` });
    },
  });
  return insertions.reduceRight(
    (text, insertion) => text.slice(0, insertion.at) + insertion.text + text.slice(insertion.at),
    expression,
  );
}
