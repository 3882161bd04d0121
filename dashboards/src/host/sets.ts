import { FieldColorBuilder, FieldColorModeId } from '@grafana/grafana-foundation-sdk/dashboard';
import { FIRING_SINCE, NONE_FIRES, RULES_MISSING } from '../alerts.ts';
import { columns } from '../columns.ts';
import { AS_TEXT, coloured, DASHED_LINE, IN_ITS_COLOUR, NOT_SHOWN, stacked } from '../drawing.ts';
import type { Line } from '../layout.ts';
import { rowToRunbook } from '../links.ts';
import { NO_OWNER, SETS_BY_OWNER } from '../owners.ts';
import { graph, legend, sorted, table } from '../panels.ts';
import { overTime, rows } from '../query.ts';
import { chosen } from '../selector.ts';
import { SEVERITY } from '../severity.ts';
import { UNIT } from '../units.ts';
import { severities, withoutPrefix } from '../words.ts';

/** Owners with a colour of their own; the others share one. */
const MOST_OWNERS = 8;

/** Who holds the sets, and what fires. */
export function setsAndAlerts(): Line {
  return {
    height: 9,
    panels: [
      [13, byOwner()],
      [11, alerts()],
    ],
  };
}

function byOwner() {
  const owners = SETS_BY_OWNER;
  const most = `topk(${MOST_OWNERS}, ${owners})`;
  const limit = `sum(${chosen('sysvsem_sets_limit')})`;
  const highest = `sum(max_over_time(${chosen('sysvsem_sets')}[$__range] @ end()))`;
  return stacked(
    graph({
      title: 'Sets by owner',
      description:
        "Who holds the sets. The red line is SEMMNI; it is drawn from a tenth of it in use, because further up it would flatten all else. Steps that never come down are leaks: the owner's service is killed, or leaks at each reload. See its row in the table of owners.",
      unit: UNIT.count,
      empty: 'Not read, or not scraped',
    }),
  )
    .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.PaletteClassic))
    .min(0)
    .decimals(0)
    .legend(legend('lastNotNull'))
    .withTarget(overTime('A', most, '{{owner}}'))
    .withTarget(overTime('B', `sum(${owners}) - sum(${most}) > 0`, 'other owners'))
    .withTarget(overTime('C', `${limit} < 10 * ${highest}`, 'SEMMNI'))
    .overrideByName(NO_OWNER, [coloured(SEVERITY.unknown)])
    .overrideByQuery('B', [coloured(SEVERITY.unknown)])
    .overrideByQuery('C', [coloured(SEVERITY.critical), ...DASHED_LINE]);
}

function alerts() {
  const labels = ['instance', 'alertname', 'severity', 'about'].join(', ');
  const about = `label_join(${FIRING_SINCE}, "about", " ", "limit", "owner", "reason", "cause")`;
  return table({
    title: 'Firing alerts',
    description:
      'The alerts of sysvsem.rules.yml that warn or page now, and how long their condition has held. Each links to its runbook: do what it says. Their names begin with Sysvsem. A job without any target fires for no instance: Prometheus itself shows that.',
    unit: UNIT.count,
    empty: NONE_FIRES,
  })
    .withTarget(rows('A', `(time() - max by (${labels}) (${about})) or ${RULES_MISSING}`))
    .sortBy(sorted('Severity'))
    .transformations(
      columns({
        severity: 'Severity',
        alertname: 'Alert',
        Value: 'For',
        about: 'About',
        instance: null,
      }),
    )
    .overrideByName('Severity', [
      { id: 'mappings', value: [severities()] },
      IN_ITS_COLOUR,
      { id: 'custom.width', value: 75 },
    ])
    .overrideByName('Alert', [
      { id: 'mappings', value: [withoutPrefix()] },
      { id: 'links', value: [rowToRunbook().build()] },
      { id: 'custom.minWidth', value: 150 },
    ])
    .overrideByName('About', [AS_TEXT, { id: 'custom.minWidth', value: 75 }])
    .overrideByName('For', [
      { id: 'unit', value: UNIT.seconds },
      { id: 'decimals', value: 1 },
      { id: 'custom.width', value: 90 },
    ])
    .overrideByName('instance', NOT_SHOWN);
}
