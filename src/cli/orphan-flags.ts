import { join } from 'node:path';

import { Option, type Command } from 'commander';

import type { OrphanConfig } from '../orphans/orphan-watch.ts';
import { APACHE, type Profile } from '../orphans/profiles.ts';
import { durationDefault, durationValue } from './option-values.ts';

/** Flags that say how sets are judged. */
export interface OrphanFlags {
  readonly 'collector.orphans': boolean;
  readonly 'orphans.minAge': number;
  readonly 'orphans.profilesFile'?: string;
  readonly 'state.file'?: string;
}

/** Adds the flags of {@link OrphanFlags}; the state file is in the folder that systemd names in STATE_DIRECTORY, if it does. */
export function addOrphanFlags(command: Command): Command {
  const [folder = ''] = (process.env['STATE_DIRECTORY'] ?? '').split(':');
  return command
    .optionsGroup('Judging the sets:')
    .option('--no-collector.orphans', 'do not judge which sets are orphans')
    .addOption(new Option('--collector.orphans', 'judge which sets are orphans').default(true))
    .addOption(
      new Option('--orphans.min-age <duration>', 'call no set an orphan before it has been watched this long')
        .argParser(durationValue)
        .default(...durationDefault('60s')),
    )
    .option(
      '--orphans.profiles-file <file>',
      'YAML of the programs whose sets can be told, beside the built-in apache',
    )
    .addOption(
      new Option('--state.file <file>', 'where the ledger of the sets survives a restart').default(
        folder === '' ? undefined : join(folder, 'ledger.json'),
        '$STATE_DIRECTORY/ledger.json under systemd',
      ),
    );
}

/** How these flags say that sets are judged. Rejects with a UsageError for a profiles file that cannot be used. */
export async function orphanConfig(flags: OrphanFlags, watches: boolean): Promise<OrphanConfig | null> {
  if (!flags['collector.orphans']) return null;
  return {
    profiles: await profilesOf(flags['orphans.profilesFile']),
    minAgeSeconds: flags['orphans.minAge'] / 1000,
    stateFile: flags['state.file'] ?? null,
    watches,
  };
}

/** The parser of the file is loaded only where there is one: it is no small weight. */
async function profilesOf(file: string | undefined): Promise<readonly Profile[]> {
  if (file === undefined) return [APACHE];
  const { readProfiles } = await import('../orphans/profiles-file.ts');
  return readProfiles(file);
}
