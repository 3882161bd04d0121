import { cleanups, firing, notRead } from '../annotations.ts';
import { dashboardOf } from '../dashboard.ts';
import type { ClassicDashboard } from '../dashboard.ts';
import { toFleet, toRunbooks, toStatusPage, UID } from '../links.ts';
import { dataSource, job, oneInstance } from '../variables.ts';
import { answers } from './answers.ts';
import { cleanup } from './cleanup.ts';
import { exporter } from './exporter.ts';
import { owners } from './owners.ts';
import { setsAndAlerts } from './sets.ts';
import { trends } from './trends.ts';

/** One host: how near it is to the next failed start, whose sets they are, and what to do. */
export function hostDashboard(): ClassicDashboard {
  return dashboardOf({
    uid: UID.host,
    title: 'System V semaphores: host',
    description:
      'How near one host is to the next failed start of Apache, whose semaphore sets they are, and what to do.',
    from: 'now-6h',
    refresh: '30s',
    variables: [dataSource(), job(), oneInstance()],
    links: [toStatusPage(), toRunbooks(), toFleet()],
    annotations: [firing('critical'), firing('warning'), cleanups(), notRead()],
    sections: [
      { title: null, lines: [...answers(), setsAndAlerts()] },
      owners(),
      trends(),
      cleanup(),
      exporter(),
    ],
  });
}
