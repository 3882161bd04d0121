import {
  BigValueColorMode,
  BigValueGraphMode,
  BigValueJustifyMode,
  BigValueTextMode,
  LegendDisplayMode,
  LegendPlacement,
  ReduceDataOptionsBuilder,
  SortOrder,
  TableCellHeight,
  TableSortByFieldStateBuilder,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizOrientation,
  VizTextDisplayOptionsBuilder,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import { FieldColorBuilder, FieldColorModeId } from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as StateTimelineBuilder } from '@grafana/grafana-foundation-sdk/statetimeline';
import { PanelBuilder as TableBuilder } from '@grafana/grafana-foundation-sdk/table';
import { PanelBuilder as TimeseriesBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import { DATA_SOURCE } from './datasource.ts';
import { plainThresholds } from './thresholds.ts';
import { NOT_SCRAPED } from './words.ts';

/** What every panel says of itself. */
export interface About {
  readonly title: string;
  /** What it shows, and what to do when it looks bad. */
  readonly description: string;
  /** One of Grafana's units. */
  readonly unit: string;
  /** What it says without data. */
  readonly empty?: string;
}

/** A figure to be read from afar. */
export function stat(about: About): StatBuilder {
  return new StatBuilder()
    .title(about.title)
    .description(about.description)
    .datasource(DATA_SOURCE)
    .unit(about.unit)
    .noValue(about.empty ?? NOT_SCRAPED)
    .thresholds(plainThresholds())
    .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.Thresholds))
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(['lastNotNull']))
    .colorMode(BigValueColorMode.Value)
    .graphMode(BigValueGraphMode.None)
    .justifyMode(BigValueJustifyMode.Center)
    .textMode(BigValueTextMode.Auto)
    .orientation(VizOrientation.Auto);
}

/** Two or three figures that belong together, with their names. */
export function figures(about: About): StatBuilder {
  return stat(about)
    .textMode(BigValueTextMode.ValueAndName)
    .wideLayout(false)
    .text(new VizTextDisplayOptionsBuilder().titleSize(12).valueSize(30));
}

/** Lines over time. Gaps stay gaps. */
export function graph(about: About): TimeseriesBuilder {
  return new TimeseriesBuilder()
    .title(about.title)
    .description(about.description)
    .datasource(DATA_SOURCE)
    .unit(about.unit)
    .noValue(about.empty ?? NOT_SCRAPED)
    .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.PaletteClassicByName))
    .lineWidth(2)
    .fillOpacity(0)
    .showPoints(VisibilityMode.Auto)
    .pointSize(4)
    .spanNulls(false)
    .legend(legend())
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending));
}

/** States over time, a lane a series. */
export function timeline(about: About): StateTimelineBuilder {
  return new StateTimelineBuilder()
    .title(about.title)
    .description(about.description)
    .datasource(DATA_SOURCE)
    .unit(about.unit)
    .noValue(about.empty ?? NOT_SCRAPED)
    .thresholds(plainThresholds())
    .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.Thresholds))
    .showValue(VisibilityMode.Auto)
    .mergeValues(true)
    .rowHeight(0.8)
    .lineWidth(0)
    .fillOpacity(80)
    .legend(legend())
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Single).sort(SortOrder.None));
}

/** Rows of values as of now. */
export function table(about: About): TableBuilder {
  return new TableBuilder()
    .title(about.title)
    .description(about.description)
    .datasource(DATA_SOURCE)
    .unit(about.unit)
    .noValue(about.empty ?? NOT_SCRAPED)
    .thresholds(plainThresholds())
    .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.Thresholds))
    .cellHeight(TableCellHeight.Sm)
    .minWidth(60)
    .showHeader(true);
}

/** A legend below the graph, with the last value or the sums of each series where asked for. */
export function legend(...calcs: readonly string[]): VizLegendOptionsBuilder {
  return new VizLegendOptionsBuilder()
    .displayMode(LegendDisplayMode.List)
    .placement(LegendPlacement.Bottom)
    .showLegend(true)
    .calcs([...calcs]);
}

/** The column by which a table is sorted to begin with. */
export function sorted(column: string, descending = false): TableSortByFieldStateBuilder[] {
  return [new TableSortByFieldStateBuilder().displayName(column).desc(descending)];
}
