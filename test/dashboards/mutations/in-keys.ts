import type { CheckName } from '../all-checks.ts';
import { panel, set, target, variable } from './mutation.ts';
import type { Mutation } from './mutation.ts';

const SCHEMA: CheckName = "has no key or value that the types of Grafana's SDK have not";

/** Mistakes in what Grafana reads. */
export const IN_KEYS: readonly Mutation[] = [
  {
    mistake: 'a misspelt key of the dashboard',
    refusedBy: SCHEMA,
    make: (d) => {
      set(d, 'refersh', '30s');
    },
  },
  {
    mistake: 'a misspelt key of a panel',
    refusedBy: SCHEMA,
    make: (d) => {
      set(panel(d), 'descripton', 'See.');
    },
  },
  {
    mistake: 'a misspelt option of a panel',
    refusedBy: SCHEMA,
    make: (d) => {
      set(panel(d).options as object, 'lengend', {});
    },
  },
  {
    mistake: 'an option of another kind of panel',
    refusedBy: SCHEMA,
    make: (d) => {
      set(panel(d, ({ type }) => type === 'stat').options as object, 'showHeader', true);
    },
  },
  {
    mistake: 'a value that an option cannot have',
    refusedBy: SCHEMA,
    make: (d) => {
      set(panel(d, ({ type }) => type === 'stat').options as object, 'colorMode', 'backgruond');
    },
  },
  {
    mistake: 'a misspelt key of a query',
    refusedBy: SCHEMA,
    make: (d) => {
      set(target(d), 'legendFromat', 'x');
    },
  },
  {
    mistake: 'a number as text',
    refusedBy: SCHEMA,
    make: (d) => {
      set(panel(d).gridPos ?? {}, 'h', '4');
    },
  },
  {
    mistake: 'a misspelt setting of fields',
    refusedBy: SCHEMA,
    make: (d) => {
      set(panel(d).fieldConfig?.defaults ?? {}, 'noValues', 'x');
    },
  },
  {
    mistake: 'a misspelt setting of a kind of panel',
    refusedBy: SCHEMA,
    make: (d) => {
      const { defaults } = panel(d, ({ type }) => type === 'timeseries').fieldConfig ?? {};
      set(defaults ?? {}, 'custom', { fillOpactiy: 10 });
    },
  },
  {
    mistake: 'an override of what is no setting',
    refusedBy: SCHEMA,
    make: (d) => {
      panel(d).fieldConfig?.overrides.push({
        matcher: { id: 'byName', options: 'Value' },
        properties: [{ id: 'colour', value: 'red' }],
      });
    },
  },
  {
    mistake: 'a transformation that there is not',
    refusedBy: SCHEMA,
    make: (d) => {
      (panel(d).transformations ??= []).push({ id: 'organise', options: {} });
    },
  },
  {
    mistake: 'a kind of panel that there is not',
    refusedBy: SCHEMA,
    make: (d) => {
      panel(d).type = 'time-series';
    },
  },
  {
    mistake: 'a kind of variable that there is not',
    refusedBy: SCHEMA,
    make: (d) => {
      set(variable(d, 'job'), 'type', 'qurey');
    },
  },
];
