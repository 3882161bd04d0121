import type { ReceivedAlert } from '../../test/support/alert-receiver.ts';
import { Apache } from '../../test/support/apache.ts';
import { APACHE_SETS } from '../../test/support/apache-config.ts';
import { arrivalsOf, CRITICAL, flapping, namesOf, WARNING } from '../arrivals.ts';
import { tryReload } from '../attempt.ts';
import type { Attempt } from '../attempt.ts';
import { Daemon } from '../daemon.ts';
import { isWarningInhibited } from '../inhibition.ts';
import { askForPlan, awaitAlert, readRunbook } from '../on-call.ts';
import type { Claim, Play, Scene } from '../play.ts';
import { BAR_LEGEND, tableBar } from '../table-bar.ts';

const ZABBIX = { name: 'zabbix', uid: 54_321 };
const LIMIT = 40;
const TAKEN = 33;

/** What was seen of a table that somebody else filled. */
export interface Squeeze {
  /** Whether Apache served, each time that it was asked. */
  readonly served: readonly boolean[];
  readonly warningInhibited: boolean;
  /** Sets that a plan had meanwhile. */
  readonly planned: number;
  /** Plans that the exporter could not make at the time. */
  readonly refusals: number;
  /** A reload once there was room again. */
  readonly reloaded: Attempt;
  /** All notifications, to the end. */
  readonly received: readonly ReceivedAlert[];
}

/** The limit is eaten by a program that has nothing to do with Apache, which serves and would not start again. */
export const noisyNeighbour: Play<Squeeze> = {
  name: 'noisy-neighbour',
  title: 'Noisy neighbour',
  plot: 'A monitoring agent takes nearly all sets at one go, while Apache serves and notices nothing. Its next reload would kill it.',
  setting: { limits: `250 32000 32 ${LIMIT}`, factor: 50, users: [ZABBIX] },
  perform: squeeze,
  claims: squeezeClaims,
};

async function squeeze(scene: Scene): Promise<Squeeze> {
  const { stage, timeline, atEnd } = scene;
  const apache = await Apache.run(atEnd, stage.namespace);
  await stage.exporter.until((metrics) => metrics.value('sysvsem_start_demand_sets') === APACHE_SETS.prefork);
  await stage.watch();
  const drawTable = async () =>
    tableBar({ living: (await stage.namespace.kernelSets()).length, leaked: 0, limit: LIMIT });
  timeline.shows([`${BAR_LEGEND}; a start of Apache takes ${APACHE_SETS.prefork}`]);
  timeline.says('Apache', `serves            ${await drawTable()}`);
  const served = [await apache.isServing()];

  const zabbix = await Daemon.start(scene, ZABBIX.uid);
  await zabbix.take(TAKEN);
  timeline.says('zabbix', `takes ${TAKEN}          ${await drawTable()}`);
  const critical = await awaitAlert(scene, CRITICAL);
  const warningInhibited = await isWarningInhibited(stage);
  // Long enough for Alertmanager to send it all the same.
  await stage.pass(2);
  served.push(await apache.isServing());
  timeline.says('Apache', 'serves as if nothing were the matter');
  if (critical !== undefined) await readRunbook(scene, critical);
  const { planned } = await askForPlan(scene);

  timeline.says('on-call', 'has the people who run zabbix stop it');
  await zabbix.giveBack();
  timeline.says('zabbix', `gives them back   ${await drawTable()}`);
  await awaitAlert(scene, { ...CRITICAL, status: 'resolved' });
  served.push(await apache.isServing());
  const reloaded = await tryReload(apache);
  timeline.says('Apache', reloaded.serves ? 'reloads, and serves' : 'does not survive a reload');
  const { received } = stage.receiver;
  return { served, warningInhibited, planned: planned.length, refusals: stage.refusals, reloaded, received };
}

function squeezeClaims(facts: Squeeze): Claim[] {
  const { served, warningInhibited, planned, refusals, reloaded, received } = facts;
  const [critical] = arrivalsOf(received, CRITICAL);
  const culprit = /Most sets belong to (\w+: \d+)/.exec(critical?.annotations['description'] ?? '')?.[1];
  const known: string[] = [CRITICAL.alertname, 'SysvsemSetsNearLimit', 'SysvsemPrivateNamespace'];
  if (refusals > 0) known.push('SysvsemCleanupFailing');
  return [
    {
      claim: 'The critical alert reached on-call, and names the one who took the sets.',
      holds: culprit === `${ZABBIX.name}: ${TAKEN}`,
      detail: `Most sets belong to ${culprit ?? 'nobody'}.`,
    },
    {
      claim: 'The warning of the same alert fired too, but Alertmanager held it back: tickets got none.',
      holds: warningInhibited && arrivalsOf(received, WARNING).length === 0,
    },
    { claim: 'Apache served all the while.', holds: served.every((is) => is) },
    { claim: 'Nothing of a live program was planned for removal.', holds: planned === 0 },
    {
      claim: 'The alert resolved once the sets were given back, and did not come back.',
      holds:
        arrivalsOf(received, { ...CRITICAL, status: 'resolved' }).length > 0 &&
        flapping(received).length === 0,
    },
    { claim: 'Then Apache reloads as ever.', holds: reloaded.serves },
    {
      claim: 'No alert fired that had no reason to.',
      holds: namesOf(received).every((name) => known.includes(name)),
    },
  ];
}
