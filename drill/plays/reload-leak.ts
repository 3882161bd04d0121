import { arrivalsOf, WARNING } from '../arrivals.ts';
import { assemble } from '../cast.ts';
import type { Cast } from '../cast.ts';
import { incidentClaims } from '../incident-claims.ts';
import { mendIncident } from '../incident.ts';
import type { Incident } from '../incident.ts';
import { reloadUntilItFails } from '../leaks.ts';
import { askForPlan } from '../on-call.ts';
import type { Play } from '../play.ts';

/** An outage by reloads. */
export interface ReloadIncident extends Incident {
  /** Sets that a plan had while the leaking server lived; undefined where nobody asked. */
  readonly plannedWhileAlive: number | undefined;
  /** What a start needs, as learned at the end of the leak. */
  readonly startDemand: number | undefined;
  /** What a start made. */
  readonly startSets: number;
}

/** The leak of modules that forget their sets at each graceful restart. */
export const reloadLeak: Play<ReloadIncident> = {
  name: 'reload-leak',
  title: 'Reload leak',
  plot:
    'A module of Apache leaves its sets behind at each graceful restart. The server lives on, until a reload finds one set too few ' +
    'and kills it.',
  setting: { limits: '250 32000 32 33', factor: 50 },
  perform: async (scene) => {
    const cast = await assemble(scene, { leaks: true });
    // A start counts as over, and what a reload adds is told from it, only after some seconds by the clock.
    await scene.stage.pass(2);
    let plannedWhileAlive: number | undefined;
    const failed = await reloadUntilItFails(cast, async () => {
      if (plannedWhileAlive === undefined && arrivalsOf(scene.stage.receiver.received, WARNING).length > 0)
        plannedWhileAlive = (await askForPlan(cast)).planned.length;
    });
    const startDemand = await learned(cast);
    return {
      ...(await mendIncident(cast, failed)),
      plannedWhileAlive,
      startDemand,
      startSets: cast.startSets,
    };
  },
  claims: (incident) => [
    ...incidentClaims(incident, ['SysvsemOrphansAccumulating', 'SysvsemSetsNearLimit']),
    {
      claim: 'While the leaking server lived, nothing of it was planned for removal.',
      holds: incident.plannedWhileAlive === 0,
    },
    {
      claim: 'What a start needs was not taken to grow with what reloads leaked.',
      holds: incident.startDemand === incident.startSets,
      detail: `${incident.startDemand ?? 'Unknown'} sets.`,
    },
  ],
};

async function learned({ stage }: Cast): Promise<number | undefined> {
  return (await stage.exporter.nextCollection()).value('sysvsem_start_demand_sets');
}
