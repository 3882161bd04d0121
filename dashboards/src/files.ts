import { textOf } from './emit.ts';
import { fleetDashboard } from './fleet/fleet.ts';
import { hostDashboard } from './host/host.ts';
import { importable } from './importable.ts';

/** Every file of `dashboards/`: its path in there, and its text. */
export function dashboardFiles(): ReadonlyMap<string, string> {
  const dashboards = [hostDashboard(), fleetDashboard()];
  return new Map(
    dashboards.flatMap((dashboard) => {
      const name = `${dashboard.uid}.json`;
      return [
        [name, textOf(dashboard)],
        [`importable/${name}`, textOf(importable(dashboard))],
      ] as const;
    }),
  );
}
