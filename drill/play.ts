import type { AtEnd } from '../test/support/program.ts';
import type { Stage, StageOptions } from './stage.ts';
import type { Timeline } from './timeline.ts';

/** Where a play is performed. */
export interface Scene {
  readonly stage: Stage;
  readonly timeline: Timeline;
  readonly atEnd: AtEnd;
}

/** Something that a play shows, and whether it did. */
export interface Claim {
  /** A sentence. */
  readonly claim: string;
  readonly holds: boolean;
  /** Numbers that belong to it. */
  readonly detail?: string;
}

/** A course of events with a real Apache, and what it shall show. */
export interface Play<Facts> {
  /** As it is called on the command line. */
  readonly name: string;
  readonly title: string;
  /** What happens, a sentence or two. */
  readonly plot: string;
  readonly setting: Pick<StageOptions, 'limits' | 'factor' | 'users'>;
  /** Lets it happen; what was seen. */
  perform(scene: Scene): Promise<Facts>;
  /** What follows from that. */
  claims(facts: Facts): readonly Claim[];
}
