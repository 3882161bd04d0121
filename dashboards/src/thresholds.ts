import { ThresholdsConfigBuilder, ThresholdsMode } from '@grafana/grafana-foundation-sdk/dashboard';
import type { Threshold } from '@grafana/grafana-foundation-sdk/dashboard';
import { NEUTRAL, SEVERITY } from './severity.ts';

/** A day in seconds: how far SysvsemExhaustionPredicted looks ahead. */
export const DAY = 86_400;

/** Of 1: SysvsemSetsNearLimit and SysvsemSemaphoresNearLimit. */
export const NEAR_LIMIT = { warning: 0.8, critical: 0.9 } as const;

/** Starts of Apache: SysvsemApacheStartAtRisk. */
export const STARTS = { warning: 3, critical: 1 } as const;

/** Seconds since the last collection: SysvsemCollectionFailing. */
export const STALE = 600;

/** Share of a limit in use, 0 to 1. */
export function shareThresholds(): ThresholdsConfigBuilder {
  return steps(
    { value: null, color: SEVERITY.ok },
    { value: NEAR_LIMIT.warning, color: SEVERITY.warning },
    { value: NEAR_LIMIT.critical, color: SEVERITY.critical },
  );
}

/** Starts of Apache for which something is free. */
export function startThresholds(): ThresholdsConfigBuilder {
  return steps(
    { value: null, color: SEVERITY.critical },
    { value: STARTS.critical, color: SEVERITY.warning },
    { value: STARTS.warning, color: SEVERITY.ok },
  );
}

/** The same for graphs, where each value has a line in the colour of what is below it. */
export function startLines(): ThresholdsConfigBuilder {
  return steps(
    { value: null, color: 'transparent' },
    { value: STARTS.critical, color: SEVERITY.critical },
    { value: STARTS.warning, color: SEVERITY.warning },
  );
}

/** A line where a limit is reached. */
export function fullLine(): ThresholdsConfigBuilder {
  return steps({ value: null, color: 'transparent' }, { value: 1, color: SEVERITY.warning });
}

/** Seconds until a limit is reached. */
export function timeLeftThresholds(): ThresholdsConfigBuilder {
  return steps({ value: null, color: SEVERITY.warning }, { value: DAY, color: SEVERITY.ok });
}

/** Seconds since the last collection. */
export function ageThresholds(): ThresholdsConfigBuilder {
  return steps({ value: null, color: SEVERITY.ok }, { value: STALE, color: SEVERITY.warning });
}

/** A count of which any at all means this severity. */
export function anyThresholds(severity: keyof typeof SEVERITY): ThresholdsConfigBuilder {
  return steps({ value: null, color: SEVERITY.ok }, { value: 1, color: SEVERITY[severity] });
}

/** One colour whatever the value. */
export function plainThresholds(colour: string = NEUTRAL): ThresholdsConfigBuilder {
  return steps({ value: null, color: colour });
}

function steps(...steps: Threshold[]): ThresholdsConfigBuilder {
  return new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps(steps);
}
