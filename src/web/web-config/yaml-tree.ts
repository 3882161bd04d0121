import { LineCounter, parseAllDocuments, visit, type Document } from 'yaml';

/** A scalar written without quotes: what it means depends on the key it stands under. */
export class PlainScalar {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** YAML as it was written: quoted scalars are strings, no type has been guessed yet. */
export type YamlTree = null | string | PlainScalar | YamlTree[] | { [key: string]: YamlTree };

/** How YAML writes nothing. */
const NULLS = ['', '~', 'null', 'Null', 'NULL'];

/**
 * The first document of a YAML text, null where there is none. Anchors and merge keys are resolved. Throws a
 * SyntaxError that names the line, never its text: the file holds secrets.
 */
export function parseYaml(text: string): YamlTree {
  const lineCounter = new LineCounter();
  const documents = parseAllDocuments(text, {
    // Everything is a string, as in Go where the type of the field decides: a user may be called `yes` or `007`.
    schema: 'failsafe',
    merge: true,
    uniqueKeys: true,
    prettyErrors: false,
    logLevel: 'silent',
    lineCounter,
  });
  const document = 'empty' in documents ? undefined : documents[0];
  if (document === undefined) return null;
  const [error] = document.errors;
  if (error !== undefined) {
    const { line } = lineCounter.linePos(error.pos[0]);
    throw new SyntaxError(
      error.code === 'DUPLICATE_KEY'
        ? `line ${line} names a key a second time; keep one of the two`
        : `line ${line} is not valid YAML (${error.code}); mend it there or just above`,
    );
  }
  markPlainScalars(document);
  try {
    return document.toJS({ maxAliasCount: 100 }) as YamlTree;
  } catch (error) {
    throw new SyntaxError('an alias (*name) has no anchor or is used too often; write it out', {
      cause: error,
    });
  }
}

function markPlainScalars(document: Document): void {
  visit(document, {
    Scalar(key, node) {
      if (key === 'key' || node.type !== 'PLAIN' || node.tag === 'tag:yaml.org,2002:str') return;
      const text = node.source ?? '';
      node.value = NULLS.includes(text) ? null : new PlainScalar(text);
    },
  });
}
