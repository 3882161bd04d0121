import { UIDS } from '../committed.ts';
import { nameOf } from '../dashboard.ts';
import type { Dashboard, Problems } from '../dashboard.ts';

/** Every panel and row has an id of its own, from 1 on, by which links and Grafana find it. */
export function checkIds({ panels = [] }: Dashboard): Problems {
  const all = panels.flatMap((panel) => ('panels' in panel ? [panel, ...panel.panels] : [panel]));
  const ids = all.map(({ id }) => id);
  return all.flatMap((panel, at) => {
    const { id } = panel;
    if (id === undefined || !Number.isInteger(id) || id < 1) return [`${nameOf(panel)} has no id`];
    return ids.indexOf(id) === at ? [] : [`${nameOf(panel)} has the id ${id} of another panel`];
  });
}

/** A dashboard has one of the contract's uids, and no number that a database gave it. */
export function checkUid(dashboard: Dashboard): Problems {
  const known: readonly (string | undefined)[] = UIDS;
  return [
    ...(known.includes(dashboard.uid)
      ? []
      : [`the uid is ${dashboard.uid ?? 'missing'}, not one of ${UIDS.join(', ')}`]),
    ...(dashboard.id === undefined || dashboard.id === null
      ? []
      : ['the dashboard has the id of a database']),
    ...((dashboard.title ?? '') === '' ? ['the dashboard has no title'] : []),
    ...((dashboard.description ?? '') === '' ? ['the dashboard has no description'] : []),
    ...((dashboard.tags ?? []).includes('sysvsem') ? [] : ['the dashboard has no tag sysvsem']),
  ];
}
