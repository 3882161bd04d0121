import type { Severity } from './finding.ts';
import type { Phrase } from './words.ts';

/** One number or word that is to be seen at once. */
export interface Tile {
  readonly title: string;
  readonly value: string;
  /** What the value counts; null where the value is a word. */
  readonly unit: string | null;
  readonly lines: readonly Phrase[];
  /** How the value is marked; null for not at all. */
  readonly severity: Severity | null;
}
