import * as units from '@grafana/grafana-foundation-sdk/units';
import { isText, nameOf, panelsOf, targetsOf } from '../dashboard.ts';
import type { Dashboard, Panel, Problems } from '../dashboard.ts';
import { settingsOf } from '../field-settings.ts';

const KNOWN_UNITS: ReadonlySet<unknown> = new Set(Object.values(units));

/** A unit of one's own, as Grafana reads it: `suffix: sets`. */
const OWN_UNIT = /^(?:suffix|prefix):\s?\S/;

/** panel-datasource-rule, and the same of every query: all ask the data source that is chosen. */
export function checkPanelDatasource(dashboard: Dashboard): Problems {
  return asking(dashboard).flatMap((panel) => {
    const sources = [
      ['the panel', panel.datasource] as const,
      ...targetsOf(panel).map((target) => [`query ${target.refId ?? '?'}`, target.datasource] as const),
    ];
    return sources
      .filter(([, source]) => source?.uid !== '${datasource}' || source.type !== 'prometheus')
      .map(([what]) => `${nameOf(panel)}: ${what} does not ask the data source that is chosen`);
  });
}

/** panel-title-description-rule. */
export function checkTitleAndDescription(dashboard: Dashboard): Problems {
  return asking(dashboard).flatMap((panel) => [
    ...((panel.title ?? '').trim() === '' ? [`${nameOf(panel)} has no title`] : []),
    ...((panel.description ?? '').trim() === '' ? [`${nameOf(panel)} has no description`] : []),
  ]);
}

/** panel-units-rule: a unit for every field, and one that Grafana knows. */
export function checkUnits(dashboard: Dashboard): Problems {
  return asking(dashboard).flatMap((panel) => {
    const unit = panel.fieldConfig?.defaults.unit;
    const missing = unit === undefined || unit === '' ? [`${nameOf(panel)} has no unit`] : [];
    const unknown = [unit, ...settingsOf(panel, 'unit')].filter(
      (one) => one !== undefined && !KNOWN_UNITS.has(one) && !(typeof one === 'string' && OWN_UNIT.test(one)),
    );
    return [
      ...missing,
      ...unknown.map(
        (one) => `${nameOf(panel)} has a unit that Grafana does not know: ${JSON.stringify(one)}`,
      ),
    ];
  });
}

/** panel-no-targets-rule. */
export function checkHasTargets(dashboard: Dashboard): Problems {
  return asking(dashboard)
    .filter((panel) => targetsOf(panel).length === 0)
    .map((panel) => `${nameOf(panel)} asks nothing`);
}

function asking(dashboard: Dashboard): Panel[] {
  return panelsOf(dashboard).filter((panel) => !isText(panel));
}
