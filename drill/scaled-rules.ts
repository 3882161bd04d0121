import { scaleDuration } from './scaled-duration.ts';

/** A duration of PromQL or of a rule file, with one unit. */
const DURATION = /\b\d+[smh]\b/g;

/** Where a duration may stand in a template of an annotation: in the range of a query. Its sentences stay as they are. */
const RANGE = /\[\d+[smh]\]/g;

interface Rule {
  readonly expr: string;
  readonly for?: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** A rule file, as far as its scaling asks. */
export interface RuleGroups {
  readonly groups: readonly { readonly interval?: string; readonly rules: readonly Rule[] }[];
}

/**
 * The same rules with time running `factor` times faster: every range, offset, `for` and interval of a group is divided by it, and
 * nothing else is changed, least of all a threshold. Whoever uses them divides the rest of what is a matter of time too: the
 * intervals of collection, scrape and evaluation (15 s), Prometheus' lookback (5 min) and resend delay (1 min), and the waits of
 * Alertmanager. The rules then see of a course of events that is as much faster what they would see of the slow one.
 *
 * What stays by the clock: numbers of seconds in an expression (the horizon of predict_linear, the age of the last collection),
 * and what the exporter itself counts in seconds of the kernel's (the end of a start). What takes a machine's time, such as
 * starting Apache, takes `factor` times as long in the rules' time.
 */
export function scaleRules(file: RuleGroups, factor: number): RuleGroups {
  const scale = (text: string) => text.replace(DURATION, (duration) => scaleDuration(duration, factor));
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
