import { assemble } from '../cast.ts';
import { incidentClaims } from '../incident-claims.ts';
import { mendIncident } from '../incident.ts';
import type { Incident } from '../incident.ts';
import { crashUntilItFails } from '../leaks.ts';
import type { Play } from '../play.ts';

/** The incident that this project exists for. */
export const crashLeak: Play<Incident> = {
  name: 'crash-leak',
  title: 'Crash leak',
  plot: 'Apache is killed every two minutes and started again, until the kernel has no set left for it.',
  setting: { limits: '250 32000 32 37', factor: 50 },
  perform: async (scene) => {
    const cast = await assemble(scene);
    return mendIncident(cast, await crashUntilItFails(cast));
  },
  claims: (incident) => incidentClaims(incident, ['SysvsemOrphansAccumulating', 'SysvsemSetsNearLimit']),
};
