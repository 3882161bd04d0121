import type { PanelBuilder as TimeseriesBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import { coloured, LEGEND_ONLY, stacked } from '../drawing.ts';
import { graph, legend } from '../panels.ts';
import type { About } from '../panels.ts';
import { overTime } from '../query.ts';

/** Points of a graph over all hosts: enough to see, and few enough for thousands. */
export const FEW_POINTS = 100;

/** What hosts are counted by: its values become a label. */
interface Property {
  readonly label: string;
  readonly expression: string;
  /** What hosts have that have this property: without any of it nothing is counted, not even 0. */
  readonly among: string;
}

/** Hosts counted by a property, one count on the other; values whose hosts are well may stand in the legend only. */
export function bands(
  about: About,
  { label, expression, among }: Property,
  names: Readonly<Record<string, readonly [name: string, colour: string]>>,
  inLegendOnly: readonly string[],
): TimeseriesBuilder {
  const none = Object.keys(names).map(
    (value) => `label_replace(0 * count(${among}), "${label}", "${value}", "", "")`,
  );
  const panel = stacked(graph(about))
    .min(0)
    .axisSoftMax(1)
    .decimals(0)
    .maxDataPoints(FEW_POINTS)
    .legend(legend('lastNotNull'))
    .withTarget(
      overTime('A', [`count_values("${label}", ${expression})`, ...none].join(' or '), `{{${label}}}`),
    );
  for (const [value, [name, colour]] of Object.entries(names))
    panel.overrideByName(value, [
      { id: 'displayName', value: name },
      coloured(colour),
      ...(inLegendOnly.includes(value) ? [LEGEND_ONLY] : []),
    ]);
  return panel;
}
