import type { CleanupStatus } from '../cleanup/status.ts';
import type { Snapshot } from '../collector/snapshot.ts';
import type { CollectionStatus } from '../collector/status.ts';
import type { BuildInfo } from '../version.ts';

/** All that an exposition tells, less the exporter's own process. */
export interface MetricsInput {
  readonly status: CollectionStatus;
  /** Null or left out where cleanup is not enabled. */
  readonly cleanup?: CleanupStatus | null;
  readonly build: Pick<BuildInfo, 'version' | 'revision' | 'nodeVersion'>;
}

/** One series of a metric and its value; a value that is not finite is never shown. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** One metric: what is shown of it, where its values come from, and what its page in the docs says. */
export interface MetricDefinition<Input = MetricsInput> {
  readonly name: `sysvsem_${string}`;
  readonly type: 'gauge' | 'counter';
  /** The HELP text, one sentence with its unit. */
  readonly help: string;
  /** Label → its meaning (Markdown). */
  readonly labels: Readonly<Record<string, string>>;
  /** When the metric has no series (Markdown); null for never. */
  readonly absent: string | null;
  /** The series, in the order they are shown; none leaves out the whole metric. */
  readonly samples: (input: Input) => readonly Sample[];
}

/** When a metric that only a successful collection can tell is absent (Markdown). */
export const ABSENT_WHEN_DOWN = '`sysvsem_up` is 0';

/** The one sample of a metric without labels; none for null. */
export function single(value: number | null): readonly Sample[] {
  return value === null ? [] : [{ labels: {}, value }];
}

/** Samples that only the snapshot of a successful collection can tell: without one there are none. */
export function ofSnapshot(
  samples: (snapshot: Snapshot) => readonly Sample[],
): (input: MetricsInput) => readonly Sample[] {
  return ({ status }) => (status.snapshot === null ? [] : samples(status.snapshot));
}

/** A uid as a label; empty, which Prometheus takes for no label, where it is not known. */
export function uidLabel(uid: number | null): string {
  return uid === null ? '' : String(uid);
}
