/** Labels of one sample. */
export type Labels = Readonly<Record<string, string>>;

/** One sample of an exposition. */
export interface Sample {
  readonly name: string;
  readonly labels: Labels;
  readonly value: number;
}

const SAMPLE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$/;
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\["\\n])*)"(?:,|$)/y;
const ESCAPES: Readonly<Record<string, string>> = { '\\n': '\n', '\\"': '"', '\\\\': '\\' };

/** A parsed exposition: what a strict reader of the text format 0.0.4 or of OpenMetrics 1.0.0 understands. */
export class Exposition {
  readonly samples: readonly Sample[];
  /** Metric family → its type. */
  readonly types: ReadonlyMap<string, string>;

  private constructor(samples: readonly Sample[], types: ReadonlyMap<string, string>) {
    this.samples = samples;
    this.types = types;
  }

  /** Throws on anything that is not exactly well formed: a series twice, a second TYPE, a missing last newline. */
  static parse(text: string): Exposition {
    if (!text.endsWith('\n')) throw new Error('an exposition must end in a newline');
    const samples: Sample[] = [];
    const types = new Map<string, string>();
    const seen = new Set<string>();
    const lines = text.slice(0, -1).split('\n');
    const isOpenMetrics = lines.at(-1) === '# EOF';
    lines.forEach((line, at) => {
      if (isOpenMetrics && at === lines.length - 1) return;
      // The text format allows blank lines, OpenMetrics does not.
      if (line === '' && !isOpenMetrics) return;
      const comment = /^# (HELP|TYPE) (\S+) (.+)$/.exec(line);
      if (comment) {
        const [, kind = '', family = '', rest = ''] = comment;
        if (kind === 'TYPE' && types.has(family)) throw new Error(`a second TYPE of ${family}`);
        if (kind === 'TYPE') types.set(family, rest);
        return;
      }
      const sample = parseSample(line);
      const identity = JSON.stringify([sample.name, Object.entries(sample.labels).sort()]);
      if (seen.has(identity)) throw new Error(`a series twice: ${line}`);
      seen.add(identity);
      samples.push(sample);
    });
    return new Exposition(samples, types);
  }

  /** Samples of this name with at least these labels. */
  all(name: string, labels: Labels = {}): Sample[] {
    return this.samples.filter(
      (sample) =>
        sample.name === name &&
        Object.entries(labels).every(([label, value]) => sample.labels[label] === value),
    );
  }

  /** The value of the one sample of this name with at least these labels; undefined where there is none. */
  value(name: string, labels: Labels = {}): number | undefined {
    const found = this.all(name, labels);
    if (found.length > 1) throw new Error(`more than one sample is ${name} ${JSON.stringify(labels)}`);
    return found[0]?.value;
  }
}

function parseSample(line: string): Sample {
  const [, name, body = '', value = ''] = SAMPLE.exec(line) ?? [];
  if (name === undefined) throw new Error(`not a sample: ${line}`);
  const labels: Record<string, string> = {};
  LABEL.lastIndex = 0;
  while (LABEL.lastIndex < body.length) {
    const [, label, escaped = ''] = LABEL.exec(body) ?? [];
    if (label === undefined || label in labels) throw new Error(`bad labels: ${line}`);
    labels[label] = escaped.replace(/\\./g, (escape) => ESCAPES[escape] ?? escape);
  }
  const number = Number(value.replace(/^([+-]?)Inf$/, '$1Infinity'));
  if (Number.isNaN(number) && value !== 'NaN') throw new Error(`not a number: ${line}`);
  return { name, labels, value: number };
}
