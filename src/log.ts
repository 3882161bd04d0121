/** Levels of the log, least severe first. */
export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;

/** One of {@link LOG_LEVELS}. */
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Formats of the log. */
export const LOG_FORMATS = ['logfmt', 'json'] as const;

/** One of {@link LOG_FORMATS}. */
export type LogFormat = (typeof LOG_FORMATS)[number];

/** Values that go with a message, by key. */
export type LogFields = Readonly<Record<string, string | number | boolean | null>>;

/** A log in the style of Go's slog, which the other exporters of a host write too. */
export interface Log {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** The same log for another part of the exporter, named in `source`. */
  for(source: string): Log;
}

/** How and where a log is written. */
export interface LogOptions {
  readonly level: LogLevel;
  readonly format: LogFormat;
  /** Takes one line with its newline. */
  readonly write: (line: string) => void;
  readonly now?: () => Date;
}

/** A log that writes one line a record: `time`, `level`, `source`, `msg`, then the fields. */
export function createLog(options: LogOptions, source = 'main'): Log {
  const threshold = LOG_LEVELS.indexOf(options.level);
  const render = options.format === 'json' ? escaped : renderLogfmt;
  const at =
    (level: LogLevel) =>
    (message: string, fields: LogFields = {}): void => {
      if (LOG_LEVELS.indexOf(level) < threshold) return;
      const time = (options.now?.() ?? new Date()).toISOString();
      options.write(`${render({ time, level: level.toUpperCase(), source, msg: message, ...fields })}\n`);
    };
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    for: (part) => createLog(options, part),
  };
}

function renderLogfmt(record: LogFields): string {
  return Object.entries(record)
    .map(([key, value]) => `${key}=${quoted(String(value))}`)
    .join(' ');
}

/** As slog's text handler: quoted where a space, a quote, an equals sign or an unprintable character stands in it. */
function quoted(value: string): string {
  return /^[^\s"=\\\p{C}]+$/u.test(value) ? value : escaped(value);
}

/** As JSON, in which nothing is left that a terminal would obey: not C1 controls nor bidirectional marks either. */
function escaped(value: LogFields | string): string {
  return JSON.stringify(value).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) =>
    Array.from(
      { length: character.length },
      (_, unit) => `\\u${character.charCodeAt(unit).toString(16).padStart(4, '0')}`,
    ).join(''),
  );
}
