import type { CheckName } from '../all-checks.ts';
import { isText, panelQueriesOf, panelsOf, variablesOf } from '../dashboard.ts';
import type { Dashboard, Panel, Target, VariableModel } from '../dashboard.ts';

/** A mistake in a dashboard, and the check that has to refuse it. */
export interface Mutation {
  readonly mistake: string;
  readonly refusedBy: CheckName;
  /** Makes the mistake in a dashboard of its own. Throws where the dashboard has nothing to make it in. */
  readonly make: (dashboard: Dashboard) => void;
}

/** Anything of a JSON object may be set or taken away. */
type Json = Record<string, unknown>;

/** The first that is so. Throws where none is. */
export function first<T>(what: string, all: readonly T[], is: (one: T) => boolean = () => true): T {
  const found = all.find(is);
  if (found === undefined) throw new Error(`the dashboard has no ${what}`);
  return found;
}

/** The first panel that shows data and is so. */
export const panel = (dashboard: Dashboard, is: (panel: Panel) => boolean = () => true) =>
  first('panel for this mistake', panelsOf(dashboard), (one) => !isText(one) && is(one));

/** The variable of this name. */
export const variable = (dashboard: Dashboard, name: string): VariableModel =>
  first(`variable ${name}`, variablesOf(dashboard), (one) => one.name === name);

/** The first query of a panel that is so. */
export const target = (dashboard: Dashboard, is: (target: Target) => boolean = () => true) =>
  first('query for this mistake', panelQueriesOf(dashboard), (one) => is(one.target)).target;

/** Replaces a piece of the first expression that has it. */
export function rewrite(dashboard: Dashboard, piece: RegExp, by: string): void {
  const found = target(dashboard, ({ expr }) => piece.test(expr));
  found.expr = found.expr.replace(piece, by);
}

/** Sets any key to any value. */
export function set(object: object, key: string, value: unknown): void {
  (object as Json)[key] = value;
}

/** Takes a key away. */
export function drop(object: object, key: string): void {
  Reflect.deleteProperty(object, key);
}
