import { columns } from '../columns.ts';
import { asBar, IN_ITS_COLOUR } from '../drawing.ts';
import type { Section } from '../layout.ts';
import { JUDGED } from '../orphans.ts';
import { SETS_BY_OWNER } from '../owners.ts';
import { sorted, table } from '../panels.ts';
import { rows } from '../query.ts';
import { chosen } from '../selector.ts';
import { anyThresholds, shareThresholds } from '../thresholds.ts';
import { UNIT } from '../units.ts';
import { inWords, NOT_KNOWN } from '../words.ts';

/** Whose sets they are. */
export function owners(): Section {
  return { title: 'Owners', lines: [{ height: 7, panels: [[24, ownersTable()]] }] };
}

const NOT_JUDGED = inWords({ [NOT_KNOWN]: ['not judged', 'unknown'] });

function ownersTable() {
  const sets = SETS_BY_OWNER;
  const share = `${sets} / on () group_left () (sum(${chosen('sysvsem_sets_limit')}) > 0)`;
  const notJudged = `(0 * ${sets} - ${-NOT_KNOWN})`;
  const judged = (state: string): string =>
    `sum by (owner) (${chosen('sysvsem_owner_sets', `state="${state}"`)} and ignoring (owner, uid, state) ${JUDGED})`;
  const oldest = `min by (owner) (${chosen('sysvsem_oldest_orphan_changed_timestamp_seconds')}) * 1000`;
  return table({
    title: 'Owners',
    description:
      'Every owner of a set, most sets first, with proven and suspected orphans. An owner with proven ones has a service that was killed: the status page lists them with the evidence, and "sysvsem-exporter cleanup --owner NAME" plans their removal. One with many sets that are no orphans needs them, or leaks them while it lives: look at its reloads.',
    unit: UNIT.count,
    empty: 'Not read, or not scraped',
  })
    .decimals(0)
    .withTarget(rows('A', sets))
    .withTarget(rows('B', share))
    .withTarget(rows('C', `sum by (owner) (${chosen('sysvsem_owner_semaphores')})`))
    .withTarget(rows('D', `${judged('orphaned')} or ${notJudged}`))
    .withTarget(rows('E', `${judged('suspected')} or ${notJudged}`))
    .withTarget(rows('F', `${oldest} or (0 * ${judged('orphaned')}) or ${notJudged}`))
    .sortBy(sorted('Sets', true))
    .transformations(
      columns({
        owner: 'Owner',
        'Value #A': 'Sets',
        'Value #B': 'Share of SEMMNI',
        'Value #C': 'Semaphores',
        'Value #D': 'Proven',
        'Value #E': 'Suspected',
        'Value #F': 'Oldest orphan',
      }),
    )
    .overrideByName('Owner', [{ id: 'custom.minWidth', value: 90 }])
    .overrideByName('Sets', [{ id: 'custom.width', value: 75 }])
    .overrideByName('Semaphores', [{ id: 'custom.width', value: 105 }])
    .overrideByName('Share of SEMMNI', [
      { id: 'unit', value: UNIT.share },
      { id: 'thresholds', value: shareThresholds().build() },
      ...asBar(1),
      { id: 'custom.minWidth', value: 130 },
    ])
    .overrideByName('Proven', [
      { id: 'thresholds', value: anyThresholds('notice').build() },
      { id: 'mappings', value: [NOT_JUDGED] },
      IN_ITS_COLOUR,
      { id: 'custom.width', value: 95 },
    ])
    .overrideByName('Suspected', [
      { id: 'thresholds', value: anyThresholds('notice').build() },
      { id: 'mappings', value: [NOT_JUDGED] },
      IN_ITS_COLOUR,
      { id: 'custom.width', value: 95 },
    ])
    .overrideByName('Oldest orphan', [
      { id: 'unit', value: UNIT.since },
      { id: 'mappings', value: [inWords({ 0: ['none', 'ok'], [NOT_KNOWN]: ['not judged', 'unknown'] })] },
      { id: 'custom.width', value: 125 },
    ]);
}
