/** A state of a set as it is drawn: its label value, its words, and its colour everywhere. */
interface DrawnState {
  readonly state: string;
  readonly words: string;
  readonly colour: string;
}

/** The states from the harmless to the unwanted, in the colours of the status page. */
export const STATES: readonly DrawnState[] = [
  { state: 'in_use', words: 'in use', colour: '#3f86bd' },
  { state: 'held', words: 'held', colour: '#82b4d8' },
  { state: 'keyed', words: 'keyed', colour: '#8f8bb3' },
  { state: 'unknown', words: 'unknown', colour: '#8e949b' },
  { state: 'suspected', words: 'suspected', colour: '#d9a05b' },
  { state: 'orphaned', words: 'orphaned', colour: '#e0702a' },
];

/** Colour of proven orphans, wherever they are counted. */
export const ORPHANED = '#e0702a';

/** Colour of suspected orphans, wherever they are counted. */
export const SUSPECTED = '#d9a05b';
