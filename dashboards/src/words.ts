import { MappingType } from '@grafana/grafana-foundation-sdk/dashboard';
import type { ValueMapping } from '@grafana/grafana-foundation-sdk/dashboard';
import { SEVERITY } from './severity.ts';

/** What a panel says where no series came back at all. */
export const NOT_SCRAPED = 'Not scraped';

/** Stands for what the exporter could not read. No panel that has such words can have a negative value of its own. */
export const NOT_READ = -1;

/** Stands for what it has read, but cannot tell: each panel has a word of its own for it. */
export const NOT_KNOWN = -2;

/** Stands for a trend of less than an hour, or one that a cleanup has ended. */
export const TOO_EARLY = -3;

/** A word and the severity whose colour it has. */
type Word = readonly [text: string, severity: keyof typeof SEVERITY];

/** Says words instead of numbers. */
export function inWords(words: Readonly<Record<string, Word>>): ValueMapping {
  return {
    type: MappingType.ValueToText,
    options: Object.fromEntries(
      Object.entries(words).map(([value, [text, severity]], index) => [
        value,
        { text, color: SEVERITY[severity], index },
      ]),
    ),
  };
}

/** Says something else of labels. */
export function renamed(names: Readonly<Record<string, string>>): ValueMapping {
  return {
    type: MappingType.ValueToText,
    options: Object.fromEntries(
      Object.entries(names).map(([value, text], index) => [value, { text, index }]),
    ),
  };
}

/** Gives the values of the label `severity` their colours. */
export function severities(): ValueMapping {
  return inWords({
    critical: ['critical', 'critical'],
    warning: ['warning', 'warning'],
    info: ['info', 'notice'],
  });
}

/** Says the names of the alerts without what they all begin with. */
export function withoutPrefix(): ValueMapping {
  return {
    type: MappingType.RegexToText,
    options: { pattern: '/^Sysvsem(.+)$/', result: { text: '$1', index: 0 } },
  };
}

/** Says one thing of all values from this one on. */
export function fromOnInWords(from: number, [text, severity]: Word): ValueMapping {
  return {
    type: MappingType.RangeToText,
    options: { from, to: null, result: { text, color: SEVERITY[severity], index: 100 } },
  };
}

/** The word for what the exporter could not read, which is none about the sets. */
export const NOT_READ_WORD: Readonly<Record<string, Word>> = { [NOT_READ]: ['Not read', 'unknown'] };
