import { columns } from '../columns.ts';
import { bars, coloured, IN_ITS_COLOUR, stacked } from '../drawing.ts';
import type { Section } from '../layout.ts';
import { PROOF_BLOCKED, PROOF_NOT_LOOKED_AT, setsIn } from '../orphans.ts';
import { graph, legend, table } from '../panels.ts';
import { PROOF_NEEDS } from '../proof.ts';
import { overTime, rows } from '../query.ts';
import { chosen, risesOf } from '../selector.ts';
import { SEVERITY } from '../severity.ts';
import { ORPHANED, SUSPECTED } from '../states.ts';
import { anyThresholds } from '../thresholds.ts';
import { UNIT } from '../units.ts';
import { inWords, NOT_KNOWN } from '../words.ts';
import { FEW_POINTS } from './bands.ts';

/** What leaks and what is removed, everywhere. */
export function orphans(): Section {
  return {
    title: 'Orphans',
    lines: [
      {
        height: 8,
        panels: [
          [12, onAllHosts()],
          [12, appearedAndRemoved()],
        ],
      },
      {
        height: 8,
        panels: [
          [12, proofBlocked()],
          [12, versions()],
        ],
      },
    ],
  };
}

function onAllHosts() {
  return stacked(
    graph({
      title: 'Orphans on all hosts',
      description:
        'Proven and suspected orphans on all hosts that can judge. A sum that only grows: no host removes them. Enable cleanups, or ask for them, on the hosts of "Most orphans".',
      unit: UNIT.count,
      empty: 'Not judged, or not scraped',
    }),
  )
    .min(0)
    .decimals(0)
    .axisSoftMax(1)
    .maxDataPoints(FEW_POINTS)
    .legend(legend('lastNotNull'))
    .withTarget(overTime('A', `sum(${setsIn('orphaned')})`, 'proven'))
    .withTarget(overTime('B', `sum(${setsIn('suspected')})`, 'suspected'))
    .overrideByQuery('A', [coloured(ORPHANED)])
    .overrideByQuery('B', [coloured(SUSPECTED)]);
}

function appearedAndRemoved() {
  return bars(
    graph({
      title: 'Orphans appearing and removed',
      description:
        'Above the axis sets that became proven orphans, below it those that cleanups removed. Bars at the same hour each day: find out what kills Apache then, such as a rotation of logs or a backup.',
      unit: UNIT.count,
    }),
  )
    .decimals(0)
    .legend(legend('sum'))
    .withTarget(overTime('A', risesOf(chosen('sysvsem_orphans_detected_total')), 'became orphans'))
    .withTarget(overTime('B', risesOf(chosen('sysvsem_cleanup_removed_sets_total')), 'removed'))
    .overrideByQuery('A', [coloured(ORPHANED)])
    .overrideByQuery('B', [coloured(SEVERITY.notice), { id: 'custom.transform', value: 'negative-Y' }]);
}

function proofBlocked() {
  const all = `count by (reason) (${chosen('sysvsem_proof_blocked')})`;
  const nowhere = `(0 * ${all} - ${-NOT_KNOWN})`;
  return table({
    title: 'What blocks the proof',
    description:
      'On how many hosts a precondition of proving orphans is missing. Counts and limits are right there; orphans are not told. Not looked at: --no-collector.orphans, or collections fail. The runbook SysvsemProofBlocked tells how to give back each.',
    unit: UNIT.count,
  })
    .decimals(0)
    .withTarget(rows('A', `sum by (reason) (${PROOF_BLOCKED}) or ${nowhere}`))
    .withTarget(rows('B', `count by (reason) (${PROOF_NOT_LOOKED_AT}) or 0 * ${all}`))
    .transformations(columns({ reason: 'Needed', 'Value #A': 'Missing on', 'Value #B': 'Not looked at on' }))
    .overrideByName('Needed', [{ id: 'mappings', value: [PROOF_NEEDS] }])
    .overrideByName('Missing on', [
      { id: 'thresholds', value: anyThresholds('notice').build() },
      { id: 'mappings', value: [inWords({ [NOT_KNOWN]: ['–', 'unknown'] })] },
      IN_ITS_COLOUR,
      { id: 'custom.width', value: 95 },
    ])
    .overrideByName('Not looked at on', [{ id: 'custom.width', value: 125 }]);
}

function versions() {
  return table({
    title: 'Versions',
    description: 'Builds of the exporter that answer, the ten most frequent. Bring stragglers up to date.',
    unit: UNIT.count,
  })
    .withTarget(rows('A', `topk(10, count by (version) (${chosen('sysvsem_exporter_build_info')}))`))
    .transformations(columns({ version: 'Version', Value: 'Hosts' }))
    .overrideByName('Version', [{ id: 'unit', value: UNIT.text }])
    .overrideByName('Hosts', [{ id: 'custom.width', value: 70 }]);
}
