import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RenderedRunbook } from './render-markdown.ts';

/** The shipped runbooks: `docs/runbooks` of the package, whether it runs from the sources or compiled. */
const RUNBOOKS_FOLDER = fileURLToPath(new URL('../../../docs/runbooks', import.meta.url));

/** An alert's name, as a file of the folder has it; README.md is for who reads the folder itself. */
const FILE = /^(?!README\.)([A-Za-z][A-Za-z0-9]{0,63})\.md$/;

/** A runbook, ready to be put on a page. */
export interface Runbook extends RenderedRunbook {
  /** Name of the alert it is for. */
  readonly name: string;
}

/** The runbooks of one folder, listed when this is made; each is read and rendered when it is first asked for. */
export class Runbooks {
  /** Names of the alerts, in alphabetical order. */
  readonly names: readonly string[];
  readonly #folder: string;
  readonly #pages = new Map<string, Promise<Runbook>>();

  /** A folder that does not exist, or cannot be read, has no runbooks. */
  constructor(folder: string = RUNBOOKS_FOLDER) {
    this.#folder = folder;
    this.names = namesIn(folder);
  }

  /** One runbook; null where there is none of that name. Rejects where its file cannot be read any more. */
  async get(name: string): Promise<Runbook | null> {
    // A name that is asked for never becomes part of a path unless the folder has it.
    const known = this.names.find((other) => other === name);
    if (known === undefined) return null;
    let page = this.#pages.get(known);
    if (page === undefined) {
      page = this.#read(known);
      this.#pages.set(known, page);
      page.catch(() => this.#pages.delete(known));
    }
    return page;
  }

  /** All of them, in the order of their names. */
  async all(): Promise<readonly Runbook[]> {
    const runbooks = await Promise.all(this.names.map((name) => this.get(name)));
    return runbooks.filter((runbook) => runbook !== null);
  }

  async #read(name: string): Promise<Runbook> {
    const markdown = await readFile(join(this.#folder, `${name}.md`), 'utf8');
    // Loaded only now: most exporters are never asked for a page of prose.
    const { renderMarkdown } = await import('./render-markdown.ts');
    return { name, ...renderMarkdown(markdown, this.names) };
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .flatMap((entry) => (entry.isFile() ? (FILE.exec(entry.name)?.[1] ?? []) : []))
      .sort();
  } catch {
    return [];
  }
}
