import { columns } from '../columns.ts';
import { IN_ITS_COLOUR } from '../drawing.ts';
import { table } from '../panels.ts';
import { rows } from '../query.ts';
import { chosen } from '../selector.ts';
import { startThresholds } from '../thresholds.ts';
import { UNIT } from '../units.ts';
import { freeOf, lesser } from '../usage.ts';
import { inWords, NOT_READ, NOT_READ_WORD } from '../words.ts';

/** What each service takes to start. */
export function startDemand() {
  const by = 'max by (profile, owner)';
  const demand = `(${chosen('sysvsem_start_demand_sets')} > 0)`;
  const free = `clamp_min(${lesser(freeOf)}, 0)`;
  const starts = `floor(min by (profile, owner) (${free} / ignoring (profile, owner) group_right () ${demand}))`;
  return table({
    title: 'What a start needs',
    description:
      'Sets that one start of each service takes, as last learned from a live one, and how many starts are left for it. The fewest of these are the "Starts remaining" above. Orange below 3, red below 1: remove orphans before that service is restarted.',
    unit: UNIT.count,
    empty: 'No service learned yet, or not scraped',
  })
    .decimals(0)
    .withTarget(rows('A', `${by} (${chosen('sysvsem_start_demand_sets')})`))
    .withTarget(rows('B', `${starts} or (0 * ${by} (${demand}) - ${-NOT_READ})`))
    .transformations(
      columns({ profile: 'Service', owner: 'Owner', 'Value #A': 'Sets', 'Value #B': 'Starts' }),
    )
    .overrideByName('Starts', [
      { id: 'thresholds', value: startThresholds().build() },
      { id: 'mappings', value: [inWords(NOT_READ_WORD)] },
      IN_ITS_COLOUR,
    ]);
}
