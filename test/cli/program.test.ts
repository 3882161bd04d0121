import { describe, expect, it } from 'vitest';
import { run } from '../../src/cli/program.ts';

/** What a command line prints, and its exit status; for those that end before anything is collected. */
async function outcomeOf(...argv: string[]): Promise<{ status: number; out: string; err: string }> {
  let out = '';
  let err = '';
  const terminal = {
    out: (text: string) => void (out += text),
    err: (text: string) => void (err += text),
    columns: 100,
  };
  // A command that went on in spite of its flags would be stopped at once.
  const status = await run(argv, terminal, { stop: AbortSignal.abort(), reload: new EventTarget() });
  return { status, out, err };
}

// Those of the public contract that a command has today.
const COLLECTOR = ['--collector.timeout', '--collector.source', '--collector.ipcs-path', '--path.procfs'];
const EXPORTER = ['--exporter.url', '--ca-file', '--user', '--password-file'];
const SERVE = [
  ...COLLECTOR,
  '--web.listen-address',
  '--web.telemetry-path',
  '--web.max-requests',
  '--web.disable-exporter-metrics',
  '--collector.interval',
  '--collector.per-set',
  '--log.level',
  '--log.format',
];

describe('the command line', () => {
  it('prints its version', async () => {
    const { status, out, err } = await outcomeOf('--version');
    expect(out).toMatch(
      /^sysvsem-exporter, version \S+ \(branch: \S+, revision: \S+\)\n {2}node version: .*\n.*\n$/,
    );
    expect({ status, err }).toEqual({ status: 0, err: '' });
  });

  it.each([['--help'], ['-h'], ['help']])('explains commands, flags and examples at %s', async (flag) => {
    const { status, out, err } = await outcomeOf(flag);
    expect({ status, err }).toEqual({ status: 0, err: '' });
    for (const text of ['serve', 'list', 'metrics', 'Examples:', ...SERVE]) expect(out).toContain(text);
  });

  it.each([
    ['serve', SERVE],
    ['list', [...COLLECTOR, ...EXPORTER, '--json', '--owner', '--state']],
    ['metrics', [...COLLECTOR, '--collector.per-set', '--output']],
    [
      'cleanup',
      [
        ...EXPORTER,
        ...['--token-file', '--apply', '--yes', '--json'],
        ...['--owner', '--state', '--min-age', '--max-sets'],
      ],
    ],
  ])('explains each flag of %s', async (command, flags) => {
    for (const argv of [
      [command, '--help'],
      ['help', command],
    ]) {
      const { status, out } = await outcomeOf(...argv);
      expect(status).toBe(0);
      for (const flag of flags) expect(out).toMatch(new RegExp(`^  (-., )?${flag}\\b`, 'm'));
    }
  });

  it('shows the defaults as a user would write them', async () => {
    const help = (await outcomeOf('serve', '--help')).out.replace(/\s+/g, ' ');
    for (const value of [
      '15s',
      '10s',
      ':10188',
      '"/metrics"',
      '40',
      '"ipcs"',
      '"/proc"',
      '"info"',
      '"logfmt"',
    ]) {
      expect(help).toContain(`default: ${value})`);
    }
  });

  it.each([
    [['--colector.interval=5s'], '--colector.interval'],
    [['--collector.interval=5'], '--collector.interval'],
    [['--collector.interval=5'], '15s, 1m30s, 500ms or 0'],
    [['--collector.timeout=0'], 'It must be longer than 0.'],
    [['--collector.source=magic'], 'ipcs, procfs'],
    [['--collector.ipcs-path'], 'argument missing'],
    [['--web.max-requests=-1'], '--web.max-requests'],
    [['--log.level=loud'], 'debug, info, warn, error'],
    [['--log.format=xml'], 'logfmt, json'],
    [['--log.level', 'debug', 'surplus'], 'too many arguments'],
    [['list', 'surplus'], 'too many arguments'],
    [['list', '--web.max-requests=1'], '--web.max-requests'],
    [['list', '--state', 'lost'], 'use one of in_use, held, keyed, suspected, orphaned, unknown'],
    [['cleanup'], '--token-file is missing'],
    [['cleanup', '--yes'], 'give --apply too'],
    [['cleanup', '--min-age=5'], '15s, 1m30s, 500ms or 0'],
    [['cleanup', '--state', 'lost'], '--state lost'],
    [['cleanup', 'surplus'], 'too many arguments'],
    [['help', 'me'], ''],
    [['lst'], "unknown command 'lst': use one of serve, list, cleanup, metrics, help"],
    [[''], "unknown command ''"],
  ])('refuses %j with status 1 and says why', async (argv, why) => {
    const { status, out, err } = await outcomeOf(...argv);
    expect(status).toBe(1);
    expect(out).toBe('');
    expect(err).toContain(why);
    if (why !== '') expect(err).toMatch(/^sysvsem-exporter: .*\n(\(Did you mean .*\n)?$/);
    expect(err).not.toMatch(/\n\s+at /);
  });
});
