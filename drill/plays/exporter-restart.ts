import { awaitAlert } from '../on-call.ts';
import { WARNING } from '../arrivals.ts';
import { assemble } from '../cast.ts';
import { incidentClaims } from '../incident-claims.ts';
import { mendIncident } from '../incident.ts';
import type { Incident } from '../incident.ts';
import { crashUntilItFails } from '../leaks.ts';
import type { Claim, Play, Scene } from '../play.ts';
import { look } from '../sight.ts';

/** The crash after which the exporter is restarted: the warning fires by then. */
const RESTART_AFTER = 3;

/** What the exporter knew before and after its restart. */
interface Knowledge {
  readonly startDemand: number | undefined;
  readonly orphans: number;
}

/** An outage in the middle of which the exporter was restarted. */
export interface RestartedIncident extends Incident {
  readonly before: Knowledge;
  readonly after: Knowledge;
}

/** A leak that the exporter must not forget, while Apache is down and cannot teach it anew. */
export const exporterRestart: Play<RestartedIncident> = {
  name: 'exporter-restart',
  title: 'Exporter restarted in the middle',
  plot: 'Apache is killed every two minutes and started again. While it is down once, the exporter is restarted; its ledger is in the state file.',
  setting: { limits: '250 32000 32 24', factor: 50 },
  perform: async (scene) => {
    const cast = await assemble(scene);
    const known: Knowledge[] = [];
    const failed = await crashUntilItFails(cast, async (count) => {
      if (count !== RESTART_AFTER) return;
      await awaitAlert(scene, WARNING);
      known.push(await knowledge(scene));
      await scene.stage.restartExporter();
      known.push(await knowledge(scene));
      scene.timeline.says('exporter', 'restarted, while Apache is down');
    });
    const [before = NOTHING, after = NOTHING] = known;
    return { ...(await mendIncident(cast, failed)), before, after };
  },
  claims: (incident) => [
    ...incidentClaims(incident, ['SysvsemOrphansAccumulating', 'SysvsemSetsNearLimit']),
    remembered(incident),
  ],
};

const NOTHING: Knowledge = { startDemand: undefined, orphans: 0 };

async function knowledge({ stage }: Scene): Promise<Knowledge> {
  const { states } = await look(stage, '');
  const startDemand = (await stage.exporter.scrape()).value('sysvsem_start_demand_sets');
  return { startDemand, orphans: states['orphaned'] ?? 0 };
}

function remembered({ before, after }: RestartedIncident): Claim {
  return {
    claim: 'After its restart the exporter knew what it knew before: the orphans, and what a start needs.',
    holds:
      before.orphans > 0 &&
      after.orphans >= before.orphans &&
      before.startDemand !== undefined &&
      after.startDemand === before.startDemand,
    detail: `${after.orphans} orphans, ${after.startDemand ?? 'unknown'} sets a start.`,
  };
}
