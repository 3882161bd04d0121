import { Ajv } from 'ajv';
import type { Schema } from 'ts-json-schema-generator';
import { sdkSchemas } from './sdk-schemas.ts';

/** What is wrong with a value, a clause each that begins with the path of what is wrong; none where nothing is. */
export type Validator = (value: unknown) => string[];

/** Types that are asked of the SDK for any dashboard: name here → folder and name there. */
const ROOTS = {
  dashboard: { folder: 'dashboard', name: 'Dashboard' },
  panel: { folder: 'dashboard', name: 'Panel' },
  row: { folder: 'dashboard', name: 'RowPanel' },
  fieldConfig: { folder: 'dashboard', name: 'FieldConfig' },
  query: { folder: 'prometheus', name: 'Dataquery' },
} as const;

/** What a kind of panel may hold. */
export interface PanelValidators {
  readonly options: Validator;
  /** `fieldConfig.defaults.custom`, whole. */
  readonly custom: Validator;
  /** The same where only some of its keys are given. */
  readonly someCustom: Validator;
}

/** Validators of all that a dashboard is made of. */
export interface Validators extends Readonly<Record<keyof typeof ROOTS, Validator>> {
  /** A field's settings where only some are given. */
  readonly someFieldConfig: Validator;
  /** Kind of panel → its validators. */
  readonly panels: ReadonlyMap<string, PanelValidators>;
}

/** Hides a column from Grafana 12 on; the SDK's types have only `hidden`, which older ones know. */
const HIDE_FROM: Schema = {
  type: 'object',
  properties: Object.fromEntries(['viz', 'legend', 'tooltip'].map((name) => [name, { type: 'boolean' }])),
  required: ['viz', 'legend', 'tooltip'],
  additionalProperties: false,
};

const NOTHING: Schema = { type: 'object', additionalProperties: false };

/** Makes the validators from the types of the SDK, which takes a second. Throws for a kind of panel that it does not know. */
export function validatorsFor(kinds: readonly string[]): Validators {
  const names = Object.keys(ROOTS) as (keyof typeof ROOTS)[];
  const folders = kinds.map((kind) => kind.replaceAll('-', ''));
  const schemas = sdkSchemas([
    ...names.map((name) => ROOTS[name]),
    ...folders.flatMap((folder) => ['Options', 'FieldConfig'].map((name) => ({ folder, name }))),
  ]);
  const roots = Object.fromEntries(names.map((name, at) => [name, schemas[at] ?? NOTHING]));
  const panels = kinds.map((kind, at): [string, PanelValidators] => {
    const [options, custom] = schemas.slice(names.length + 2 * at);
    if (!options) throw new Error(`the SDK has no panel of the kind "${kind}"`);
    return [
      kind,
      {
        options: validator(options),
        custom: validator(custom ?? NOTHING),
        someCustom: validator(partial(custom ?? NOTHING)),
      },
    ];
  });
  return {
    ...(Object.fromEntries(names.map((name) => [name, validator(roots[name] ?? NOTHING)])) as Record<
      keyof typeof ROOTS,
      Validator
    >),
    someFieldConfig: validator(partial(roots['fieldConfig'] ?? NOTHING)),
    panels: new Map(panels),
  };
}

/** The same type with nothing required of it, though still of what is in it. */
function partial(schema: Schema): Schema {
  const { $ref, definitions = {} } = schema;
  // Of a type that is another's name the schema only refers to the other.
  const named = $ref === undefined ? schema : definitions[$ref.replace('#/definitions/', '')];
  const { properties = {} } = named as Schema;
  // Of tables only; for graphs the SDK says the same.
  const more = 'inspect' in properties ? { hideFrom: HIDE_FROM } : {};
  return {
    ...(named as Schema),
    properties: { ...properties, ...more },
    required: [],
    definitions,
  };
}

/** The validator of a schema. */
export function validator(schema: object): Validator {
  const validate = new Ajv({ allErrors: true, allowUnionTypes: true }).compile(schema);
  return (value) => {
    if (validate(value)) return [];
    return (validate.errors ?? []).map(({ instancePath, message = '', params }) => {
      const { additionalProperty, allowedValues } = params as {
        additionalProperty?: string;
        allowedValues?: unknown[];
      };
      const detail = additionalProperty ?? (allowedValues && JSON.stringify(allowedValues));
      return `${instancePath || '/'} ${message}${detail === undefined ? '' : `: ${detail}`}`;
    });
  };
}
