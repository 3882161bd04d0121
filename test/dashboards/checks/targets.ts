import { messageOf } from '../../../src/errors.ts';
import { panelQueriesOf, queriesOf, targetsOf, panelsOf, nameOf } from '../dashboard.ts';
import type { Dashboard, Problems, Query } from '../dashboard.ts';
import { readTree, walk } from '../promql/tree.ts';
import type { Tree } from '../promql/tree.ts';

const RATES = ['rate', 'irate', 'increase'];

/** target-logql-auto-rule: only Loki fills in `$__auto`. */
export function checkNoAuto(dashboard: Dashboard): Problems {
  return queriesOf(dashboard)
    .filter(({ expr }) => /\$\{?__auto\b/.test(expr))
    .map(({ where }) => `${where} takes a range over $__auto, which Prometheus does not have`);
}

/** target-logql-rule: nothing is asked of Loki, which has LogQL. */
export function checkNoLogql(dashboard: Dashboard): Problems {
  return panelsOf(dashboard).flatMap((panel) =>
    [panel.datasource, ...targetsOf(panel).map(({ datasource }) => datasource)]
      .filter((source) => source?.type === 'loki' || /loki/i.test(source?.uid ?? ''))
      .map(() => `${nameOf(panel)} asks Loki`),
  );
}

/** target-promql-rule, of variables and annotations too. */
export function checkPromql(dashboard: Dashboard): Problems {
  return queriesOf(dashboard).flatMap(({ where, expr }) => {
    try {
      readTree(expr);
      return [];
    } catch (error) {
      return [`${where}: ${messageOf(error)}`];
    }
  });
}

/**
 * target-rate-interval-rule: rates are taken over `$__rate_interval`. An increase may also be one over all that is
 * shown, `$__range`, as the one number of an instant query.
 */
export function checkRateInterval(dashboard: Dashboard): Problems {
  return partsOf(dashboard).flatMap(([{ where, instant, range }, tree]) => {
    if (tree.is !== 'call' || !RATES.includes(tree.name)) return [];
    const [of] = tree.args;
    const over = of?.is === 'range' ? of.range : 'nothing';
    const total = tree.name === 'increase' && over === '$__range' && instant && !range;
    return over === '$__rate_interval' || total
      ? []
      : [`${where}: ${tree.name} is taken over ${over}, not $__rate_interval`];
  });
}

/** target-job-rule. */
export function checkJobMatcher(dashboard: Dashboard): Problems {
  return checkMatcher(dashboard, 'job');
}

/** target-instance-rule. */
export function checkInstanceMatcher(dashboard: Dashboard): Problems {
  return checkMatcher(dashboard, 'instance');
}

/** target-counter-agg-rule: a counter is only of use as a rate. */
export function checkCounters(dashboard: Dashboard): Problems {
  return partsOf(dashboard).flatMap(([{ where }, tree, within]) => {
    if (tree.is !== 'selector' || !tree.selector.metric.endsWith('_total')) return [];
    const [range, call] = within;
    const isRate = range?.is === 'range' && call?.is === 'call' && RATES.includes(call.name);
    return isRate ? [] : [`${where}: the counter ${tree.selector.metric} is in no rate or increase`];
  });
}

/** uneditable-dashboard: changes are made in the sources. */
export function checkUneditable({ editable }: Dashboard): Problems {
  return editable === false ? [] : ['the dashboard can be edited'];
}

function checkMatcher(dashboard: Dashboard, label: string): Problems {
  return partsOf(dashboard).flatMap(([{ where }, tree]) => {
    if (tree.is !== 'selector') return [];
    const { metric, matchers } = tree.selector;
    const has = matchers.some(
      (matcher) => matcher.label === label && matcher.operator === '=~' && matcher.value === `$${label}`,
    );
    return has ? [] : [`${where}: ${metric} is selected without ${label}=~"$${label}"`];
  });
}

/** Every part of every expression of panels and annotations. */
function partsOf(dashboard: Dashboard): (readonly [Query, Tree, readonly Tree[]])[] {
  const queries = queriesOf(dashboard).filter(({ where }) => !where.startsWith('variable'));
  return queries.flatMap((query) => {
    try {
      return Array.from(walk(readTree(query.expr)), ([tree, within]) => [query, tree, within] as const);
    } catch {
      return []; // Whether it is PromQL is a check of its own.
    }
  });
}

/** Names of queries that are the same in one panel. */
export function checkRefIds(dashboard: Dashboard): Problems {
  return panelsOf(dashboard).flatMap((panel) => {
    const names = targetsOf(panel).map(({ refId = '' }) => refId);
    return names
      .filter((name, at) => name === '' || names.indexOf(name) !== at)
      .map((name) => `${nameOf(panel)}: the refId "${name}" is empty or there twice`);
  });
}

/** A query says whether it is asked for an instant, for a range, or for both; Grafana guesses otherwise. */
export function checkInstantOrRange(dashboard: Dashboard): Problems {
  return panelQueriesOf(dashboard)
    .filter(({ target }) => target.instant !== true && target.range !== true)
    .map(({ where }) => `${where} says neither instant nor range`);
}
