const SECONDS = { s: 1, m: 60, h: 3600 } as const;

/** A duration of PromQL or of a rule file, with one unit. */
const DURATION = /\b(\d+)([smh])\b/g;

/** Where a duration may stand in a template of an annotation: in the range of a query. Its sentences stay as they are. */
const RANGE = /\[\d+[smh]\]/g;

interface Rule {
  readonly expr: string;
  readonly for?: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

interface RuleGroups {
  readonly groups: readonly { readonly interval?: string; readonly rules: readonly Rule[] }[];
}

/**
 * The same rules with time running `factor` times faster: every range, offset, `for` and interval is divided by it, and
 * nothing else is changed. Scrape and evaluate that much more often, every `15s / factor`, and the rules see what they would
 * see of the slow course of things. The horizon of predict_linear is a number and stays as it is.
 */
export function scaleRules(file: RuleGroups, factor: number): RuleGroups {
  const scale = (text: string) =>
    text.replace(
      DURATION,
      (_, amount: string, unit: keyof typeof SECONDS) =>
        `${Math.round((Number(amount) * SECONDS[unit] * 1000) / factor)}ms`,
    );
  const scaleRule = (rule: Rule): Rule => ({
    ...rule,
    expr: scale(rule.expr),
    ...(rule.for !== undefined && { for: scale(rule.for) }),
    ...(rule.annotations !== undefined && {
      annotations: Object.fromEntries(
        Object.entries(rule.annotations).map(([name, text]) => [name, text.replace(RANGE, scale)]),
      ),
    }),
  });
  return {
    groups: file.groups.map((group) => ({
      ...group,
      ...(group.interval !== undefined && { interval: scale(group.interval) }),
      rules: group.rules.map(scaleRule),
    })),
  };
}
