import { EXPORTER_STATE, EXPORTER_WORDS } from '../exporter-state.ts';
import type { Line } from '../layout.ts';
import { instanceToStatusPage } from '../links.ts';
import { setsIn, setsInOrWords } from '../orphans.ts';
import { figures, stat } from '../panels.ts';
import { now } from '../query.ts';
import { NEUTRAL, SEVERITY } from '../severity.ts';
import {
  anyThresholds,
  plainThresholds,
  shareThresholds,
  startThresholds,
  timeLeftThresholds,
} from '../thresholds.ts';
import { UNIT } from '../units.ts';
import { freeOf, otherwise, SEMMNI, SEMMNS, shareOf, STARTS_OR_WORDS, TIME_LEFT } from '../usage.ts';
import type { Limit } from '../usage.ts';
import { fromOnInWords, inWords, NOT_KNOWN, NOT_READ, NOT_READ_WORD, TOO_EARLY } from '../words.ts';

const YEAR = 365 * 86_400;

/** The questions of whoever was woken up, on one screen. */
export function answers(): Line[] {
  return [
    {
      height: 3,
      panels: [
        [8, howFull('Sets', SEMMNI, UNIT.count, 'a start of Apache fails with "No space left on device"')],
        [
          8,
          howFull('Semaphores', SEMMNS, UNIT.largeCount, 'no set can be made, and the errors are the same'),
        ],
        [8, startsRemaining()],
      ],
    },
    {
      height: 3,
      panels: [
        [8, orphans()],
        [8, timeLeft()],
        [8, exporter()],
      ],
    },
  ];
}

function howFull(title: string, limit: Limit, freeUnit: string, full: string) {
  return figures({
    title: `${title} (${limit.name})`,
    description: `How much of ${limit.name} is in use, and what is free. When it is full, ${full}. Orange from 80 %, red from 90 %, as the alerts. See who holds them in the table of owners; remove what is orphaned, or raise the limit.`,
    unit: UNIT.count,
  })
    .withTarget(now('A', `${shareOf(limit)} ${otherwise(NOT_READ)}`, 'in use'))
    .withTarget(now('B', freeOf(limit), 'free'))
    .overrideByQuery('A', [
      // Not of what is free, which is below 0 where the limit was lowered.
      { id: 'mappings', value: [inWords(NOT_READ_WORD)] },
      { id: 'unit', value: UNIT.share },
      { id: 'decimals', value: 0 },
      { id: 'thresholds', value: shareThresholds().build() },
    ])
    .overrideByQuery('B', [
      { id: 'unit', value: freeUnit },
      { id: 'thresholds', value: plainThresholds(NEUTRAL).build() },
    ]);
}

function startsRemaining() {
  return stat({
    title: 'Starts remaining',
    description:
      'How often the neediest service, such as Apache, can still be started or reloaded before sets or semaphores run out. Below 1 (red) the next start fails; below 3 (orange) two crashes are enough. Remove orphans, or raise the limit, before anybody restarts it. "Not learned" until the exporter has seen the service run.',
    unit: UNIT.count,
  })
    .thresholds(startThresholds())
    .mappings([inWords({ ...NOT_READ_WORD, [NOT_KNOWN]: ['Not learned', 'unknown'] })])
    .withTarget(now('A', STARTS_OR_WORDS, '{{instance}}'));
}

function orphans() {
  const words = inWords({ ...NOT_READ_WORD, [NOT_KNOWN]: ['Not judged', 'unknown'] });
  return figures({
    title: 'Orphans',
    description:
      'Sets that nobody can use any more: proven, or suspected only. Remove the proven ones, which is safe: the status page lists them, and "sysvsem-exporter cleanup" does it. "Not judged" where a precondition of the proof is missing: see "What blocks the proof".',
    unit: UNIT.count,
  })
    .thresholds(anyThresholds('notice'))
    .mappings([words])
    .withTarget(now('A', setsInOrWords('orphaned'), 'proven'))
    .withTarget(now('B', setsIn('suspected'), 'suspected'));
}

function timeLeft() {
  return stat({
    title: 'Full in',
    description:
      'When the first of both limits is reached if the trends of the last six hours and of the last hour go on, the slower of the two. Orange within a day; the alert asks also for half the limit to be in use. Find what grows, in the graphs below. A trend takes an hour of data, and ends with a cleanup; what has grown since then has no trend yet.',
    unit: UNIT.seconds,
  })
    .thresholds(timeLeftThresholds())
    .mappings([
      inWords({
        ...NOT_READ_WORD,
        [NOT_KNOWN]: ['Not growing', 'ok'],
        [TOO_EARLY]: ['No trend yet', 'unknown'],
        0: ['Full now', 'critical'],
      }),
      fromOnInWords(YEAR, ['Over a year', 'ok']),
    ])
    .withTarget(now('A', TIME_LEFT, '{{instance}}'));
}

function exporter() {
  return stat({
    title: 'Exporter',
    description:
      "Whether this page can be trusted. Down: nothing is known; see whether the host is up and sysvsem-exporter runs. Collection fails, Limits not read, Stale: its log tells why. Private namespace: it reads a container's sets, not the host's. Cannot prove: counts are right, orphans are not told. Each has a runbook.",
    unit: UNIT.count,
  })
    .thresholds(plainThresholds(SEVERITY.unknown))
    .mappings([EXPORTER_WORDS])
    .dataLinks([instanceToStatusPage()])
    .withTarget(now('A', EXPORTER_STATE, '{{instance}}'));
}
