import { scaleDuration } from './scaled-duration.ts';

interface Route {
  readonly routes?: readonly Route[];
}

/** An alertmanager.yml, as far as its scaling asks. */
export interface AlertmanagerConfig {
  readonly route: Route;
  readonly receivers: readonly { readonly name: string }[];
}

/**
 * The same routes and inhibitions with time running `factor` times faster: every wait and interval of a route is divided by it.
 * All receivers become webhooks at `url`.
 */
export function scaleAlertmanager(config: AlertmanagerConfig, factor: number, url: string): object {
  return {
    ...config,
    route: scaleRoute(config.route, factor),
    receivers: config.receivers.map(({ name }) => ({ name, webhook_configs: [{ url }] })),
  };
}

function scaleRoute({ routes = [], ...route }: Route, factor: number): Route {
  const scaled = Object.fromEntries(
    Object.entries(route).map(([key, value]) => [
      key,
      /_(wait|interval)$/.test(key) ? scaleDuration(String(value), factor) : value,
    ]),
  );
  return { ...scaled, routes: routes.map((inner) => scaleRoute(inner, factor)) };
}
