import {
  annotationsOf,
  isText,
  nameOf,
  panelsOf,
  rowsOf,
  targetsOf,
  queryVariablesOf,
} from '../dashboard.ts';
import type { Check, Dashboard, Panel, Problems } from '../dashboard.ts';
import { overridesOf } from '../field-settings.ts';
import { checkTransformation } from '../schema/transformations.ts';
import { validator, validatorsFor } from '../schema/validators.ts';
import type { Validators } from '../schema/validators.ts';

const variableQuery = validator({
  type: 'object',
  properties: { query: { type: 'string' }, refId: { type: 'string' }, qryType: { type: 'integer' } },
  required: ['query', 'refId'],
  additionalProperties: false,
});

/** A check that every key and value of a dashboard is one of the SDK's types, for dashboards with panels of these kinds. */
export function schemaCheck(kinds: readonly string[]): Check {
  const validators = validatorsFor(kinds);
  return (dashboard) => [
    ...checkFrame(dashboard, validators),
    ...panelsOf(dashboard).flatMap((panel) => within(nameOf(panel), checkPanel(panel, validators))),
    ...annotationsOf(dashboard).flatMap(({ name, target }) =>
      within(`annotation "${name}"`, target === undefined ? [] : validators.query(target)),
    ),
    ...queryVariablesOf(dashboard).flatMap(({ name, query }) =>
      within(`variable "${name}"`, typeof query === 'object' ? variableQuery(query) : []),
    ),
  ];
}

/** Kinds of panels that dashboards have, each once. */
export function panelKinds(dashboards: readonly Dashboard[]): string[] {
  return [...new Set(dashboards.flatMap((dashboard) => panelsOf(dashboard).map(({ type }) => type)))].sort();
}

/** The dashboard less what is checked part by part, for the sake of its messages. */
function checkFrame(dashboard: Dashboard, validators: Validators): Problems {
  const list = (dashboard.annotations.list ?? []).map((annotation) => ({ ...annotation, target: undefined }));
  return [
    ...within(
      'the dashboard',
      validators.dashboard({ ...dashboard, panels: [], annotations: { ...dashboard.annotations, list } }),
    ),
    ...rowsOf(dashboard).flatMap((row) => within(nameOf(row), validators.row({ ...row, panels: [] }))),
  ];
}

function checkPanel(panel: Panel, validators: Validators): string[] {
  const kind = validators.panels.get(panel.type);
  if (kind === undefined) return [`there is no panel of the kind "${panel.type}"`];
  const { custom } = (panel.fieldConfig?.defaults ?? {}) as { custom?: unknown };
  return [
    ...validators.panel({ ...panel, targets: [] }),
    ...within('options', kind.options(panel.options)),
    ...within('custom', custom === undefined || isText(panel) ? [] : kind.custom(custom)),
    ...targetsOf(panel).flatMap((target) => within(`query ${target.refId ?? '?'}`, validators.query(target))),
    ...overridesOf(panel).flatMap(({ properties }) =>
      properties.flatMap(({ id, value }) => {
        const [first, ...rest] = id.split('.');
        if (first !== 'custom') return within(`override ${id}`, validators.someFieldConfig({ [id]: value }));
        const nested = rest.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value);
        return within(`override ${id}`, kind.someCustom(nested));
      }),
    ),
    ...(panel.transformations ?? []).flatMap(({ id, options }) =>
      within(`transformation ${id}`, checkTransformation(id, options)),
    ),
  ];
}

function within(where: string, problems: Problems): string[] {
  return problems.map((problem) => `${where}: ${problem}`);
}
