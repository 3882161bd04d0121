import type { Section } from '../layout.ts';
import { chosen } from '../selector.ts';
import { SEVERITY } from '../severity.ts';
import { UNIT } from '../units.ts';
import { greater, SEMMNI, STARTS_REMAINING } from '../usage.ts';
import type { Limit } from '../usage.ts';
import { bands } from './bands.ts';

/** How all hosts are, over time: as many series for two thousand hosts as for two. */
export function distribution(): Section {
  return {
    title: 'Distribution',
    lines: [
      {
        height: 8,
        panels: [
          [12, byShare()],
          [12, byStarts()],
        ],
      },
    ],
  };
}

function byShare() {
  // Counted in tenths, which is one expression where bands would be one each. A limit of 0 or less is full with the first set.
  const share = ({ used, limit }: Limit): string => `${chosen(used)} / clamp_min(${chosen(limit)}, 0.5)`;
  const tenths = `clamp(floor(10 * ${greater(share)}), 4, 9)`;
  return bands(
    {
      title: 'Hosts by share of a limit in use',
      description:
        'Hosts by how much of SEMMNI or SEMMNS is in use, whichever is more; those below half are only counted in the legend, and those that are not read are left out. Orange and red growing on many hosts at once is a common cause, such as an update that kills Apache: look for what changed.',
      unit: UNIT.count,
    },
    { label: 'tenths', expression: tenths, among: chosen(SEMMNI.used) },
    {
      4: ['below 50 %', 'super-light-green'],
      5: ['50 %', 'light-green'],
      6: ['60 %', SEVERITY.ok],
      7: ['70 %', 'dark-green'],
      8: ['80 %', SEVERITY.warning],
      9: ['90 % and more', SEVERITY.critical],
    },
    ['4'],
  );
}

function byStarts() {
  return bands(
    {
      title: 'Hosts by starts remaining',
      description:
        'Hosts by how often Apache can still be started there; those with 3 starts or more are only counted in the legend, and those that are not read, or have not learned what a start needs, are left out. Red: the next start or reload fails; remove orphans there before anybody restarts Apache.',
      unit: UNIT.count,
      empty: 'No service learned yet, or not scraped',
    },
    {
      label: 'starts',
      expression: `clamp_max(${STARTS_REMAINING}, 3)`,
      among: chosen('sysvsem_start_demand_sets'),
    },
    {
      0: ['none', SEVERITY.critical],
      1: ['1 start', SEVERITY.warning],
      2: ['2 starts', 'light-orange'],
      3: ['3 and more', SEVERITY.ok],
    },
    ['3'],
  );
}
