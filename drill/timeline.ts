import { styleText } from 'node:util';
import type { ReceivedAlert } from '../test/support/alert-receiver.ts';
import { asMinutes, asSeconds } from './words.ts';

/** Who may speak on a timeline. */
export type Speaker =
  | 'Apache'
  | 'error_log'
  | 'neighbour'
  | 'zabbix'
  | 'postgres'
  | 'exporter'
  | 'Alertmanager'
  | 'on-call'
  | 'logrotate';

type Style = Parameters<typeof styleText>[0];

/** What a line is, which decides its colour. */
export type Tone = 'plain' | 'good' | 'warning' | 'bad';

/** Where a timeline goes. */
export interface Output {
  readonly print: (line: string) => void;
  /** Whether it is a terminal that shows colours. */
  readonly colours: boolean;
}

/** No line is longer, as far as its words are not. */
export const WIDTH = 100;
/** Columns: 6 of the rules' time, 8 of the clock, 12 of who speaks, and gaps. */
const TEXT_AT = 31;
const COLOURS = { good: 'green', warning: 'yellow', bad: 'red' } as const;
const TONES: Readonly<Record<string, Tone>> = { critical: 'bad', warning: 'warning' };

/** Tells what happens while it happens: when in the rules' time, when by the clock, who speaks, and what. */
export class Timeline {
  readonly #output: Output;
  readonly #factor: number;
  readonly #startedAt = Date.now();
  readonly #firing = new Map<string, boolean>();
  #isDescribed = false;

  /** Begins now, with the heading; `factor` is how much faster than the clock the rules' time runs. */
  constructor(output: Output, factor: number) {
    this.#output = output;
    this.#factor = factor;
    output.print(this.#paint('dim', ' rules    clock'));
  }

  /** One entry, at this moment. */
  says(speaker: Speaker, text: string, tone: Tone = 'plain'): void {
    const elapsed = Date.now() - this.#startedAt;
    const times = `${asMinutes(elapsed * this.#factor).padStart(6)} ${asSeconds(elapsed).padStart(8)}`;
    wrap(text, WIDTH - TEXT_AT).forEach((line, at) => {
      const words = tone === 'plain' ? line : this.#paint(COLOURS[tone], line);
      const head =
        at === 0
          ? `${this.#paint('dim', times)}  ${this.#paint('bold', speaker.padEnd(TEXT_AT - times.length - 2))}`
          : ' '.repeat(TEXT_AT);
      this.#output.print(`${head}${words}`);
    });
  }

  /** An alert that arrived; one that arrives again with the same news is not told again. */
  arrived({ status, labels, annotations, receiver }: ReceivedAlert): void {
    const { alertname = '', severity = '' } = labels;
    const identity = JSON.stringify([receiver, Object.entries(labels).sort()]);
    const isFiring = status === 'firing';
    if (this.#firing.get(identity) === isFiring) return;
    this.#firing.set(identity, isFiring);
    const news = `→ ${receiver}: ${isFiring ? severity.toUpperCase() : 'resolved'} ${alertname}`;
    const aside = isFiring && alertname === 'SysvsemPrivateNamespace' ? ', true of this stage' : '';
    this.says('Alertmanager', news + aside, isFiring ? (TONES[severity] ?? 'plain') : 'good');
    if (isFiring && alertname === 'SysvsemApacheStartAtRisk') this.#tell(annotations);
  }

  /** Lines as they are, set in as texts are. */
  shows(lines: readonly string[]): void {
    for (const line of lines) this.#output.print(`${' '.repeat(TEXT_AT)}${line}`.trimEnd());
  }

  /** What the alert says that the drill is about: in full, once. */
  #tell({ summary = '', description = '' }: ReceivedAlert['annotations']): void {
    const text = this.#isDescribed ? summary : description;
    this.#isDescribed = true;
    this.shows(wrap(text, WIDTH - TEXT_AT).map((line) => this.#paint('dim', line)));
  }

  #paint(style: Style, text: string): string {
    return paint(this.#output, style, text);
  }
}

/** A text in a colour or weight, where the output shows such. */
export function paint({ colours }: Output, style: Style, text: string): string {
  return colours ? styleText(style, text) : text;
}

/** A text that fits beside who says it, cut where it is longer. */
export function inOneLine(text: string): string {
  const room = WIDTH - TEXT_AT;
  return text.length <= room ? text : `${text.slice(0, room - 1)}…`;
}

/** The lines of a text, each at most this wide as far as its words are. */
export function wrap(text: string, width: number): string[] {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1) ?? '';
    if (line !== '' && line.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines;
}
