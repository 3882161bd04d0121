import {
  GraphDrawStyle,
  GraphThresholdsStyleConfigBuilder,
  GraphThresholdsStyleMode,
  StackingConfigBuilder,
  StackingMode,
  TableCellDisplayMode,
} from '@grafana/grafana-foundation-sdk/common';
import type { DynamicConfigValue } from '@grafana/grafana-foundation-sdk/dashboard';
import type { PanelBuilder as TimeseriesBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import { UNIT } from './units.ts';

/** Fills the lines and puts one on the other. */
export function stacked(graph: TimeseriesBuilder): TimeseriesBuilder {
  return graph
    .lineWidth(1)
    .fillOpacity(70)
    .stacking(new StackingConfigBuilder().group('A').mode(StackingMode.Normal));
}

/** Draws events as stacked bars, one for at least a minute, in digits: a rate times a time is seldom a whole number. */
export function bars(graph: TimeseriesBuilder): TimeseriesBuilder {
  return graph
    .drawStyle(GraphDrawStyle.Bars)
    .lineWidth(0)
    .fillOpacity(100)
    .interval('1m')
    .axisSoftMax(1)
    .unit(UNIT.digits)
    .decimals(0)
    .maxDataPoints(150)
    .stacking(new StackingConfigBuilder().group('A').mode(StackingMode.Normal));
}

/** Colours of the two limits, which judge nothing. */
export const LIMIT_COLOURS = { SEMMNI: '#3f86bd', SEMMNS: '#8f8bb3' } as const;

/** One colour for one series. */
export function coloured(colour: string): DynamicConfigValue {
  return { id: 'color', value: { mode: 'fixed', fixedColor: colour } };
}

/** A line of its own: unfilled, on top of nothing, dashed as what is not counted but given or guessed. */
export const DASHED_LINE: DynamicConfigValue[] = [
  { id: 'custom.fillOpacity', value: 0 },
  { id: 'custom.stacking', value: { group: 'line', mode: 'none' } },
  { id: 'custom.lineStyle', value: { fill: 'dash', dash: [10, 6] } },
  { id: 'custom.lineWidth', value: 2 },
];

/** Dashed lines at the thresholds. */
export function thresholdLines(): GraphThresholdsStyleConfigBuilder {
  return new GraphThresholdsStyleConfigBuilder().mode(GraphThresholdsStyleMode.Dashed);
}

/** Draws a column as a bar of `max`. */
export function asBar(max: number): DynamicConfigValue[] {
  return [
    { id: 'min', value: 0 },
    { id: 'max', value: max },
    {
      id: 'custom.cellOptions',
      value: { type: TableCellDisplayMode.Gauge, mode: 'basic', valueDisplayMode: 'text' },
    },
  ];
}

/** Writes a column in the colour of its value. */
export const IN_ITS_COLOUR: DynamicConfigValue = {
  id: 'custom.cellOptions',
  value: { type: TableCellDisplayMode.ColorText },
};

/** Counts a series in the legend without drawing it: the many that are well would flatten the few that are not. */
export const LEGEND_ONLY: DynamicConfigValue = {
  id: 'custom.hideFrom',
  value: { viz: true, legend: false, tooltip: false },
};

/** Keeps a column for links to refer to, without showing it; Grafana has called this differently over time. */
export const NOT_SHOWN: DynamicConfigValue[] = [
  { id: 'custom.hidden', value: true },
  { id: 'custom.hideFrom', value: { viz: true, legend: false, tooltip: false } },
];

/** Shows a column as the text it is, also where that looks like a number. */
export const AS_TEXT: DynamicConfigValue = { id: 'unit', value: UNIT.text };
