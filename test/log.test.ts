import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLog, LOG_FORMATS, LOG_LEVELS, type Log, type LogFormat, type LogLevel } from '../src/log.ts';

function logOf(format: LogFormat = 'logfmt', level: LogLevel = 'debug'): { log: Log; lines: string[] } {
  const lines: string[] = [];
  const now = () => new Date('2026-11-22T10:00:00.123Z');
  return { log: createLog({ level, format, write: (line) => lines.push(line), now }), lines };
}

describe('createLog', () => {
  it('writes a line as slog does', () => {
    const { log, lines } = logOf();
    log.info('Listening on', { address: '[::]:10188', tls: false, sets: 3, why: null });
    expect(lines).toEqual([
      'time=2026-11-22T10:00:00.123Z level=INFO source=main msg="Listening on" address=[::]:10188 tls=false sets=3 why=null\n',
    ]);
  });

  it('writes a line of JSON', () => {
    const { log, lines } = logOf('json');
    log.for('web').error('No "luck"', { tls: false });
    expect(lines).toEqual([
      '{"time":"2026-11-22T10:00:00.123Z","level":"ERROR","source":"web","msg":"No \\"luck\\"","tls":false}\n',
    ]);
  });

  it.each([
    ['debug', ['debug', 'info', 'warn', 'error']],
    ['info', ['info', 'warn', 'error']],
    ['warn', ['warn', 'error']],
    ['error', ['error']],
  ] as const)('at level %s writes %j', (level, written) => {
    const { log, lines } = logOf('logfmt', level);
    for (const each of LOG_LEVELS) log.for('part')[each](each);
    expect(lines.map((line) => /msg=(\w+)/.exec(line)?.[1])).toEqual(written);
  });

  it.each([
    ['', '""'],
    ['two words', '"two words"'],
    ['a=b', '"a=b"'],
    ['a"b', '"a\\"b"'],
    ['C:\\x', '"C:\\\\x"'],
    ['one\nlevel=ERROR', '"one\\nlevel=ERROR"'],
    ['é', 'é'],
    ['\u009b2J', '"\\u009b2J"'],
    ['\u202ex', '"\\u202ex"'],
    ['\u007f', '"\\u007f"'],
    ['\u2028', '"\\u2028"'],
    ['\u{e0001}', '"\\udb40\\udc01"'],
  ])('writes the value %j as %s', (value, text) => {
    const { log, lines } = logOf();
    log.info('x', { value });
    expect(lines[0]).toMatch(/ msg=x value=/);
    expect(lines[0]?.slice(lines[0].indexOf('value=') + 6)).toBe(`${text}\n`);
  });

  it('writes one line of nothing that a terminal obeys, whatever a value holds, and JSON holds it whole', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...LOG_FORMATS),
        fc.array(fc.integer({ min: 0, max: 0x10_ffff })).map((points) => String.fromCodePoint(...points)),
        (format, value) => {
          const { log, lines } = logOf(format);
          log.info(value, { value });
          expect(lines).toHaveLength(1);
          const [line = ''] = lines;
          expect(line.slice(0, -1)).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
          expect(line.endsWith('\n')).toBe(true);
          if (format === 'json') expect(JSON.parse(line)).toMatchObject({ msg: value, value });
        },
      ),
    );
  });
});
