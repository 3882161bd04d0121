import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ts from 'typescript';

/** src/kernel as JavaScript in a folder that any user may read, for tests that look at the machine as somebody else. */
export interface CompiledKernel {
  readonly folder: string;
  remove(): void;
}

/** Compiles src/kernel, without a look at its types, into a new temporary folder. */
export function compileKernel(): CompiledKernel {
  const folder = mkdtempSync(join(tmpdir(), 'kernel-'));
  chmodSync(folder, 0o755);
  mkdirSync(join(folder, 'kernel'));
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  const source = new URL('../../src/', import.meta.url);
  const kernel = readdirSync(new URL('kernel/', source)).map((name) => `kernel/${name}`);
  for (const path of ['errors.ts', ...kernel]) {
    const { outputText } = ts.transpileModule(readFileSync(new URL(path, source), 'utf8'), {
      compilerOptions: {
        target: ts.ScriptTarget.ES2022,
        module: ts.ModuleKind.ESNext,
        verbatimModuleSyntax: true,
        rewriteRelativeImportExtensions: true,
      },
    });
    writeFileSync(join(folder, path.replace(/\.ts$/, '.js')), outputText);
  }
  return {
    folder,
    remove: () => {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
