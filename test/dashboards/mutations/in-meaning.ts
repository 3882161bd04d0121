import { panelsOf } from '../dashboard.ts';
import type { Dashboard, Panel } from '../dashboard.ts';
import { drop, first, panel, set } from './mutation.ts';
import type { Mutation } from './mutation.ts';

/** Mistakes in words, links, units and thresholds. */
export const IN_MEANING: readonly Mutation[] = [
  {
    mistake: 'no description',
    refusedBy: 'has a title and a description for every panel (panel-title-description-rule)',
    make: (d) => {
      drop(panel(d), 'description');
    },
  },
  {
    mistake: 'no title',
    refusedBy: 'has a title and a description for every panel (panel-title-description-rule)',
    make: (d) => {
      panel(d).title = '';
    },
  },
  {
    mistake: 'one title twice',
    refusedBy: 'gives every panel a title of its own',
    make: (d) => {
      const [one, other] = panelsOf(d);
      set(other ?? {}, 'title', one?.title);
    },
  },
  {
    mistake: 'a description that ends in no sentence',
    refusedBy: 'describes every panel in sentences that say what to do',
    make: (d) => {
      panel(d).description = 'Sets in use. See who has them';
    },
  },
  {
    mistake: 'a description that says nothing to do',
    refusedBy: 'describes every panel in sentences that say what to do',
    make: (d) => {
      panel(d).description = 'Sets in use. They belong to somebody.';
    },
  },
  {
    mistake: 'a hole where there is no data',
    refusedBy: 'says in every panel what no data means',
    make: (d) => {
      drop(panel(d).fieldConfig?.defaults ?? {}, 'noValue');
    },
  },
  {
    mistake: 'a dash where there is no data',
    refusedBy: 'says in every panel what no data means',
    make: (d) => {
      set(panel(d).fieldConfig?.defaults ?? {}, 'noValue', '-');
    },
  },
  {
    mistake: 'no unit',
    refusedBy: 'has a unit that Grafana knows for every panel (panel-units-rule)',
    make: (d) => {
      drop(panel(d).fieldConfig?.defaults ?? {}, 'unit');
    },
  },
  {
    mistake: 'a unit that there is not',
    refusedBy: 'has a unit that Grafana knows for every panel (panel-units-rule)',
    make: (d) => {
      set(panel(d).fieldConfig?.defaults ?? {}, 'unit', 'sets');
    },
  },
  {
    mistake: 'a share in seconds',
    refusedBy: 'shows every value in the unit it counts in',
    make: (d) => {
      const share = panel(d, showsShare);
      const { fieldConfig } = share;
      if (fieldConfig)
        share.fieldConfig = JSON.parse(
          JSON.stringify(fieldConfig).replaceAll('percentunit', 's'),
        ) as typeof fieldConfig;
    },
  },
  {
    mistake: 'a link to a dashboard that there is not',
    refusedBy: 'links to what exists',
    make: (d) => {
      (d.links ??= []).push({ ...first('link', d.links), url: '/d/sysvsem-hosts' });
    },
  },
  {
    mistake: 'a link to a runbook that there is not',
    refusedBy: 'links to what exists',
    make: (d) => {
      (d.links ??= []).push({ ...first('link', d.links), url: 'http://${instance}/runbooks/SysvsemDown' });
    },
  },
  {
    mistake: 'a link with a variable that there is not',
    refusedBy: 'links to what exists',
    make: (d) => {
      (d.links ??= []).push({ ...first('link', d.links), url: 'http://${instances}/' });
    },
  },
  {
    mistake: 'a threshold where no alert fires',
    refusedBy: 'turns colours where the alerts fire',
    make: (d) => {
      rethreshold(d, (steps) => {
        set(steps[1] ?? {}, 'value', 0.75);
      });
    },
  },
  {
    mistake: 'critical in the colour of fine',
    refusedBy: 'turns colours where the alerts fire',
    make: (d) => {
      rethreshold(d, (steps) => {
        set(steps[2] ?? {}, 'color', 'green');
      });
    },
  },
  {
    mistake: 'one expression in two units',
    refusedBy: 'shows the same thing in the same unit and judges it by the same thresholds everywhere',
    make: (d) => {
      panel(d, (one) => !showsShare(one)).targets = panel(d, showsShare).targets ?? [];
    },
  },
  {
    mistake: 'an override for a field that there is not',
    refusedBy: 'sets nothing for a field that there is not',
    make: (d) => {
      panel(d).fieldConfig?.overrides.push({
        matcher: { id: 'byName', options: 'no such field' },
        properties: [],
      });
    },
  },
];

function showsShare({ fieldConfig }: Panel): boolean {
  return JSON.stringify(fieldConfig).includes('percentunit');
}

/** Changes the thresholds of the first panel that judges the use of a limit. */
function rethreshold(dashboard: Dashboard, change: (steps: readonly object[]) => void): void {
  const judging = panel(dashboard, ({ fieldConfig }) => thresholdsIn(fieldConfig).length > 0);
  change(thresholdsIn(judging.fieldConfig)[0] ?? []);
}

/** Every list of steps in a panel's settings that turns at 0.8. */
function thresholdsIn(settings: unknown): (readonly { readonly value: number | null }[])[] {
  if (typeof settings !== 'object' || settings === null) return [];
  const { steps } = settings as { steps?: readonly { readonly value: number | null }[] };
  if (steps?.some(({ value }) => value === 0.8) === true) return [steps];
  return Object.values(settings).flatMap(thresholdsIn);
}
