import type { CheckName } from '../all-checks.ts';
import { panelsOf, variablesOf } from '../dashboard.ts';
import { drop, panel, set, target, variable } from './mutation.ts';
import type { Mutation } from './mutation.ts';

const GRID: CheckName = 'leaves no gap in the grid, and lays no panel over another';

/** Mistakes in the frame: variables, data sources, places, names. */
export const IN_FRAME: readonly Mutation[] = [
  {
    mistake: 'another name for the data source variable',
    refusedBy: 'lets the data source be chosen (template-datasource-rule)',
    make: (d) => {
      variable(d, 'datasource').name = 'prometheus';
    },
  },
  {
    mistake: 'no variable for the job',
    refusedBy: 'lets jobs be chosen (template-job-rule)',
    make: (d) => {
      d.templating.list = variablesOf(d).filter(({ name }) => name !== 'job');
    },
  },
  {
    mistake: 'all jobs meaning any value at all',
    refusedBy: 'lets jobs be chosen (template-job-rule)',
    make: (d) => {
      variable(d, 'job').allValue = '.*';
    },
  },
  {
    mistake: 'one instance only',
    refusedBy: 'lets instances be chosen (template-instance-rule)',
    make: (d) => {
      variable(d, 'instance').multi = false;
    },
  },
  {
    mistake: 'instances of a fixed data source',
    refusedBy: 'lets instances be chosen (template-instance-rule)',
    make: (d) => {
      variable(d, 'instance').datasource = { type: 'prometheus', uid: 'P1' };
    },
  },
  {
    mistake: 'a variable that asks no PromQL',
    refusedBy: 'asks for the values of its variables in PromQL (template-label-promql-rule)',
    make: (d) => {
      set(variable(d, 'instance'), 'query', { query: 'label_values(sysvsem_up{, instance)', refId: 'A' });
    },
  },
  {
    mistake: 'variables that are asked once',
    refusedBy: 'asks for them anew when the time range changes (template-on-time-change-reload-rule)',
    make: (d) => {
      set(variable(d, 'job'), 'refresh', 1);
    },
  },
  {
    mistake: 'no data source',
    refusedBy: 'asks the chosen data source in every panel (panel-datasource-rule)',
    make: (d) => {
      drop(panel(d), 'datasource');
    },
  },
  {
    mistake: 'a fixed data source of one query',
    refusedBy: 'asks the chosen data source in every panel (panel-datasource-rule)',
    make: (d) => {
      target(d).datasource = { type: 'prometheus', uid: 'P1' };
    },
  },
  {
    mistake: 'a panel without queries',
    refusedBy: 'has no panel that asks nothing (panel-no-targets-rule)',
    make: (d) => {
      panel(d).targets = [];
    },
  },
  {
    mistake: 'a query to Loki',
    refusedBy: 'asks nothing of Loki (target-logql-rule)',
    make: (d) => {
      target(d).datasource = { type: 'loki', uid: '${loki}' };
    },
  },
  {
    mistake: 'a dashboard that can be edited',
    refusedBy: 'cannot be edited in Grafana (uneditable-dashboard)',
    make: (d) => {
      d.editable = true;
    },
  },
  {
    mistake: 'another uid',
    refusedBy: 'is called as the contract says',
    make: (d) => {
      d.uid = 'sysvsem';
    },
  },
  {
    mistake: 'the id of a database',
    refusedBy: 'is called as the contract says',
    make: (d) => {
      d.id = 7;
    },
  },
  {
    mistake: 'panels over one another',
    refusedBy: GRID,
    make: (d) => {
      const [one, other] = panelsOf(d);
      if (one?.gridPos && other?.gridPos)
        Object.assign(other.gridPos, { x: one.gridPos.x, y: one.gridPos.y });
    },
  },
  {
    mistake: 'a gap between panels',
    refusedBy: GRID,
    make: (d) => {
      const place = panel(d).gridPos;
      if (place) place.w -= 1;
    },
  },
  {
    mistake: 'an empty line',
    refusedBy: GRID,
    make: (d) => {
      const last = (d.panels ?? []).at(-1)?.gridPos;
      if (last) last.y += 1;
    },
  },
  {
    mistake: 'a panel beyond the right edge',
    refusedBy: GRID,
    make: (d) => {
      const place = panel(d, ({ gridPos }) => (gridPos?.x ?? 0) > 0).gridPos;
      if (place) place.w = 24;
    },
  },
  {
    mistake: 'a panel without a place',
    refusedBy: GRID,
    make: (d) => {
      drop(panel(d), 'gridPos');
    },
  },
  {
    mistake: 'one id twice',
    refusedBy: 'gives every panel an id of its own',
    make: (d) => {
      const [one, other] = panelsOf(d);
      set(other ?? {}, 'id', one?.id);
    },
  },
  {
    mistake: 'no id',
    refusedBy: 'gives every panel an id of its own',
    make: (d) => {
      drop(panel(d), 'id');
    },
  },
  {
    mistake: 'one refId twice',
    refusedBy: 'gives every query of a panel a name of its own',
    make: (d) => {
      const { targets = [] } = panel(d);
      const [one] = targets;
      if (one) targets.push(one);
    },
  },
];
