import type {
  AnnotationQuery,
  defaultDashboard,
  Panel,
  RowPanel,
  VariableModel,
} from '@grafana/grafana-foundation-sdk/dashboard';
import type { Dataquery } from '@grafana/grafana-foundation-sdk/prometheus';

export type { AnnotationQuery, Panel, RowPanel, VariableModel };

/** A dashboard in the format that all Grafanas load. */
export type Dashboard = ReturnType<typeof defaultDashboard>;

/** A query of a panel or an annotation to Prometheus, as it stands in JSON. */
export type Target = Omit<Dataquery, '_implementsDataqueryVariant'>;

/** What is wrong with a dashboard, a sentence each; none where nothing is. */
export type Problems = readonly string[];

/** One way to look at a dashboard on its own. */
export type Check = (dashboard: Dashboard) => Problems;

/** An expression of a dashboard. */
export interface Query {
  /** For people: the panel's title and refId, or the variable's or annotation's name. */
  readonly where: string;
  readonly expr: string;
  readonly instant: boolean;
  readonly range: boolean;
  /** Undefined for that of a variable or an annotation. */
  readonly panel?: Panel;
  readonly target?: Target;
}

function isRow(panel: Panel | RowPanel): panel is RowPanel {
  return panel.type === 'row';
}

/** The rows of a dashboard. */
export function rowsOf({ panels = [] }: Dashboard): RowPanel[] {
  return panels.filter(isRow);
}

/** The panels of a dashboard less its rows, those inside collapsed rows too. */
export function panelsOf({ panels = [] }: Dashboard): Panel[] {
  return panels.flatMap((panel) => (isRow(panel) ? panel.panels : [panel]));
}

/** The queries of a panel. */
export function targetsOf({ targets = [] }: Panel): Target[] {
  return targets as unknown as Target[];
}

/** A panel that asks nothing: its text stands for itself. */
export function isText({ type }: Panel): boolean {
  return type === 'text';
}

/** For people: its title, or its number where it has none. */
export function nameOf({ title = '', id }: Panel | RowPanel): string {
  return title === '' ? `panel ${id ?? 'without id'}` : `"${title}"`;
}

/** The variables of a dashboard. */
export function variablesOf({ templating }: Dashboard): VariableModel[] {
  return templating.list ?? [];
}

/** The variables that ask Prometheus. */
export function queryVariablesOf(dashboard: Dashboard): VariableModel[] {
  return variablesOf(dashboard).filter(({ type }) => (type as string) === 'query');
}

/** What a variable asks, such as `label_values(up, job)`. */
export function questionOf({ query }: VariableModel): string {
  const text: unknown = typeof query === 'object' ? query['query'] : query;
  return typeof text === 'string' ? text : '';
}

/** The annotations that are made from queries, not by people. */
export function annotationsOf({ annotations }: Dashboard): AnnotationQuery[] {
  return (annotations.list ?? []).filter(({ builtIn }) => builtIn !== 1);
}

/** The expression of an annotation, which older Grafanas keep beside its target. */
function annotationExpression({ expr, target }: AnnotationQuery): string {
  return (target as unknown as Partial<Target> | undefined)?.expr ?? expr ?? '';
}

/** The queries of all panels. */
export function panelQueriesOf(dashboard: Dashboard): (Query & { panel: Panel; target: Target })[] {
  return panelsOf(dashboard).flatMap((panel) =>
    targetsOf(panel).map((target) => ({
      where: `panel ${nameOf(panel)}, query ${target.refId ?? '?'}`,
      expr: target.expr,
      instant: target.instant === true,
      range: target.range === true || target.instant !== true,
      panel,
      target,
    })),
  );
}

/** The expressions of all annotations. */
export function annotationQueriesOf(dashboard: Dashboard): Query[] {
  return annotationsOf(dashboard).map((annotation) => ({
    where: `annotation "${annotation.name}"`,
    expr: annotationExpression(annotation),
    instant: false,
    range: true,
  }));
}

/** What stands in a variable's question as PromQL: the selector of `label_values(SELECTOR, label)`, or a `query_result`. */
export function variableExpression(variable: VariableModel): string | null {
  const question = questionOf(variable);
  return (
    /^label_values\(\s*(.+),\s*\w+\s*\)$/s.exec(question)?.[1] ??
    /^query_result\(\s*(.+)\s*\)$/s.exec(question)?.[1] ??
    null
  );
}

/** The expressions of all variables. */
function variableQueriesOf(dashboard: Dashboard): Query[] {
  return queryVariablesOf(dashboard).map((variable) => ({
    where: `variable "${variable.name}"`,
    expr: variableExpression(variable) ?? '',
    instant: true,
    range: false,
  }));
}

/** Every expression of a dashboard. */
export function queriesOf(dashboard: Dashboard): Query[] {
  return [...panelQueriesOf(dashboard), ...variableQueriesOf(dashboard), ...annotationQueriesOf(dashboard)];
}
