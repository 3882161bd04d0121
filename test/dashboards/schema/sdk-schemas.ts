import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import {
  DEFAULT_CONFIG,
  SchemaGenerator,
  createFormatter,
  createParser,
  createProgram,
} from 'ts-json-schema-generator';
import type { Schema } from 'ts-json-schema-generator';

/** Where the SDK declares its types, a folder each for the dashboard, for Prometheus and for every kind of panel. */
const SDK = join(
  dirname(createRequire(import.meta.url).resolve('@grafana/grafana-foundation-sdk/dashboard')),
  '..',
);

/** As little of TypeScript's own libraries as will do: reading them is what takes the time. */
const TSCONFIG = join(import.meta.dirname, 'sdk.tsconfig.json');

/** A type of the SDK, such as `Options` in `timeseries`. */
interface SdkType {
  readonly folder: string;
  readonly name: string;
}

/** JSON schemas of the SDK's types, in the order asked; null for one that the SDK does not have. Takes a second. */
export function sdkSchemas(types: readonly SdkType[]): (Schema | null)[] {
  const folders = readdirSync(SDK).filter((folder) => types.some((type) => type.folder === folder));
  const config = {
    ...DEFAULT_CONFIG,
    path: join(SDK, `{${folders.join(',')},}`, 'types.gen.d.ts'),
    tsconfig: TSCONFIG,
    skipTypeCheck: true,
    jsDoc: 'none' as const,
    topRef: false,
    // What only marks a type as a query is no key of its JSON.
    functions: 'hide' as const,
  };
  const program = createProgram(config);
  const generator = new SchemaGenerator(
    program,
    createParser(program, config),
    createFormatter(config),
    config,
  );
  return types.map(({ folder, name }) => {
    const statements = program.getSourceFile(join(SDK, folder, 'types.gen.d.ts'))?.statements ?? [];
    const declaration = statements.find(
      (statement) => 'name' in statement && (statement.name as { text?: string }).text === name,
    );
    return declaration === undefined ? null : generator.createSchemaFromNodes([declaration]);
  });
}
