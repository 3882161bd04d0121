import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The folder of the examples. */
export const DEPLOY = join(import.meta.dirname, '..', '..', 'deploy');

/** Path of a file in deploy/systemd/. */
export function unitPath(name: string): string {
  return join(DEPLOY, 'systemd', name);
}

/** The settings of a unit file: all values of a key, in their order. No key of ours stands in two sections. */
export function settingsOf(name: string): ReadonlyMap<string, readonly string[]> {
  const settings = new Map<string, string[]>();
  for (const line of readFileSync(unitPath(name), 'utf8')
    .replace(/ *\\\n */g, ' ')
    .split('\n')) {
    const [, key = '', value = ''] = /^([A-Za-z]+)=(.*)$/.exec(line) ?? [];
    if (key !== '') settings.set(key, [...(settings.get(key) ?? []), value]);
  }
  return settings;
}
