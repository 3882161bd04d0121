import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import { RowBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import type { Panel, RowPanel } from '@grafana/grafana-foundation-sdk/dashboard';

/** Columns of Grafana's grid. */
const COLUMNS = 24;

/** Panels side by side, all of one height; their widths add up to 24 columns. */
export interface Line {
  /** In units of Grafana's grid, 38 pixels each with the gap. */
  readonly height: number;
  readonly panels: readonly (readonly [width: number, panel: Builder<Panel>])[];
}

/** Lines below a heading; the first section of a dashboard needs none. */
export interface Section {
  readonly title: string | null;
  readonly lines: readonly Line[];
}

/** A panel or row in its place. */
export type Placed = Panel | RowPanel;

/**
 * Places the sections one below the other, without gaps or overlaps, and numbers the panels. Throws a RangeError where a line is not
 * 24 columns wide.
 */
export function laidOut(sections: readonly Section[]): Placed[] {
  const placed: Placed[] = [];
  let y = 0;
  for (const { title, lines } of sections) {
    if (title !== null) {
      placed.push({
        ...new RowBuilder(title).build(),
        id: placed.length + 1,
        gridPos: place(0, y, COLUMNS, 1),
      });
      y += 1;
    }
    for (const { height, panels } of lines) {
      let x = 0;
      for (const [width, panel] of panels) {
        placed.push({ ...panel.build(), id: placed.length + 1, gridPos: place(x, y, width, height) });
        x += width;
      }
      if (x !== COLUMNS)
        throw new RangeError(`a line of "${title ?? 'the first section'}" is ${x} columns wide`);
      y += height;
    }
  }
  return placed;
}

function place(x: number, y: number, w: number, h: number): { x: number; y: number; w: number; h: number } {
  return { x, y, w, h };
}
