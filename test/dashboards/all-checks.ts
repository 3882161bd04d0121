import { checkBounded } from './checks/bounded.ts';
import { checkGrid } from './checks/grid.ts';
import { checkIds, checkUid } from './checks/identity.ts';
import { checkFields, checkLegends } from './checks/legends.ts';
import { checkLinks } from './checks/links.ts';
import {
  checkHasTargets,
  checkPanelDatasource,
  checkTitleAndDescription,
  checkUnits,
} from './checks/panels.ts';
import { checkSameEverywhere, checkThresholdsOfAlerts } from './checks/same-meaning.ts';
import { panelKinds, schemaCheck } from './checks/schema.ts';
import {
  checkCounters,
  checkInstanceMatcher,
  checkInstantOrRange,
  checkJobMatcher,
  checkNoAuto,
  checkNoLogql,
  checkPromql,
  checkRateInterval,
  checkRefIds,
  checkUneditable,
} from './checks/targets.ts';
import {
  checkDatasourceVariable,
  checkInstanceVariable,
  checkJobVariable,
  checkVariableQueries,
  checkVariableRefresh,
} from './checks/templates.ts';
import { checkDescriptions, checkNoValue, checkTitles } from './checks/texts.ts';
import { checkUnitsFit } from './checks/units.ts';
import { checkVocabulary } from './checks/vocabulary.ts';
import type { Check, Dashboard } from './dashboard.ts';

/** The rules of Grafana's dashboard-linter, one by one, with its names for them. */
const LINTER_RULES = {
  'lets the data source be chosen (template-datasource-rule)': checkDatasourceVariable,
  'lets jobs be chosen (template-job-rule)': checkJobVariable,
  'lets instances be chosen (template-instance-rule)': checkInstanceVariable,
  'asks for the values of its variables in PromQL (template-label-promql-rule)': checkVariableQueries,
  'asks for them anew when the time range changes (template-on-time-change-reload-rule)':
    checkVariableRefresh,
  'asks the chosen data source in every panel (panel-datasource-rule)': checkPanelDatasource,
  'has a title and a description for every panel (panel-title-description-rule)': checkTitleAndDescription,
  'has a unit that Grafana knows for every panel (panel-units-rule)': checkUnits,
  'has no panel that asks nothing (panel-no-targets-rule)': checkHasTargets,
  'asks nothing of Loki (target-logql-rule)': checkNoLogql,
  'takes no range over what only Loki fills in (target-logql-auto-rule)': checkNoAuto,
  'asks in PromQL (target-promql-rule)': checkPromql,
  'takes rates over $__rate_interval (target-rate-interval-rule)': checkRateInterval,
  'selects the chosen jobs only (target-job-rule)': checkJobMatcher,
  'selects the chosen instances only (target-instance-rule)': checkInstanceMatcher,
  'shows counters as rates or increases only (target-counter-agg-rule)': checkCounters,
  'cannot be edited in Grafana (uneditable-dashboard)': checkUneditable,
} satisfies Readonly<Record<string, Check>>;

/** What this project asks of its dashboards beside the linter's rules. */
const OWN_RULES = {
  'leaves no gap in the grid, and lays no panel over another': checkGrid,
  'gives every panel an id of its own': checkIds,
  'gives every query of a panel a name of its own': checkRefIds,
  'gives every panel a title of its own': checkTitles,
  'says of every query whether it is for an instant or a range': checkInstantOrRange,
  'describes every panel in sentences that say what to do': checkDescriptions,
  'says in every panel what no data means': checkNoValue,
  'asks for metrics, labels and values that exist': checkVocabulary,
  'names labels in legends that the series have': checkLegends,
  'sets nothing for a field that there is not': checkFields,
  'shows every value in the unit it counts in': checkUnitsFit,
} satisfies Readonly<Record<string, Check>>;

/** Every check of one dashboard, by a sentence that says what it does; it stands among these, which are all there are. */
export function checksAmong(dashboards: readonly Dashboard[]) {
  const amid = (dashboard: Dashboard) => [
    dashboard,
    ...dashboards.filter(({ uid }) => uid !== dashboard.uid),
  ];
  return {
    ...LINTER_RULES,
    ...OWN_RULES,
    "has no key or value that the types of Grafana's SDK have not": schemaCheck(panelKinds(dashboards)),
    'is called as the contract says': checkUid,
    'links to what exists': (dashboard) => checkLinks(dashboard, amid(dashboard)),
    'shows the same thing in the same unit and judges it by the same thresholds everywhere': (dashboard) =>
      checkSameEverywhere(amid(dashboard)),
    'turns colours where the alerts fire': (dashboard) => checkThresholdsOfAlerts(amid(dashboard)),
    'asks for no series of each instance where there may be thousands': (dashboard) =>
      dashboard.uid === 'sysvsem-fleet' ? checkBounded(dashboard) : [],
  } satisfies Readonly<Record<string, Check>>;
}

/** The sentence of one of the checks. */
export type CheckName = keyof ReturnType<typeof checksAmong>;
