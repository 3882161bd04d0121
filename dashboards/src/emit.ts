import type { ClassicDashboard } from './dashboard.ts';

/** What the SDK writes of panels and variables and nobody needs: `auto*` belongs to interval variables, the others repeat a default. */
const SUPERFLUOUS = new Set(['repeatDirection', 'transparent', 'auto', 'auto_min', 'auto_count']);

/** A dashboard, or a variant of it, as the text of its file. */
export function textOf(dashboard: ClassicDashboard): string {
  const { links, annotations } = dashboard;
  const repaired = {
    ...dashboard,
    links: withoutPlacement(links),
    annotations: { list: withoutPlacement(annotations.list) },
  };
  const text = JSON.stringify(
    repaired,
    (key, value: unknown) => (SUPERFLUOUS.has(key) ? undefined : value),
    2,
  );
  return `${text}\n`;
}

/** `placement` moves a link or an annotation from the page into a menu. */
function withoutPlacement(parts: readonly object[]): object[] {
  return parts.map((part) => ({ ...part, placement: undefined }));
}
