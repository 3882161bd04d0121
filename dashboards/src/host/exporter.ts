import { columns } from '../columns.ts';
import { bars, IN_ITS_COLOUR } from '../drawing.ts';
import { EXPORTER_STATE, EXPORTER_WORDS } from '../exporter-state.ts';
import type { Section } from '../layout.ts';
import { PROOF_BLOCKED, PROOF_NOT_LOOKED_AT } from '../orphans.ts';
import { graph, legend, stat, table, timeline } from '../panels.ts';
import { PROOF_NEEDS, PROOF_REMEDIES } from '../proof.ts';
import { now, overTime, rows } from '../query.ts';
import { chosen, risesOf } from '../selector.ts';
import { ageThresholds } from '../thresholds.ts';
import { UNIT } from '../units.ts';
import { otherwise } from '../usage.ts';
import { inWords, NOT_KNOWN, NOT_READ } from '../words.ts';
import { build, kernelSem } from './machine.ts';

/** Whether all of this can be trusted. */
export function exporter(): Section {
  return {
    title: 'Proof and exporter',
    lines: [
      {
        height: 4,
        panels: [
          [6, lastCollection()],
          [18, stateOverTime()],
        ],
      },
      {
        height: 8,
        panels: [
          [12, proofBlocked()],
          [12, failures()],
        ],
      },
      {
        height: 7,
        panels: [
          [7, durations()],
          [8, kernelSem()],
          [9, build()],
        ],
      },
    ],
  };
}

const STATES_OF_NEEDS = inWords({
  0: ['there', 'ok'],
  1: ['missing', 'notice'],
  [NOT_KNOWN]: ['not looked at', 'unknown'],
});

function proofBlocked() {
  const missing = `max by (reason) (${PROOF_BLOCKED}) == 1`;
  const notLookedAt = `(0 * max by (reason) (${PROOF_NOT_LOOKED_AT}) - ${-NOT_KNOWN})`;
  const state = `${missing} or ${notLookedAt} or max by (reason) (${PROOF_BLOCKED})`;
  return table({
    title: 'What blocks the proof',
    description:
      'What the exporter needs to prove that a set is an orphan, and how to give back what is missing; not looked at with --no-collector.orphans, or while collections fail. Counts and limits do not depend on it. The runbook SysvsemProofBlocked has the commands.',
    unit: UNIT.digits,
  })
    .withTarget(rows('A', `label_replace(${state}, "remedy", "$1", "reason", "(.*)")`))
    .transformations(columns({ reason: 'Needed', Value: 'State', remedy: 'If it is missing' }))
    .overrideByName('Needed', [
      { id: 'mappings', value: [PROOF_NEEDS] },
      { id: 'custom.width', value: 190 },
    ])
    .overrideByName('State', [
      { id: 'mappings', value: [STATES_OF_NEEDS] },
      IN_ITS_COLOUR,
      { id: 'custom.width', value: 105 },
    ])
    .overrideByName('If it is missing', [
      { id: 'mappings', value: [PROOF_REMEDIES] },
      { id: 'custom.cellOptions', value: { type: 'auto', wrapText: true } },
    ]);
}

function stateOverTime() {
  return timeline({
    title: 'Exporter over time',
    description:
      'When the exporter could be trusted. Gaps in the graphs above are explained here: Down, it was not scraped; Collection fails, it ran but could not read the sets. Its log and the runbooks SysvsemExporterDown and SysvsemCollectionFailing tell what to do.',
    unit: UNIT.count,
  })
    .mappings([EXPORTER_WORDS])
    .withTarget(overTime('A', EXPORTER_STATE, '{{instance}}'));
}

function lastCollection() {
  return stat({
    title: 'Last collection',
    description:
      'How long ago the last successful collection ended; usually at most as long as --collector.interval. Orange from ten minutes on, when the alert warns: what the exporter shows is old. Read its log.',
    unit: UNIT.seconds,
  })
    .decimals(0)
    .thresholds(ageThresholds())
    .mappings([inWords({ [NOT_READ]: ['None yet', 'warning'] })])
    .withTarget(
      now(
        'A',
        `clamp_min(time() - ${chosen('sysvsem_last_collection_timestamp_seconds')}, 0) ${otherwise(NOT_READ)}`,
        '{{instance}}',
      ),
    );
}

function failures() {
  return bars(
    graph({
      title: 'Failed collections',
      description:
        'Collections that failed, by reason: spawn, timeout, exit and output are about ipcs; parse is a listing that makes no sense; procfs is /proc; worker is the thread that reads. A single one is ridden out. In a row: read the log, and the runbook SysvsemCollectionFailing.',
      unit: UNIT.count,
      empty: 'None failed, or not scraped',
    }),
  )
    .decimals(0)
    .legend(legend('sum'))
    .withTarget(
      overTime('A', `${risesOf(chosen('sysvsem_collection_failures_total'), ['reason'])} > 0`, '{{reason}}'),
    );
}

function durations() {
  return graph({
    title: 'Duration of a collection',
    description:
      'How long the parts of the last collection took: listing the sets, reading the limits, judging orphans. Near --collector.timeout (10 s) collections begin to fail: look at the load of the host, and try --collector.source=procfs.',
    unit: UNIT.seconds,
  })
    .min(0)
    .withTarget(
      overTime(
        'A',
        `max by (collector) (${chosen('sysvsem_scrape_collector_duration_seconds')})`,
        '{{collector}}',
      ),
    );
}
