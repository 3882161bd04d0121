import type { DataTransformerConfig } from '@grafana/grafana-foundation-sdk/dashboard';
import { nameOf, panelQueriesOf, panelsOf, targetsOf } from '../dashboard.ts';
import type { Dashboard, Problems } from '../dashboard.ts';
import { overridesOf } from '../field-settings.ts';
import { fieldsOf } from '../promql/fields.ts';
import { resultLabels } from '../promql/result-labels.ts';
import { readTree } from '../promql/tree.ts';

/** Labels that a legend names, such as `{{owner}}`. */
export function labelsInLegend(legend: string): string[] {
  return Array.from(legend.matchAll(/\{\{\s*([^}\s]+)\s*\}\}/g), ([, label = '']) => label);
}

/** Every label that a legend names is one that the result has. */
export function checkLegends(dashboard: Dashboard): Problems {
  return panelQueriesOf(dashboard).flatMap(({ where, expr, target }) => {
    const named = labelsInLegend(target.legendFormat ?? '');
    if (named.length === 0) return [];
    const labels = labelsOf(expr);
    return named
      .filter((label) => !labels.has(label))
      .map((label) => `${where}: the legend names ${label}, which no series has`);
  });
}

/** Every field that an override or a transformation names is one that the panel's queries give. */
export function checkFields(dashboard: Dashboard): Problems {
  return panelsOf(dashboard).flatMap((panel) => {
    const targets = targetsOf(panel);
    const fields = new Set(targets.flatMap((target) => fieldsOf(panel, target)));
    const refIds = targets.map(({ refId }) => refId);
    const named = overridesOf(panel).flatMap(({ matcher: { id, options } }) => {
      if (id === 'byName') return fields.has(String(options)) ? [] : [String(options)];
      if (id === 'byFrameRefID') return refIds.includes(String(options)) ? [] : [String(options)];
      if (id !== 'byRegexp') return [];
      const pattern = new RegExp(String(options).replace(/^\/(.*)\/$/, '$1'));
      return [...fields].some((field) => pattern.test(field)) ? [] : [String(options)];
    });
    const organized = (panel.transformations ?? []).flatMap(namesIn);
    const unknown = [...named, ...organized.filter((name) => !fields.has(name))];
    return [...new Set(unknown)].map(
      (name) => `${nameOf(panel)} sets something for "${name}", which it has not`,
    );
  });
}

/** The fields that a transformation names. */
function namesIn({ id, options }: DataTransformerConfig): string[] {
  const { renameByName, indexByName, excludeByName, include, exclude } = options as Record<
    string,
    { readonly names?: readonly string[] } | undefined
  >;
  if (id === 'filterFieldsByName') return [include, exclude].flatMap((chosen) => chosen?.names ?? []);
  if (id !== 'organize') return [];
  return [renameByName, indexByName, excludeByName].flatMap((names) => Object.keys(names ?? {}));
}

function labelsOf(expr: string): ReadonlySet<string> {
  try {
    return resultLabels(readTree(expr));
  } catch {
    return new Set(); // Whether it is PromQL is a check of its own.
  }
}
