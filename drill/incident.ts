import type { ReceivedAlert } from '../test/support/alert-receiver.ts';
import { semidsOf } from '../test/support/cleanup.ts';
import type { Exposition } from '../test/support/exposition.ts';
import { CRITICAL, namesOf, WARNING } from './arrivals.ts';
import { tryStart } from './attempt.ts';
import type { Attempt } from './attempt.ts';
import type { Cast } from './cast.ts';
import { isWarningInhibited } from './inhibition.ts';
import { awaitAlert, cleanUp, readRunbook } from './on-call.ts';
import type { Mend } from './on-call.ts';
import { look, tableOf } from './sight.ts';
import type { Sight } from './sight.ts';

const MOST_MENDS = 3;
const HOLDERS_PATIENCE_MS = 20_000;

/** What was seen of an outage and its mend. Times are milliseconds since the epoch, sets are told by semid. */
export interface Incident {
  readonly factor: number;
  readonly failed: Attempt;
  /** Whether somebody answered on Apache's ports all the same. */
  readonly servedAfterFailure: boolean;
  /** What Apache had left when it failed. */
  readonly leaked: readonly number[];
  /** Whether Alertmanager held the warning back while the critical alert of the same name fired. */
  readonly warningInhibited: boolean;
  readonly runbookOpened: boolean;
  readonly mendedAt: number;
  /** The cleanups: more than one where other programs of the machine were in the way of a proof. */
  readonly mends: readonly Mend[];
  /** Cleanups that the exporter could not make at the time. */
  readonly refusals: number;
  readonly sights: readonly Sight[];
  readonly neighbour: { readonly semids: readonly number[]; readonly usesItsSets: boolean };
  readonly startedAgain: Attempt;
  /** All notifications, to the end. */
  readonly received: readonly ReceivedAlert[];
}

/** From a start or a reload that failed: on-call frees what is orphaned and starts Apache; ends when the alerts have resolved. */
export async function mendIncident(cast: Cast, failed: Attempt): Promise<Incident> {
  const { stage, apache, neighbour } = cast;
  tellFailure(cast, failed);
  const servedAfterFailure = await apache.isServing();
  const left = semidsOf(await stage.namespace.kernelSets());
  const leaked = left.filter((semid) => !neighbour.semids.includes(semid));

  const critical = await awaitAlert(cast, CRITICAL);
  const warningInhibited = await isWarningInhibited(stage);
  const runbookOpened = critical !== undefined && (await readRunbook(cast, critical));
  const before = await look(stage, 'before the cleanup');
  const mendedAt = Date.now();
  const mends = await cleanUpUntilEnough(cast);
  const after = await look(stage, 'after it');

  const startedAgain = await tryStart(apache);
  await tellStart(cast, startedAgain);
  for (const alert of [WARNING, CRITICAL]) await awaitAlert(cast, { ...alert, status: 'resolved' });
  if (namesOf(stage.receiver.received).includes('SysvsemOrphansAccumulating'))
    cast.timeline.says('on-call', 'SysvsemOrphansAccumulating stays for two days: find out what leaks');
  const sights = [before, after, await look(stage, 'Apache serves')];
  cast.timeline.shows(tableOf(sights));
  return {
    factor: stage.factor,
    failed,
    servedAfterFailure,
    leaked,
    warningInhibited,
    runbookOpened,
    mendedAt,
    mends,
    refusals: stage.refusals,
    sights,
    neighbour: { semids: neighbour.semids, usesItsSets: await neighbour.canUseItsSets() },
    startedAgain,
    received: stage.receiver.received,
  };
}

/**
 * Cleans up, and again where too much was left for the alerts to resolve: what was started between the same two collections as an
 * Apache may know its sets, and holds them as long as it lives. On a busy machine there is always something.
 */
async function cleanUpUntilEnough(cast: Cast): Promise<Mend[]> {
  const { stage, timeline, limit, startSets } = cast;
  /** The rule's: three starts, or half the limit, once Apache has started. */
  const isEnough = (sets: number) => limit - sets - startSets >= Math.min(3 * startSets, limit / 2);
  const mends: Mend[] = [];
  for (;;) {
    const mend = await cleanUp(cast);
    mends.push(mend);
    if (isEnough(mend.left.length) || mends.length === MOST_MENDS) return mends;
    timeline.says('on-call', 'waits for other programs to end, which may know the rest');
    await stage.exporter
      .until((metrics) => isEnough(mend.left.length - orphansIn(metrics)), HOLDERS_PATIENCE_MS)
      .catch(() => undefined);
  }
}

function orphansIn(metrics: Exposition): number {
  return metrics.all('sysvsem_owner_sets', { state: 'orphaned' }).reduce((sum, { value }) => sum + value, 0);
}

function tellFailure({ timeline }: Cast, { what, status, log }: Attempt): void {
  const how = status === null ? 'and with it the running server' : `exit status ${status}, but no server`;
  timeline.says('Apache', `THE ${what.toUpperCase()} FAILS: ${how}`, 'bad');
  for (const line of log.filter((words) => /AH000(15|16|20|23)|AH03282/.test(words)))
    timeline.says('error_log', line, 'bad');
}

async function tellStart({ timeline, drawTable }: Cast, { serves }: Attempt): Promise<void> {
  if (serves) timeline.says('Apache', `serves again      ${await drawTable(true)}`, 'good');
  else timeline.says('Apache', 'does not start', 'bad');
}
