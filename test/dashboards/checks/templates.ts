import { queryVariablesOf, questionOf, variableExpression, variablesOf } from '../dashboard.ts';
import type { Dashboard, Problems, VariableModel } from '../dashboard.ts';
import { readTree } from '../promql/tree.ts';

/** template-datasource-rule: one data source variable, called `datasource` and labelled `Data source`. */
export function checkDatasourceVariable(dashboard: Dashboard): Problems {
  const variables = variablesOf(dashboard).filter(({ type }) => (type as string) === 'datasource');
  if (variables.length !== 1) return [`${variables.length} variables choose a data source, not one`];
  return variables.flatMap(({ name, label, query }) => [
    ...expected('the data source variable', 'name', name, 'datasource'),
    ...expected('the data source variable', 'label', label, 'Data source'),
    ...expected('the data source variable', 'query', query, 'prometheus'),
  ]);
}

/** template-job-rule. */
export function checkJobVariable(dashboard: Dashboard): Problems {
  return checkTargetVariable(dashboard, 'job', 'Job');
}

/** template-instance-rule. */
export function checkInstanceVariable(dashboard: Dashboard): Problems {
  return checkTargetVariable(dashboard, 'instance', 'Instance');
}

function checkTargetVariable(dashboard: Dashboard, name: string, label: string): Problems {
  const variable = variablesOf(dashboard).find((one) => one.name === name);
  if (variable === undefined) return [`there is no variable "${name}"`];
  const is = (field: keyof VariableModel, wanted: unknown) =>
    expected(`variable "${name}"`, field, variable[field], wanted);
  return [
    ...is('type', 'query'),
    ...is('label', label),
    ...is('multi', true),
    ...is('allValue', '.+'),
    ...expected(`variable "${name}"`, 'datasource', variable.datasource?.uid, '${datasource}'),
  ];
}

/** template-label-promql-rule: what variables ask is a question of the data source around PromQL. */
export function checkVariableQueries(dashboard: Dashboard): Problems {
  return queryVariablesOf(dashboard).flatMap((variable) => {
    const question = questionOf(variable);
    const expr = variableExpression(variable);
    if (expr === null)
      return [`variable "${variable.name}" asks no label_values or query_result: ${question}`];
    const selects = question.startsWith('label_values');
    try {
      const tree = readTree(expr);
      if (!selects || tree.is === 'selector') return [];
    } catch {
      // Said below.
    }
    return [`variable "${variable.name}" asks what is no ${selects ? 'selector' : 'PromQL'}: ${expr}`];
  });
}

/** template-on-time-change-reload-rule: queried anew when the time range changes. */
export function checkVariableRefresh(dashboard: Dashboard): Problems {
  return queryVariablesOf(dashboard).flatMap(({ name, refresh }) =>
    expected(`variable "${name}"`, 'refresh', refresh, 2),
  );
}

function expected(what: string, field: string, found: unknown, wanted: unknown): string[] {
  if (found === wanted) return [];
  return [
    `the ${field} of ${what} is ${found === undefined ? 'missing' : JSON.stringify(found)}, not ${JSON.stringify(wanted)}`,
  ];
}
