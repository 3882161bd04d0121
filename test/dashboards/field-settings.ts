import { targetsOf } from './dashboard.ts';
import type { Panel, Target } from './dashboard.ts';

/** A panel's settings for some of its fields. */
export interface Override {
  readonly matcher: { readonly id: string; readonly options?: unknown };
  readonly properties: readonly { readonly id: string; readonly value?: unknown }[];
}

/** The overrides of a panel. */
export function overridesOf({ fieldConfig }: Panel): readonly Override[] {
  return fieldConfig?.overrides ?? [];
}

/** What the overrides of a panel set for a property, such as `unit`. */
export function settingsOf(panel: Panel, property: string): unknown[] {
  return overridesOf(panel).flatMap(({ properties }) =>
    properties.filter(({ id }) => id === property).map(({ value }) => value),
  );
}

/** New names that a panel's transformations give to its fields, by the old ones. */
export function renamesOf({ transformations = [] }: Panel): ReadonlyMap<string, string> {
  return new Map(
    transformations.flatMap(({ id, options }) => {
      if (id !== 'organize') return [];
      const { renameByName = {} } = options as { renameByName?: Record<string, string> };
      return Object.entries(renameByName).filter(([, to]) => to !== '');
    }),
  );
}

/**
 * Names that the values of a target may have: in a legend, or as a column. Where only one of a table's queries has an answer, its
 * column is just called Value: that is expected of the first.
 */
export function valueNames(panel: Panel, target: Target): string[] {
  const { legendFormat = '', refId = '' } = target;
  const isFirst = targetsOf(panel)[0]?.refId === refId;
  const names = isFirst ? ['Value', `Value #${refId}`] : [`Value #${refId}`];
  const renames = renamesOf(panel);
  return [...names, ...names.flatMap((name) => renames.get(name) ?? []), legendFormat].filter(
    (name) => name !== '',
  );
}

/** What holds of a property for the values of a target; the last setting counts, as in Grafana. */
export function settingFor(panel: Panel, target: Target, property: string): unknown {
  const names = valueNames(panel, target);
  const found = overridesOf(panel)
    .filter(({ matcher }) => matches(matcher, target, names))
    .flatMap(({ properties }) => properties.filter(({ id }) => id === property));
  const last = found.at(-1);
  if (last !== undefined) return last.value;
  return (panel.fieldConfig?.defaults as Readonly<Record<string, unknown>> | undefined)?.[property];
}

function matches({ id, options }: Override['matcher'], { refId }: Target, names: readonly string[]): boolean {
  if (id === 'byFrameRefID') return options === refId;
  if (id === 'byName') return names.includes(String(options));
  if (id === 'byRegexp') {
    const pattern = new RegExp(String(options).replace(/^\/(.*)\/$/, '$1'));
    return names.some((name) => pattern.test(name));
  }
  return id === 'byType' && options === 'number';
}
