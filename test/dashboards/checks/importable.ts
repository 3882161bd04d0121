import { isDeepStrictEqual } from 'node:util';
import type { Importable } from '../committed.ts';
import { panelsOf, variablesOf } from '../dashboard.ts';
import type { Dashboard, Problems } from '../dashboard.ts';

/** The importable variant asks for a Prometheus, says what it needs, and is the plain dashboard otherwise. */
export function checkImportable(importable: Importable, plain: Dashboard): Problems {
  return [...checkInputs(importable), ...checkRequires(importable), ...checkEqual(importable, plain)];
}

function checkInputs({ __inputs: inputs, ...rest }: Importable): Problems {
  const text = JSON.stringify(rest);
  const used = new Set(Array.from(text.matchAll(/\$\{(DS_\w+)\}/g), ([, name = '']) => name));
  return [
    ...(inputs.length === 1 ? [] : [`it asks for ${inputs.length} things, not for one Prometheus`]),
    ...inputs.flatMap(({ name, type, pluginId }) => [
      ...(type === 'datasource' && pluginId === 'prometheus' ? [] : [`${name} is no Prometheus`]),
      ...(used.has(name) ? [] : [`${name} is asked for and not used`]),
    ]),
    ...[...used]
      .filter((name) => inputs.every((input) => input.name !== name))
      .map((name) => `${name} is used and not asked for`),
  ];
}

function checkRequires(importable: Importable): Problems {
  const said = importable.__requires.map(({ type, id }) => `${type} ${id}`).sort();
  const kinds = new Set(panelsOf(importable).map(({ type }) => `panel ${type}`));
  const wanted = ['datasource prometheus', 'grafana grafana', ...kinds].sort();
  return [
    ...wanted.filter((need) => !said.includes(need)).map((need) => `it does not say that it needs ${need}`),
    ...said
      .filter((need) => !wanted.includes(need))
      .map((need) => `it says that it needs ${need}, and does not`),
  ];
}

function checkEqual(importable: Importable, plain: Dashboard): Problems {
  const common = { ...importable, __inputs: undefined, __requires: undefined, __elements: undefined };
  const asPlain = JSON.parse(
    importable.__inputs.reduce(
      (text, { name }) => text.replaceAll(`\${${name}}`, '${datasource}'),
      JSON.stringify(common),
    ),
  ) as Dashboard;
  return differences(withoutChoice(asPlain), withoutChoice(plain), '');
}

/** Less what the variable of the data source begins with, which the import chooses. */
function withoutChoice(dashboard: Dashboard): Dashboard {
  const list = variablesOf(dashboard).map(({ current, ...variable }) =>
    (variable.type as string) === 'datasource' || current === undefined ? variable : { ...variable, current },
  );
  return { ...dashboard, templating: { ...dashboard.templating, list } };
}

function differences(one: unknown, other: unknown, path: string): string[] {
  if (isDeepStrictEqual(one, other)) return [];
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null)
    return [`${path} differs from the plain dashboard`];
  const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...keys].flatMap((key) =>
    differences(
      (one as Record<string, unknown>)[key],
      (other as Record<string, unknown>)[key],
      `${path}/${key}`,
    ),
  );
}
