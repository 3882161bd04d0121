import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** The folder of the project. */
const ROOT = join(import.meta.dirname, '..', '..');

/** Refuses to test an old build: what these tests run is dist/, and `npm test` builds it first. */
export default function setup(): void {
  const built = newest(join(ROOT, 'dist'), '.js');
  if (built === 0) throw new Error('There is no dist/ to test: run `npm run build` first.');
  if (built < newest(join(ROOT, 'src'), '.ts')) {
    throw new Error('dist/ is older than src/: run `npm run build` first.');
  }
}

/** Time of the last change to a file with this suffix, milliseconds since the epoch; 0 where there is none. */
function newest(folder: string, suffix: string): number {
  let time = 0;
  try {
    for (const entry of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
      if (entry.endsWith(suffix)) time = Math.max(time, statSync(join(folder, entry)).mtimeMs);
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  return time;
}
