import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Dashboard } from './dashboard.ts';

/** The folder of the dashboards. */
const DASHBOARDS = fileURLToPath(new URL('../../dashboards/', import.meta.url));

/** Uids of the dashboards that are shipped (docs of the contract); each file is called by one. */
export const UIDS = ['sysvsem-host', 'sysvsem-fleet'] as const;

/** Every JSON file below dashboards/: path there → text. */
export function committedFiles(): ReadonlyMap<string, string> {
  const paths = readdirSync(DASHBOARDS, { recursive: true, encoding: 'utf8' }).filter((path) =>
    path.endsWith('.json'),
  );
  return new Map(paths.sort().map((path) => [path, readFileSync(`${DASHBOARDS}${path}`, 'utf8')]));
}

/** A committed dashboard, read anew. */
export function committed(uid: string): Dashboard {
  return JSON.parse(readFileSync(`${DASHBOARDS}${uid}.json`, 'utf8')) as Dashboard;
}

/** A committed dashboard as one that is imported, read anew. */
export function committedImportable(uid: string): Importable {
  return JSON.parse(readFileSync(`${DASHBOARDS}importable/${uid}.json`, 'utf8')) as Importable;
}

/** A dashboard as grafana.com takes it: what it asks for when it is imported, and what it needs. */
export interface Importable extends Dashboard {
  readonly __inputs: readonly {
    readonly name: string;
    readonly label: string;
    readonly description?: string;
    readonly type: string;
    readonly pluginId: string;
    readonly pluginName: string;
  }[];
  readonly __requires: readonly {
    readonly type: string;
    readonly id: string;
    readonly name: string;
    readonly version: string;
  }[];
  readonly __elements?: object;
}
