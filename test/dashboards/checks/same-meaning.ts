import type { Selector } from '../../alerts/promql.ts';
import { ALERTING_RULES } from '../../alerts/rule-file.ts';
import { panelQueriesOf } from '../dashboard.ts';
import type { Dashboard, Problems, Target } from '../dashboard.ts';
import { settingFor } from '../field-settings.ts';
import { readTree } from '../promql/tree.ts';
import type { Tree } from '../promql/tree.ts';
import { TARGET_LABELS } from '../vocabulary.ts';
import { dimensionOfTarget, judgedValues } from './units.ts';

/** How a panel shows an expression. */
interface Shown {
  readonly where: string;
  readonly unit: string;
  /** Where it turns; null where it is not judged. */
  readonly thresholds: string | null;
}

/** One expression has one unit and one set of thresholds, in whichever panel of whichever dashboard. */
export function checkSameEverywhere(dashboards: readonly Dashboard[]): Problems {
  const seen = new Map<string, Shown>();
  return dashboards.flatMap((dashboard) => {
    const judged = new Map(judgedValues(dashboard).map(({ target, steps }) => [target, steps]));
    return panelQueriesOf(dashboard).flatMap(({ where, panel, target }) => {
      const shape = shapeOf(target.expr);
      if (shape === null) return [];
      const steps = judged.get(target)?.slice(1);
      const shown = {
        where: `${dashboard.uid ?? ''}: ${where}`,
        unit: String(settingFor(panel, target, 'unit')),
        thresholds: steps?.map(({ value }) => value).join(', ') ?? null,
      };
      const first = seen.get(shape) ?? shown;
      seen.set(shape, first);
      return differences(shown, first);
    });
  });
}

function differences(one: Shown, other: Shown): string[] {
  const where = `${one.where} and ${other.where} differ`;
  return [
    ...(one.unit === other.unit ? [] : [`${where} in the unit: ${one.unit}, ${other.unit}`]),
    ...(one.thresholds === null || other.thresholds === null || one.thresholds === other.thresholds
      ? []
      : [`${where} in where they turn: ${one.thresholds}, ${other.thresholds}`]),
  ];
}

/** What is judged as the alerts judge it turns where they fire, in colours that mean the same everywhere. */
export function checkThresholdsOfAlerts(dashboards: readonly Dashboard[]): Problems {
  const problems: string[] = [];
  const colours = new Map<string, string>();
  for (const { where, target, isLines, steps } of dashboards.flatMap(judgedValues)) {
    const judgement = judgementOf(target);
    if (judgement === null) continue;
    const values = steps.slice(1).map(({ value }) => value);
    if (values.join() !== judgement.at.join()) {
      problems.push(`${where} turns at ${values.join(', ')}, the alerts at ${judgement.at.join(', ')}`);
      continue;
    }
    const shown = isLines
      ? steps.slice(1).map(({ color }, at) => [judgement.lines[at], color] as const)
      : steps.map(({ color }, at) => [judgement.areas[at], color] as const);
    for (const [severity = '', colour] of shown) {
      const first = colours.get(severity) ?? colour;
      colours.set(severity, first);
      if (first !== colour) problems.push(`${where} shows ${severity} as ${colour}, others as ${first}`);
    }
  }
  return problems;
}

/** The number that each rule of an alert compares with, in ascending order. */
function numbersIn(alert: string, pattern: RegExp): number[] {
  return ALERTING_RULES.filter((rule) => rule.alert === alert)
    .map(({ expr }) => Number(pattern.exec(expr)?.[1]))
    .sort((one, other) => one - other);
}

/** Where an alert fires on what a query shows, and what that means: of what lies between, and of the lines themselves. */
interface Judgement {
  readonly at: readonly number[];
  readonly areas: readonly string[];
  readonly lines: readonly string[];
}

const OF_USAGE: Judgement = {
  at: numbersIn('SysvsemSetsNearLimit', />= (0\.\d+)/),
  areas: ['fine', 'warning', 'critical'],
  lines: ['warning', 'critical'],
};

const OF_STARTS: Judgement = {
  at: numbersIn('SysvsemApacheStartAtRisk', /starts_free:last5m\)? < (\d+)/),
  areas: ['critical', 'warning', 'fine'],
  lines: ['critical', 'warning'],
};

/** SysvsemExhaustionPredicted compares with the limit itself. */
const OF_FORECAST: Judgement = { at: [1], areas: ['fine', 'warning'], lines: ['warning'] };

function judgementOf(target: Target): Judgement | null {
  const dimension = dimensionOfTarget(target);
  if (dimension === 'starts') return OF_STARTS;
  if (dimension !== 'share of a limit') return null;
  return target.expr.includes('predict_linear') ? OF_FORECAST : OF_USAGE;
}

/** An expression less what only decides which series are shown; null where it is no PromQL. */
function shapeOf(expr: string): string | null {
  try {
    return written(readTree(expr));
  } catch {
    return null;
  }
}

/** The matchers that choose other than targets. */
function choiceOf({ matchers }: Selector): string {
  const own = matchers.filter(({ label }) => !TARGET_LABELS.includes(label));
  return own.map(({ label, operator, value }) => `${label}${operator}${value}`).join();
}

function written(tree: Tree): string {
  switch (tree.is) {
    case 'number':
      return String(tree.value);
    case 'text':
      return JSON.stringify(tree.value);
    case 'selector':
      return `${tree.selector.metric}{${choiceOf(tree.selector)}}`;
    case 'range':
      return written(tree.of);
    case 'call':
      if (['last_over_time', 'sort', 'sort_desc', 'round', 'floor'].includes(tree.name))
        return tree.args[0] === undefined ? '' : written(tree.args[0]);
      return `${tree.name}(${tree.args.map(written).join(',')})`;
    case 'aggregation': {
      const operand = tree.args.at(-1);
      if (operand === undefined) return '';
      if (/^(?:topk|bottomk|sum|min|max)$/.test(tree.name)) return written(operand);
      return `${tree.name}(${tree.args.map(written).join(',')})`;
    }
    case 'operation':
      return `(${written(tree.left)}${tree.name}${written(tree.right)})`;
  }
}
