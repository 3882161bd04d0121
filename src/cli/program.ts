import { Command, CommanderError } from 'commander';

import { SET_STATES } from '../orphans/vocabulary.ts';
import { messageOf, UsageError } from '../errors.ts';
import { buildInfo, versionText } from '../version.ts';
import { addCleanupRequestFlags, type CleanupRequestFlags } from './cleanup-request-flags.ts';
import { addExporterFlags } from './exporter-flags.ts';
import { addCollectorFlags, addPerSetFlag, addServeFlags, type ServeFlags } from './flags.ts';
import type { Lifetime } from './lifetime.ts';
import type { ListFlags } from './list.ts';
import { metrics, type MetricsFlags } from './metrics.ts';
import { addOrphanFlags } from './orphan-flags.ts';
import { serve } from './serve.ts';
import { addSetFilterFlags } from './set-filter.ts';
import type { Terminal } from './terminal.ts';

/** Runs the command that `argv` (without node and script) names; resolves to the exit status. */
export async function run(argv: readonly string[], terminal: Terminal, lifetime: Lifetime): Promise<number> {
  let status = 0;
  const program = createProgram(terminal, lifetime, (result) => (status = result));
  try {
    refuseUnknownCommand(program, argv[0]);
    await program.parseAsync([...argv], { from: 'user' });
    return status;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode;
    terminal.err(`sysvsem-exporter: ${messageOf(error)}\n`);
    return 1;
  }
}

/** Without this, a misspelt command would be taken for an argument of the default one. */
function refuseUnknownCommand(program: Command, first = '--'): void {
  const names = [...program.commands.map((command) => command.name()), 'help'];
  if (first.startsWith('-') || names.includes(first)) return;
  throw new UsageError(`unknown command '${first}': use one of ${names.join(', ')}`);
}

function createProgram(terminal: Terminal, lifetime: Lifetime, done: (status: number) => void): Command {
  const program = new Command('sysvsem-exporter')
    .description('Prometheus exporter for System V semaphore sets.')
    .version(versionText(buildInfo()), '--version', 'print the version')
    .exitOverride()
    .configureOutput({
      writeOut: terminal.out,
      writeErr: terminal.err,
      getOutHelpWidth: () => terminal.columns ?? 100,
      outputError: (message, write) => {
        write(message.replace(/^error: /, 'sysvsem-exporter: '));
      },
    });

  const serving = addServeFlags(program.command('serve', { isDefault: true }))
    .description('collect periodically and serve the metrics over HTTP (the default command)')
    .action(async (flags: ServeFlags) => {
      await serve(flags, terminal.err, lifetime);
    });

  const listing = program
    .command('list')
    .description('print one table of the sets here and now, as the running exporter knows them')
    .optionsGroup('What to print:')
    .option('--json', 'print JSON, the objects of /api/v1/sets', false)
    .action(async (flags: ListFlags) => {
      // Loaded only now: the exporter itself has no use for what reads an exporter's answers.
      const { list } = await import('./list.ts');
      await list(flags, terminal, lifetime.stop);
    });
  addSetFilterFlags(listing, `only sets in this state (${SET_STATES.join(', ')})`);
  addOrphanFlags(addCollectorFlags(addExporterFlags(listing))).addHelpText(
    'after',
    '\nThe machine is read, and its sets are judged, only where no exporter answers.',
  );

  addCleanupRequestFlags(program.command('cleanup'))
    .description('ask the running exporter which orphans it would remove, and with --apply to remove them')
    .action(async (flags: CleanupRequestFlags) => {
      const { cleanup } = await import('./cleanup.ts');
      done(await cleanup(flags, terminal, process.stdin, lifetime.stop));
    });

  addOrphanFlags(addPerSetFlag(addCollectorFlags(program.command('metrics'))))
    .description("collect once and print the metrics, for node_exporter's textfile collector")
    .optionsGroup('Where to:')
    .option('--output <file>', 'replace this file in one step instead of printing')
    .action(async (flags: MetricsFlags) => {
      done(await metrics(flags, terminal, lifetime.stop));
    });

  return program.addHelpText(
    'after',
    () => `\nFlags of serve, the default command:\n\n${flagsOf(serving)}${EXAMPLES}`,
  );
}

/** A command's help without its first lines, which say what the command's name already told. */
function flagsOf(command: Command): string {
  return command.helpInformation().split('\n\n').slice(2).join('\n\n');
}

const EXAMPLES = `
Examples:
  sysvsem-exporter                                          serve on every address, port 10188
  sysvsem-exporter --web.listen-address=127.0.0.1:10188     serve on this machine only
  sysvsem-exporter list --owner www-data                    the sets of www-data, here and now
  sysvsem-exporter cleanup --token-file FILE                what could be removed, and why; --apply removes it
  sysvsem-exporter metrics --output /var/lib/node_exporter/sysvsem.prom
`;
