import { EXPORTERS_DOWN, EXPORTERS_FAILING } from '../exporter-state.ts';
import type { Line } from '../layout.ts';
import { setsIn } from '../orphans.ts';
import { figures } from '../panels.ts';
import { now } from '../query.ts';
import { chosen } from '../selector.ts';
import { NEUTRAL } from '../severity.ts';
import { anyThresholds, NEAR_LIMIT, plainThresholds, STARTS } from '../thresholds.ts';
import { UNIT } from '../units.ts';
import { greater, shareOf, STARTS_REMAINING } from '../usage.ts';
import { inWords, NOT_KNOWN } from '../words.ts';
import { hostsAmong, hostsWithin } from './hosts.ts';

/** How many hosts are how badly off. */
export function answers(): Line {
  return {
    height: 4,
    panels: [
      [6, exporters()],
      [6, starts()],
      [6, limits()],
      [6, orphans()],
    ],
  };
}

function exporters() {
  return figures({
    title: 'Exporters',
    description:
      'Exporters that answer, that do not, and that answer but cannot read sets or limits. Of hosts in red and orange nothing is known: look at them first. The table "Down or failing" names them.',
    unit: UNIT.count,
  })
    .withTarget(now('A', `sum(${chosen('up')})`, 'answer'))
    .withTarget(now('B', hostsAmong(EXPORTERS_DOWN), 'down'))
    .withTarget(now('C', hostsAmong(EXPORTERS_FAILING), 'failing'))
    .overrideByQuery('A', [{ id: 'thresholds', value: plainThresholds(NEUTRAL).build() }])
    .overrideByQuery('B', [{ id: 'thresholds', value: anyThresholds('critical').build() }])
    .overrideByQuery('C', [{ id: 'thresholds', value: anyThresholds('warning').build() }]);
}

function starts() {
  const words = inWords({ [NOT_KNOWN]: ['–', 'unknown'] });
  const within = (from: number, to: number): string =>
    `${hostsWithin(STARTS_REMAINING, from, to)} or (0 * sum(${chosen('up')}) - ${-NOT_KNOWN})`;
  return figures({
    title: 'Starts remaining',
    description:
      'Hosts where the next start or reload of Apache fails, and hosts where one or two more will work. Free what has leaked there before anybody restarts Apache; the table "Fewest starts remaining" names them. A dash: no host has learned what a start needs.',
    unit: UNIT.count,
  })
    .mappings([words])
    .withTarget(now('A', within(0, STARTS.critical), 'none left'))
    .withTarget(now('B', within(STARTS.critical, STARTS.warning), 'fewer than 3'))
    .overrideByQuery('A', [{ id: 'thresholds', value: anyThresholds('critical').build() }])
    .overrideByQuery('B', [{ id: 'thresholds', value: anyThresholds('warning').build() }]);
}

function limits() {
  const share = greater(shareOf);
  return figures({
    title: 'Near a limit',
    description:
      'Hosts that use 90 %, or 80 %, of SEMMNI or SEMMNS: the alerts fire for them. Remove orphans there or raise the limit; the table "Fullest" names them.',
    unit: UNIT.count,
    empty: 'Not read',
  })
    .withTarget(now('A', hostsWithin(share, NEAR_LIMIT.critical), 'from 90 %'))
    .withTarget(now('B', hostsWithin(share, NEAR_LIMIT.warning, NEAR_LIMIT.critical), 'from 80 %'))
    .overrideByQuery('A', [{ id: 'thresholds', value: anyThresholds('critical').build() }])
    .overrideByQuery('B', [{ id: 'thresholds', value: anyThresholds('warning').build() }]);
}

function orphans() {
  return figures({
    title: 'Orphans',
    description:
      'Proven and suspected orphans on all hosts that can judge. Remove the proven ones, which is safe: the table "Most orphans" says where, and the status page of each host how. Hosts that cannot judge are counted in "What blocks the proof".',
    unit: UNIT.count,
    empty: 'Not judged',
  })
    .thresholds(anyThresholds('notice'))
    .withTarget(now('A', `sum(${setsIn('orphaned')})`, 'proven'))
    .withTarget(now('B', `sum(${setsIn('suspected')})`, 'suspected'));
}
