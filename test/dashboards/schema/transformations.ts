import { validator } from './validators.ts';
import type { Validator } from './validators.ts';

const text = { type: 'string' };
const named = (value: object) => ({ type: 'object', additionalProperties: value });

function closed(properties: Readonly<Record<string, object>>, required: readonly string[] = []): object {
  return { type: 'object', properties, required, additionalProperties: false };
}

const chosen = closed({ names: { type: 'array', items: text }, pattern: text, variable: text });

/**
 * Options of the transformations that the dashboards use; the SDK has no types for them (Grafana's
 * packages/grafana-data/src/transformations). Another one needs a line here.
 */
const OPTIONS: Readonly<Record<string, object>> = {
  merge: closed({}),
  organize: closed({
    excludeByName: named({ type: 'boolean' }),
    includeByName: named({ type: 'boolean' }),
    indexByName: named({ type: 'integer', minimum: 0 }),
    renameByName: named(text),
    orderByMode: { enum: ['manual', 'auto'] },
  }),
  filterFieldsByName: closed({ include: chosen, exclude: chosen, byVariable: { type: 'boolean' } }),
};

const validators = new Map<string, Validator>(
  Object.entries(OPTIONS).map(([id, schema]) => [id, validator(schema)]),
);

/** What is wrong with a transformation's options. */
export function checkTransformation(id: string, options: unknown): string[] {
  return validators.get(id)?.(options) ?? [`no transformation "${id}" is known here`];
}
