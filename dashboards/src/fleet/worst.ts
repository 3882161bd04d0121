import type { PanelBuilder as TableBuilder } from '@grafana/grafana-foundation-sdk/table';
import { columns } from '../columns.ts';
import { asBar, IN_ITS_COLOUR, NOT_SHOWN } from '../drawing.ts';
import type { Line } from '../layout.ts';
import { rowToHost } from '../links.ts';
import { setsIn } from '../orphans.ts';
import { table } from '../panels.ts';
import type { About } from '../panels.ts';
import { rows } from '../query.ts';
import { chosen } from '../selector.ts';
import { anyThresholds, DAY, shareThresholds, startThresholds, timeLeftThresholds } from '../thresholds.ts';
import { UNIT } from '../units.ts';
import { freeOf, lesser, paceOf, SEMMNI, SEMMNS, shareOf, STARTS_REMAINING, timeLeftOf } from '../usage.ts';
import type { Limit } from '../usage.ts';

/** Rows of each table: whoever has more to do begins with these. */
const MOST = 7;

/** Labels that tell hosts apart; all others would be columns. */
const HOST = 'by (job, instance)';

/** The hosts to look at first, by each way of being badly off. */
export function worst(): Line[] {
  return [
    {
      height: 10,
      panels: [
        [12, fewestStarts()],
        [12, fullest()],
      ],
    },
    {
      height: 10,
      panels: [
        [12, fastestGrowing()],
        [12, mostOrphans()],
      ],
    },
  ];
}

function fewestStarts() {
  const starts = `bottomk(${MOST}, min ${HOST} (${STARTS_REMAINING}))`;
  return hosts(
    {
      title: 'Fewest starts remaining',
      description:
        'Where Apache can be started the fewest times more; red below 1, orange below 3. Remove the orphans of these hosts before anybody restarts Apache there. A host is a link to its own dashboard.',
      unit: UNIT.count,
      empty: 'No service learned yet, or not scraped',
    },
    { 'Value #A': 'Starts', 'Value #B': 'Free' },
  )
    .decimals(0)
    .withTarget(rows('A', starts))
    .withTarget(rows('B', `min ${HOST} (${lesser(freeOf)}) and ${starts}`))
    .overrideByName('Starts', [
      { id: 'thresholds', value: startThresholds().build() },
      IN_ITS_COLOUR,
      { id: 'custom.width', value: 80 },
    ])
    .overrideByName('Free', [{ id: 'custom.width', value: 80 }]);
}

function fullest() {
  const sets = `max ${HOST} (${shareOf(SEMMNI)})`;
  const semaphores = `max ${HOST} (${shareOf(SEMMNS)})`;
  const named = (share: string, limit: Limit): string =>
    `label_replace(${share}, "limit", "${limit.name}", "", "")`;
  const fuller = `${named(`${sets} >= ${semaphores}`, SEMMNI)} or ${named(`${semaphores} > ${sets}`, SEMMNS)}`;
  return hosts(
    {
      title: 'Fullest',
      description:
        'Where most of a limit is in use; orange from 80 %, red from 90 %. Remove orphans there, or raise the limit. A host is a link to its own dashboard.',
      unit: UNIT.count,
      empty: 'Not read, or not scraped',
    },
    { limit: 'Limit', Value: 'In use' },
  )
    .withTarget(rows('A', `topk(${MOST}, ${fuller})`))
    .overrideByName('Limit', [{ id: 'custom.width', value: 75 }])
    .overrideByName('In use', [
      { id: 'unit', value: UNIT.share },
      { id: 'decimals', value: 0 },
      { id: 'thresholds', value: shareThresholds().build() },
      ...asBar(1),
      { id: 'custom.minWidth', value: 110 },
    ]);
}

function fastestGrowing() {
  const pace = `topk(${MOST}, max ${HOST} (${paceOf(SEMMNI)} * ${DAY} and ${chosen(SEMMNI.used)} offset 1h) >= 1)`;
  const left = `min ${HOST} (${timeLeftOf(SEMMNI)}) and ${pace}`;
  return hosts(
    {
      title: 'Fastest growing',
      description:
        'Where the number of sets grows fastest, by the slower of the trends of six hours and of one, and when SEMMNI is reached if it goes on (orange within a day). Find out who grows there. A host is a link to its own dashboard.',
      unit: UNIT.count,
      empty: 'No host gains a set a day, or too early to tell',
    },
    { 'Value #A': 'Sets a day', 'Value #B': 'Full in' },
  )
    .withTarget(rows('A', pace))
    .withTarget(rows('B', left))
    .overrideByName('Sets a day', [
      { id: 'unit', value: UNIT.digits },
      { id: 'decimals', value: 0 },
      { id: 'custom.width', value: 85 },
    ])
    .overrideByName('Full in', [
      { id: 'unit', value: UNIT.seconds },
      { id: 'decimals', value: 1 },
      { id: 'thresholds', value: timeLeftThresholds().build() },
      IN_ITS_COLOUR,
      { id: 'custom.width', value: 90 },
    ]);
}

function mostOrphans() {
  const orphans = `topk(${MOST}, max ${HOST} (${setsIn('orphaned')}) > 0)`;
  const oldest = `min ${HOST} (${chosen('sysvsem_oldest_orphan_changed_timestamp_seconds')}) * 1000 and ${orphans}`;
  return hosts(
    {
      title: 'Most orphans',
      description:
        'Where most proven orphans are, and how old the oldest is. Remove them, which is safe: the status page of the host lists them, and "sysvsem-exporter cleanup" does it. A host is a link to its own dashboard.',
      unit: UNIT.count,
      empty: 'No orphans, or not judged',
    },
    { 'Value #A': 'Proven', 'Value #B': 'Oldest' },
  )
    .withTarget(rows('A', orphans))
    .withTarget(rows('B', oldest))
    .overrideByName('Proven', [
      { id: 'thresholds', value: anyThresholds('notice').build() },
      IN_ITS_COLOUR,
      { id: 'custom.width', value: 75 },
    ])
    .overrideByName('Oldest', [
      { id: 'unit', value: UNIT.since },
      { id: 'custom.width', value: 115 },
    ]);
}

/** A table of hosts, each a link to its dashboard. */
function hosts(about: About, values: Readonly<Record<string, string>>): TableBuilder {
  return table(about)
    .transformations(columns({ instance: 'Host', ...values, job: null }))
    .overrideByName('Host', [
      { id: 'links', value: [rowToHost().build()] },
      { id: 'custom.minWidth', value: 100 },
    ])
    .overrideByName('job', NOT_SHOWN);
}
