import { arrivalsOf, CRITICAL, flapping, namesOf, WARNING } from './arrivals.ts';
import type { Wanted } from './arrivals.ts';
import type { Incident } from './incident.ts';
import type { Claim } from './play.ts';
import { counted, inBothTimes } from './words.ts';

/**
 * What an outage must show: that it was announced, looked as documented, and was mended without harm.
 *
 * @param others names of the alerts that may arrive beside SysvsemApacheStartAtRisk and SysvsemPrivateNamespace
 */
export function incidentClaims(incident: Incident, others: readonly string[]): Claim[] {
  return [
    announced(incident, 'The warning reached tickets', WARNING),
    announced(incident, 'The critical alert reached on-call', CRITICAL),
    warningHeldBack(incident),
    failedAsDocumented(incident),
    removedOrphansAlone(incident),
    neighbourUnharmed(incident),
    {
      claim: 'Apache serves again.',
      holds: incident.startedAgain.serves,
    },
    resolvedOnce(incident),
    nothingElse(incident, others),
  ];
}

function announced({ failed, factor, received }: Incident, who: string, wanted: Wanted): Claim {
  const claim = `${who} before the first failed ${failed.what}`;
  const [first] = arrivalsOf(received, wanted);
  if (first === undefined) return { claim: `${claim}.`, holds: false, detail: 'It never arrived.' };
  const ahead = failed.at - first.receivedAt;
  return ahead > 0
    ? { claim: `${claim}: ${inBothTimes(ahead, factor)}.`, holds: true }
    : { claim: `${claim}.`, holds: false, detail: `It came ${inBothTimes(-ahead, factor)} after it.` };
}

/** Alertmanager says so, and none was sent from the critical alert's arrival to the cleanup. */
function warningHeldBack({ received, warningInhibited, mendedAt }: Incident): Claim {
  const [critical] = arrivalsOf(received, CRITICAL);
  const sent = arrivalsOf(received, WARNING).filter(
    ({ receivedAt }) => critical !== undefined && receivedAt > critical.receivedAt && receivedAt < mendedAt,
  );
  return {
    claim: 'While critical fired, Alertmanager held the warning of the same alert back.',
    holds: warningInhibited && sent.length === 0,
  };
}

function failedAsDocumented({ failed, servedAfterFailure }: Incident): Claim {
  return {
    claim: 'It failed as documented: error 28 and AH00023 in the error_log, and no server.',
    holds:
      !failed.serves &&
      !servedAfterFailure &&
      failed.log.some((line) => line.includes('(28)No space left on device: AH00023: ')),
  };
}

function removedOrphansAlone({ mends, leaked }: Incident): Claim {
  const count = mends.reduce((sum, { removed }) => sum + removed.length, 0);
  return {
    claim: `Cleanup removed what was planned, of what Apache had left, and nothing else: ${counted(count, 'set')}.`,
    holds:
      count > 0 &&
      mends.every(
        ({ status, planned, removed, recorded }) =>
          status === 0 &&
          planned.every((semid) => removed.includes(semid)) &&
          removed.every((semid) => leaked.includes(semid) && recorded.includes(semid)),
      ),
  };
}

function neighbourUnharmed({ neighbour, mends }: Incident): Claim {
  const { semids, usesItsSets } = neighbour;
  const left = mends.at(-1)?.left ?? [];
  return {
    claim: `The neighbour's ${counted(semids.length, 'set')} are there, and it can use them.`,
    holds: usesItsSets && semids.every((semid) => left.includes(semid)),
  };
}

function resolvedOnce({ received, mendedAt }: Incident): Claim {
  const resolutions = [WARNING, CRITICAL].map((alert) =>
    arrivalsOf(received, { ...alert, status: 'resolved' }),
  );
  const flapped = flapping(received);
  return {
    claim: 'Both alerts resolved at their receivers, after the cleanup, and none came back.',
    holds:
      flapped.length === 0 &&
      resolutions.every(([first]) => first !== undefined && first.receivedAt > mendedAt),
    ...(flapped.length > 0 && { detail: `Again: ${flapped.join(', ')}.` }),
  };
}

function nothingElse({ received, refusals }: Incident, others: readonly string[]): Claim {
  const known = ['SysvsemApacheStartAtRisk', 'SysvsemPrivateNamespace', ...others];
  if (refusals > 0) known.push('SysvsemCleanupFailing');
  const unexpected = namesOf(received).filter((name) => !known.includes(name));
  return {
    claim: 'No alert fired that had no reason to.',
    holds: unexpected.length === 0,
    ...(unexpected.length > 0 && { detail: `But ${unexpected.join(', ')}.` }),
  };
}
