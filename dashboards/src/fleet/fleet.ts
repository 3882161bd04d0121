import { dashboardOf } from '../dashboard.ts';
import type { ClassicDashboard } from '../dashboard.ts';
import { toHost, UID } from '../links.ts';
import { allInstances, dataSource, job } from '../variables.ts';
import { answers } from './answers.ts';
import { distribution } from './distribution.ts';
import { exporters } from './exporters.ts';
import { orphans } from './orphans.ts';
import { worst } from './worst.ts';

/** All hosts: which of them needs somebody first. No panel has a series for each of them. */
export function fleetDashboard(): ClassicDashboard {
  return dashboardOf({
    uid: UID.fleet,
    title: 'System V semaphores: fleet',
    description: 'Which hosts are nearest to a failed start of Apache, of however many.',
    from: 'now-24h',
    refresh: '1m',
    variables: [dataSource(), job(), allInstances()],
    links: [toHost()],
    annotations: [],
    sections: [{ title: null, lines: [answers(), ...worst()] }, distribution(), exporters(), orphans()],
  });
}
