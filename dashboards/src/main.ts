import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { dashboardFiles } from './files.ts';

// Writes the dashboards that Grafana reads: `npm run dashboards`.
const folder = fileURLToPath(new URL('..', import.meta.url));
for (const [path, text] of dashboardFiles()) {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
