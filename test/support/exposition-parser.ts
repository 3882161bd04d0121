/** One metric of a parsed exposition. */
interface ParsedFamily {
  readonly type: string;
  readonly help: string;
  /** Series as written, `name{label="value",…}` with the labels unescaped and sorted, and its value. */
  readonly samples: Map<string, number>;
}

const COMMENT = /^# (HELP|TYPE) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.*)$/;
const SAMPLE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$/;
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)"(?:,|$)/y;
const NUMBER = /^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/;
const SUFFIXES: Readonly<Record<string, readonly string[]>> = {
  histogram: ['_bucket', '_sum', '_count'],
};

/** A series as {@link ParsedFamily} names it. */
export function series(name: string, labels: Readonly<Record<string, string>>): string {
  return `${name}${JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)))}`;
}

function parseLabels(text: string): Record<string, string> {
  const labels: Record<string, string> = {};
  LABEL.lastIndex = 0;
  while (LABEL.lastIndex < text.length) {
    const match = LABEL.exec(text);
    if (match === null) throw new Error(`labels that cannot be read: ${text}`);
    const [, name = '', escaped = ''] = match;
    if (name in labels) throw new Error(`label ${name} stands twice: ${text}`);
    labels[name] = escaped.replace(/\\([\\"n])/g, (_, char: string) => (char === 'n' ? '\n' : char));
  }
  return labels;
}

/**
 * Reads an exposition strictly: HELP and TYPE once and before the samples, families in one piece, no series
 * twice, finite values, no timestamps, and for OpenMetrics no empty line, counters named without _total and
 * `# EOF` at the very end. Throws an Error that quotes what is wrong.
 */
export function parseExposition(text: string, format: 'text' | 'openmetrics'): Map<string, ParsedFamily> {
  if (!text.endsWith('\n')) throw new Error('an exposition ends in a newline');
  const lines = text.slice(0, -1).split('\n');
  if (format === 'openmetrics' && lines.pop() !== '# EOF') throw new Error('OpenMetrics ends in # EOF');
  const families = new Map<string, ParsedFamily>();
  let current: { name: string; family: ParsedFamily } | undefined;
  let help: { name: string; text: string } | undefined;
  for (const line of lines) {
    if (line === '' && format === 'text') continue;
    const comment = COMMENT.exec(line);
    if (comment !== null) {
      const [, kind, name = '', rest = ''] = comment;
      if (kind === 'HELP') {
        if (families.has(name)) throw new Error(`family ${name} stands twice`);
        help = { name, text: rest };
      } else {
        if (help?.name !== name) throw new Error(`TYPE of ${name} without its HELP before it`);
        current = { name, family: { type: rest, help: help.text, samples: new Map() } };
        families.set(name, current.family);
      }
      continue;
    }
    const sample = SAMPLE.exec(line);
    if (sample === null || current === undefined) throw new Error(`a line that cannot be read: ${line}`);
    const [, name = '', labels = '', value = ''] = sample;
    const { type, samples } = current.family;
    const suffixes = SUFFIXES[type] ?? [type === 'counter' && format === 'openmetrics' ? '_total' : ''];
    if (!suffixes.some((suffix) => name === `${current?.name ?? ''}${suffix}`)) {
      throw new Error(`a sample outside its ${type} ${current.name}: ${line}`);
    }
    if (!NUMBER.test(value)) throw new Error(`a value that is no finite number: ${line}`);
    const id = series(name, parseLabels(labels));
    if (samples.has(id)) throw new Error(`a series that stands twice: ${line}`);
    samples.set(id, Number(value));
  }
  return families;
}
