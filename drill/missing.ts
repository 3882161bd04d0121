import { missingPrograms, namespacesRefused, PROGRAMS } from '../test/support/requirements.ts';
import type { ProgramName } from '../test/support/requirements.ts';

/** Programs that either runs. */
const NEEDED: readonly ProgramName[] = [
  'apache2',
  'ipcs',
  'nsenter',
  'perl',
  'prometheus',
  'prometheus-alertmanager',
  'setpriv',
  'unshare',
];

/** What keeps the drill, or the demo, from running here and what to do about it, one sentence; null where nothing does. */
export function whatIsMissing(what: 'drill' | 'demo'): string | null {
  if (process.getuid?.() !== 0)
    return `The ${what} needs root, because it makes IPC namespaces of its own and users of several kinds: sudo npm run ${what}.`;
  const missing = missingPrograms().filter((name) => NEEDED.includes(name));
  if (missing.length > 0) {
    const packages = [...new Set(missing.map((name) => PROGRAMS[name]))].join(' ');
    return `The ${what} needs ${missing.join(', ')}: apt-get install --no-install-recommends ${packages}.`;
  }
  const refused = namespacesRefused();
  return refused === null ? null : `The ${what} needs IPC namespaces of its own, but ${refused}.`;
}
