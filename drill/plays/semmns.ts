import { assemble } from '../cast.ts';
import { arrivalsOf, CRITICAL } from '../arrivals.ts';
import { incidentClaims } from '../incident-claims.ts';
import { mendIncident } from '../incident.ts';
import type { Incident } from '../incident.ts';
import { crashUntilItFails } from '../leaks.ts';
import type { Claim, Play } from '../play.ts';

/** The same outage by the other limit, which the error_log does not tell apart. */
export const semmns: Play<Incident> = {
  name: 'semmns',
  title: 'SEMMNS instead of SEMMNI',
  plot:
    'Apache is killed every two minutes and started again. There is room for many more sets, but not for their semaphores: the ' +
    'error_log says the same.',
  setting: { limits: '250 24 32 128', factor: 50 },
  perform: async (scene) => {
    const cast = await assemble(scene);
    return mendIncident(cast, await crashUntilItFails(cast));
  },
  claims: (incident) => [
    ...incidentClaims(incident, ['SysvsemOrphansAccumulating', 'SysvsemSemaphoresNearLimit']),
    limitNamed(incident),
  ],
};

function limitNamed({ received }: Incident): Claim {
  const [critical] = arrivalsOf(received, CRITICAL);
  const said = /\d+ sets \(SEMMNI\) and \d+ semaphores \(SEMMNS\)/.exec(
    critical?.annotations['description'] ?? '',
  )?.[0];
  return {
    claim: 'The alert tells which of the two limits it is.',
    holds: said === '105 sets (SEMMNI) and 1 semaphores (SEMMNS)',
    ...(said !== undefined && { detail: `Free: ${said}.` }),
  };
}
