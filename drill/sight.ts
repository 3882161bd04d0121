import { renderTable } from '../src/cli/text-table.ts';
import type { Stage } from './stage.ts';

/** What the exporter tells at one moment. */
export interface Sight {
  readonly when: string;
  /** Sets by state. */
  readonly states: Readonly<Record<string, number>>;
  readonly sets: number;
}

/** Looks at what the exporter tells next. */
export async function look({ exporter }: Stage, when: string): Promise<Sight> {
  const metrics = await exporter.nextCollection();
  const states: Record<string, number> = {};
  for (const { labels, value } of metrics.all('sysvsem_owner_sets')) {
    const state = labels['state'] ?? '';
    states[state] = (states[state] ?? 0) + value;
  }
  return { when, states, sets: metrics.value('sysvsem_sets') ?? Number.NaN };
}

/** The sets at several moments, as the lines of a table. */
export function tableOf(sights: readonly Sight[]): string[] {
  const states = ['orphaned', 'held', 'in_use', 'unknown'].filter((state) =>
    sights.some((sight) => (sight.states[state] ?? 0) > 0),
  );
  const flushRight = true;
  return renderTable(
    [
      { heading: '' },
      ...states.map((state) => ({ heading: state.toUpperCase(), flushRight })),
      { heading: 'SETS', flushRight },
    ],
    sights.map((sight) => [
      sight.when,
      ...states.map((state) => String(sight.states[state] ?? 0)),
      String(sight.sets),
    ]),
    undefined,
  )
    .trimEnd()
    .split('\n');
}
