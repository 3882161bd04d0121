import { nameOf } from '../dashboard.ts';
import type { Dashboard, Panel, Problems, RowPanel } from '../dashboard.ts';

/** Columns of Grafana's grid. */
const COLUMNS = 24;

interface Box {
  readonly name: string;
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

/** All panels lie inside the grid, none upon another, and nothing is left empty between the first line and the last. */
export function checkGrid({ panels = [] }: Dashboard): Problems {
  const inRows = panels.filter((panel): panel is RowPanel => panel.type === 'row');
  return [
    ...checkLayer(panels, 0),
    ...inRows
      .filter(({ collapsed }) => !collapsed)
      .flatMap(({ panels: within, title = '' }) =>
        within.length === 0 ? [] : [`the open row "${title}" holds panels, which only a collapsed one does`],
      ),
    ...inRows
      .filter(({ collapsed }) => collapsed)
      .flatMap((row) => checkLayer(row.panels, (row.gridPos?.y ?? 0) + (row.gridPos?.h ?? 1))),
  ];
}

function checkLayer(panels: readonly (Panel | RowPanel)[], top: number): Problems {
  const problems: string[] = [];
  const boxes: Box[] = [];
  for (const panel of panels) {
    if (panel.gridPos === undefined) problems.push(`${nameOf(panel)} has no place in the grid`);
    else boxes.push({ name: nameOf(panel), ...panel.gridPos });
  }
  return [...problems, ...boxes.flatMap(checkBounds), ...checkCells(boxes, top)];
}

function checkBounds({ name, x, y, w, h }: Box): Problems {
  const whole = [x, y, w, h].every(Number.isInteger);
  const inside = x >= 0 && y >= 0 && w >= 1 && h >= 1 && x + w <= COLUMNS;
  return whole && inside ? [] : [`${name} does not lie inside the grid: x ${x}, y ${y}, w ${w}, h ${h}`];
}

function checkCells(boxes: readonly Box[], top: number): Problems {
  const bottom = Math.max(top, ...boxes.map(({ y, h }) => y + h));
  const problems = new Set<string>();
  for (let y = Math.min(top, ...boxes.map((box) => box.y)); y < bottom; y++) {
    for (let x = 0; x < COLUMNS; x++) {
      const here = boxes.filter((box) => x >= box.x && x < box.x + box.w && y >= box.y && y < box.y + box.h);
      const [one, other] = here;
      if (one !== undefined && other !== undefined) problems.add(`${one.name} and ${other.name} overlap`);
      if (one === undefined) problems.add(`line ${y} of the grid has a gap`);
    }
  }
  return [...problems];
}
