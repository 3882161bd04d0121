import { FIRING, NONE_FIRES, RULES_MISSING } from '../alerts.ts';
import { columns } from '../columns.ts';
import { IN_ITS_COLOUR, NOT_SHOWN } from '../drawing.ts';
import { EXPORTER_SHADES, EXPORTER_STATE, EXPORTER_WORDS, WORKING } from '../exporter-state.ts';
import type { Section } from '../layout.ts';
import { rowToHost } from '../links.ts';
import { sorted, table } from '../panels.ts';
import { rows } from '../query.ts';
import { chosen } from '../selector.ts';
import { UNIT } from '../units.ts';
import { severities, withoutPrefix } from '../words.ts';
import { bands } from './bands.ts';

/** Rows of the table, of however many hosts. */
const MOST = 20;

/** Where nothing is known, and what fires. */
export function exporters(): Section {
  return {
    title: 'Exporters and alerts',
    lines: [
      {
        height: 9,
        panels: [
          [8, downOrFailing()],
          [7, stateOverTime()],
          [9, alerts()],
        ],
      },
    ],
  };
}

function downOrFailing() {
  return table({
    title: 'Down or failing',
    description: `Exporters of which something is wrong, the worst first, at most ${MOST}. Down: see whether the host is up and sysvsem-exporter runs. Collection fails, Limits not read, Stale: its log tells why. Private namespace: it reads a container's sets. A host is a link to its own dashboard.`,
    unit: UNIT.count,
    empty: 'All are well, or none is scraped',
  })
    .withTarget(rows('A', `bottomk(${MOST}, max by (job, instance) (${EXPORTER_STATE}) < 5)`))
    .sortBy(sorted('State'))
    .transformations(columns({ instance: 'Host', Value: 'State', job: null }))
    .overrideByName('Host', [{ id: 'links', value: [rowToHost().build()] }])
    .overrideByName('State', [
      { id: 'mappings', value: [EXPORTER_WORDS] },
      IN_ITS_COLOUR,
      { id: 'custom.width', value: 135 },
    ])
    .overrideByName('job', NOT_SHOWN);
}

function stateOverTime() {
  return bands(
    {
      title: 'Exporters by state',
      description:
        'Targets by the worst that is wrong with their exporter, each counted once; those that work are only counted in the legend. Many down at once: look at the network, or at what was rolled out. Many that cannot prove: a unit or a pod specification without the capabilities; counts are right, but orphans are not told.',
      unit: UNIT.count,
    },
    { label: 'state', expression: EXPORTER_STATE, among: chosen('up') },
    EXPORTER_SHADES,
    [WORKING],
  );
}

function alerts() {
  return table({
    title: 'Firing alerts',
    description:
      'The alerts of sysvsem.rules.yml that warn or page, and on how many hosts; a job without any target fires for none of them. Their runbooks are served by each exporter at /runbooks/: go to a host for them.',
    unit: UNIT.count,
    empty: NONE_FIRES,
  })
    .withTarget(
      rows(
        'A',
        `count by (alertname, severity) (max by (alertname, severity, job, instance) (${FIRING})) or ${RULES_MISSING}`,
      ),
    )
    .sortBy(sorted('Severity'))
    .transformations(columns({ severity: 'Severity', alertname: 'Alert', Value: 'Hosts' }))
    .overrideByName('Severity', [
      { id: 'mappings', value: [severities()] },
      IN_ITS_COLOUR,
      { id: 'custom.width', value: 75 },
    ])
    .overrideByName('Alert', [{ id: 'mappings', value: [withoutPrefix()] }])
    .overrideByName('Hosts', [{ id: 'custom.width', value: 60 }]);
}
