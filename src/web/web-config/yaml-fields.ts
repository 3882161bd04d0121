import { z } from 'zod';
import { parseGoDuration } from './go-duration.ts';
import { PlainScalar, type YamlTree } from './yaml-tree.ts';

/*
 * Types of field, read as Go's yaml.v2 reads them into a struct. All of them take nothing (`key:`) for a key that is
 * left out. A message continues the sentence "FILE: KEY …".
 */

const TRUE = ['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'];
const FALSE = ['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'];

/** A type of field that `read` makes of a value that is there; `read` throws a RangeError with the fault and the mend. */
function field<T>(read: (value: NonNullable<YamlTree>) => T) {
  return z
    .custom<YamlTree | undefined>()
    .transform((value, context) => {
      if (value === undefined || value === null) return undefined;
      try {
        return read(value);
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        context.addIssue({ code: 'custom', message: error.message });
        return z.NEVER;
      }
    })
    .optional();
}

function textOf(value: YamlTree): string {
  if (value === null) return '';
  if (value instanceof PlainScalar) return value.text;
  if (typeof value === 'string') return value;
  throw new RangeError('holds a list or a mapping; write one text');
}

/** A text; an empty one is a key that is left out. */
export const nonEmptyText = field((value) => {
  const text = textOf(value);
  return text === '' ? undefined : text;
});

/** `true`, `false` and YAML 1.1's other words for them, without quotes. */
export const flag = field((value) => {
  const word = value instanceof PlainScalar ? value.text : '';
  if (TRUE.includes(word)) return true;
  if (FALSE.includes(word)) return false;
  throw new RangeError('is neither true nor false; write one of them, without quotes');
});

/** A whole number, without quotes. */
export const count = field((value) => {
  if (!(value instanceof PlainScalar) || !/^[-+]?(?:0|[1-9]\d*)$/.test(value.text)) {
    throw new RangeError('is no whole number; write one such as 10, without quotes');
  }
  return Number(value.text);
});

/** A duration in seconds; a bare number other than 0 is refused, where Go counts nanoseconds. */
export const duration = field((value) => {
  const seconds = parseGoDuration(textOf(value));
  if (seconds === undefined)
    throw new RangeError('is no duration; write one with its unit, such as 500ms or 1s');
  return seconds;
});

/** One of some texts; `table` says what each stands for, `what` it is in words. */
export function oneOf<T>(table: Readonly<Record<string, T>>, what: string) {
  return field((value) => lookUp(table, what, value));
}

/** A list of such texts. */
export function listOf<T>(table: Readonly<Record<string, T>>, what: string) {
  return field((value) => items(value).map((item) => lookUp(table, what, item)));
}

/** A list of texts. */
export const texts = field((value) => items(value).map(textOf));

/** A mapping of texts by any key; `check` throws a RangeError for one that will not do. */
export function textsByName<T>(check: (name: string, value: string) => T) {
  return field((value): ReadonlyMap<string, T> => {
    if (!isMapping(value)) throw new RangeError('is no mapping; write one "name: value" a line below it');
    return new Map(Object.entries(value).map(([name, item]) => [name, check(name, textOf(item))]));
  });
}

/** A mapping of exactly these fields. */
export function section<T extends z.ZodRawShape>(shape: T) {
  const keys = Object.keys(shape).join(', ');
  return z.preprocess(
    (value) => (value instanceof PlainScalar ? value.text : (value ?? {})),
    z.strictObject(shape, {
      error: (issue) =>
        issue.code === 'unrecognized_keys'
          ? `has the unknown key ${issue.keys.map((key) => JSON.stringify(key)).join(', ')}; it knows ${keys}`
          : `is no mapping; write one "key: value" a line, of ${keys}`,
    }),
  );
}

function items(value: YamlTree): YamlTree[] {
  if (!Array.isArray(value)) throw new RangeError('is no list; write one "- value" a line below it');
  return value;
}

function lookUp<T>(table: Readonly<Record<string, T>>, what: string, value: YamlTree): T {
  const names = Object.keys(table);
  const mend = `use ${names.length > 9 ? `one that docs/web-config.md lists, such as ${names[0] ?? ''}` : names.join(', ')}`;
  const name = textOf(value);
  const found = Object.hasOwn(table, name) ? table[name] : undefined;
  if (found === undefined) {
    throw new RangeError(`holds ${JSON.stringify(name)}, which is no ${what}; ${mend}`);
  }
  return found;
}

function isMapping(value: YamlTree): value is Record<string, YamlTree> {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof PlainScalar)
  );
}
