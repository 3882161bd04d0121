import { panelQueriesOf } from '../dashboard.ts';
import type { Dashboard, Panel, Problems, Target } from '../dashboard.ts';
import { settingFor } from '../field-settings.ts';
import { dimensionOf } from '../promql/dimension.ts';
import type { Dimension } from '../promql/dimension.ts';
import { readTree } from '../promql/tree.ts';

const COUNTS = /^(?:none|short|locale|(?:suffix|prefix): ?.*)$/;

/** Units that say what an expression counts in. */
const UNITS: Readonly<Record<Dimension, RegExp>> = {
  count: COUNTS,
  starts: COUNTS,
  number: COUNTS,
  flag: /^(?:none|short|locale|string|bool|bool_yes_no|bool_on_off)$/,
  rate: /^(?:none|short|cps|ops|reqps|rps|(?:suffix|prefix): ?.*)$/,
  'share of a limit': /^percentunit$/,
  ratio: /^percentunit$/,
  seconds: /^(?:s|dtdurations|clocks|dthms)$/,
  timestamp: /^$/,
  date: /^dateTime/,
};

/** The unit of every value says what its expression counts in. */
export function checkUnitsFit(dashboard: Dashboard): Problems {
  return panelQueriesOf(dashboard).flatMap(({ where, panel, target }) => {
    const dimension = dimensionOfTarget(target);
    if (dimension === undefined) return [];
    if (dimension === null) return [`${where} adds up what cannot be added: ${target.expr}`];
    const unit = settingFor(panel, target, 'unit');
    if (dimension === 'timestamp')
      return [`${where} shows seconds since the epoch; dates are milliseconds: multiply by 1000`];
    return UNITS[dimension].test(String(unit))
      ? []
      : [`${where} counts a ${dimension}, and is shown in "${String(unit)}"`];
  });
}

/** Undefined where the expression is no PromQL, which is a check of its own. */
export function dimensionOfTarget({ expr }: Target): Dimension | null | undefined {
  try {
    return dimensionOf(readTree(expr));
  } catch {
    return undefined;
  }
}

/** A value of a panel that has thresholds. */
export interface Judged {
  readonly where: string;
  readonly panel: Panel;
  readonly target: Target;
  /** Whether each step is a line of its colour in a graph, not the colour of all from there on. */
  readonly isLines: boolean;
  readonly steps: readonly { readonly value: number | null; readonly color: string }[];
}

/** The values of a dashboard that are judged by thresholds. */
export function judgedValues(dashboard: Dashboard): Judged[] {
  return panelQueriesOf(dashboard).flatMap(({ where, panel, target }) => {
    const thresholds = settingFor(panel, target, 'thresholds') as { steps?: Judged['steps'] } | undefined;
    const steps = thresholds?.steps ?? [];
    const { thresholdsStyle } = (panel.fieldConfig?.defaults.custom ?? {}) as {
      thresholdsStyle?: { readonly mode?: string };
    };
    const isLines = /^(?:line|dashed)$/.test(thresholdsStyle?.mode ?? '');
    return steps.length > 1 ? [{ where, panel, target, isLines, steps }] : [];
  });
}
