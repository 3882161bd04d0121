import { Option, type Command } from 'commander';

import { formatDuration } from '../duration.ts';
import { UsageError } from '../errors.ts';
import { addExporterFlags, readFlagFile, type ExporterFlags } from './exporter-flags.ts';
import { countValue, durationValue } from './option-values.ts';
import { addSetFilterFlags, setFilter } from './set-filter.ts';

/** Flags of `cleanup`. */
export interface CleanupRequestFlags extends ExporterFlags {
  readonly apply: boolean;
  readonly yes: boolean;
  readonly json: boolean;
  readonly owner?: readonly string[];
  readonly state?: readonly string[];
  /** Milliseconds. */
  readonly minAge?: number;
  readonly maxSets?: number;
  readonly tokenFile?: string;
}

/** Adds the flags of {@link CleanupRequestFlags}. */
export function addCleanupRequestFlags(command: Command): Command {
  command
    .optionsGroup('What to do:')
    .option('--apply', 'remove what is planned, after a question', false)
    .option('--yes', 'with --apply: do not ask; required where stdin is no terminal', false)
    .option('--json', 'print JSON, the answer of POST /api/v1/cleanup', false)
    .optionsGroup('Which sets:');
  addSetFilterFlags(command, 'orphaned, which is the default, or suspected')
    .addOption(
      new Option('--min-age <duration>', 'only sets that have not changed for so long').argParser(
        durationValue,
      ),
    )
    .addOption(new Option('--max-sets <number>', 'remove at most so many').argParser(countValue));
  return addExporterFlags(command).option(
    '--token-file <file>',
    'file whose first token the exporter knows (its --cleanup.token-file)',
  );
}

/** What a plan is asked for with, as POST /api/v1/cleanup takes it. Throws a UsageError. */
export function planRequest(flags: CleanupRequestFlags): object {
  const { owners, states } = setFilter(flags);
  return {
    dryRun: true,
    ...(owners.length > 0 && { owners }),
    ...(states.length > 0 && { states }),
    ...(flags.minAge !== undefined && { minAge: formatDuration(flags.minAge) }),
    ...(flags.maxSets !== undefined && { maxSets: flags.maxSets }),
  };
}

/** Refuses flags that leave open what is wanted. Throws a UsageError. */
export function refuseUnclearOrder(
  { apply, yes, json }: Pick<CleanupRequestFlags, 'apply' | 'yes' | 'json'>,
  canAsk: boolean,
): void {
  if (yes && !apply)
    throw new UsageError('--yes answers the question of --apply: give --apply too, or leave --yes out');
  if (!apply || yes) return;
  if (!canAsk)
    throw new UsageError(
      '--apply cannot ask here, stdin is no terminal: give --yes too, or leave --apply out to see the plan',
    );
  if (json) throw new UsageError('--apply with --json does not show what it would ask about: give --yes too');
}

/** The first token of `--token-file`, whose other lines are empty or begin with `#`. Throws a UsageError that never quotes a line. */
export function tokenOf({ tokenFile }: Pick<CleanupRequestFlags, 'tokenFile'>): string {
  if (tokenFile === undefined)
    throw new UsageError(
      '--token-file is missing: name the file that the exporter has as --cleanup.token-file, as in ' +
        'sysvsem-exporter cleanup --token-file /etc/sysvsem-exporter/cleanup-tokens',
    );
  const lines = readFlagFile('--token-file', tokenFile).split('\n');
  const token = lines.map((line) => line.trim()).find((line) => line !== '' && !line.startsWith('#'));
  if (token === undefined || !/^[\x21-\x7e]+$/.test(token))
    throw new UsageError(
      `--token-file ${tokenFile} holds no token: name the file that the exporter has as --cleanup.token-file`,
    );
  return token;
}
