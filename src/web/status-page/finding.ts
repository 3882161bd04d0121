import type { Gravity } from '../html/sign.ts';
import type { Phrase } from './words.ts';

/** How much something matters, from nothing to do to act now; as the alerts' severities. */
export const SEVERITIES = ['ok', 'notice', 'warning', 'critical'] as const satisfies readonly Gravity[];

/** One of {@link SEVERITIES}. */
export type Severity = (typeof SEVERITIES)[number];

/** Something to do, in the order of doing. */
export interface Step {
  readonly text: Phrase;
  /** A command to type; null where there is none. */
  readonly command: string | null;
  /** The part of the page that says more; null where none does. */
  readonly anchor: string | null;
}

/** One thing that the page has to say about the machine or about the exporter. */
export interface Finding {
  readonly severity: Severity;
  /** One or two words beside the sign of the severity. */
  readonly label: string;
  /** A short clause without a full stop. */
  readonly headline: string;
  readonly detail: Phrase;
  readonly steps: readonly Step[];
  /** Name of the alert whose runbook says more; null where there is none. */
  readonly alert: string | null;
}

/** A step in words alone, or with a command. */
export function step(text: Phrase, command: string | null = null, anchor: string | null = null): Step {
  return { text, command, anchor };
}

/** The same findings, the gravest first; equals keep their order. */
export function gravestFirst(findings: readonly Finding[]): Finding[] {
  return findings.toSorted((a, b) => SEVERITIES.indexOf(b.severity) - SEVERITIES.indexOf(a.severity));
}

/** Reads the exporter's log, where the failure's own words stand. */
export const READ_THE_LOG = step(
  ['Read what the exporter says.'],
  'journalctl --unit sysvsem-exporter --lines 20',
);
