import { Apache } from '../../test/support/apache.ts';
import { tryReload, tryStart } from '../attempt.ts';
import type { Attempt } from '../attempt.ts';
import { Daemon } from '../daemon.ts';
import { awaitAlert } from '../on-call.ts';
import type { Claim, Play, Scene } from '../play.ts';
import { counted } from '../words.ts';

const POSTGRES = { name: 'postgres', uid: 54_322 };
const POSTGRES_SETS = 17;
const POSTGRES_KEY = 5_432_001;

/** Rounds of an hour: each a change, and six minutes of quiet. */
const ROUNDS = 10;
const ROUND_MINUTES = 6;

/** All of a run: no play is longer by the clock. */
const EVER = '[1h]';

/** What was seen of an hour in which nothing is wrong. */
export interface HealthyHour {
  readonly changes: readonly Attempt[];
  /** Names of all alerts that fired at any time, sent or not. */
  readonly fired: readonly string[];
  /** Names of those that arrived. */
  readonly arrived: readonly string[];
  /** Sets that were orphaned at any time. */
  readonly orphans: number;
}

/** Restarts in good order, reloads and a database that comes and goes are no reason to wake anybody. */
export const healthyHour: Play<HealthyHour> = {
  name: 'healthy-hour',
  title: 'Healthy hour',
  plot: 'An hour with reloads, restarts in good order and a database that is restarted: none of it is worth an alert.',
  setting: { limits: '250 32000 32 64', factor: 120, users: [POSTGRES] },
  perform: hour,
  claims: hourClaims,
};

async function hour(scene: Scene): Promise<HealthyHour> {
  const { stage, timeline, atEnd } = scene;
  const sets = async () => counted((await stage.namespace.kernelSets()).length, 'set');
  const postgres = await Daemon.start(scene, POSTGRES.uid);
  const apache = await Apache.run(atEnd, stage.namespace);
  await stage.watch();
  timeline.says('Apache', `serves; ${await sets()}`);
  const changes: Attempt[] = [];
  const reload = async () => {
    changes.push(await tryReload(apache));
    timeline.says('logrotate', `apachectl graceful; ${await sets()}`);
  };
  const restart = async () => {
    await apache.stop();
    changes.push(await tryStart(apache));
    timeline.says('Apache', `stopped in good order, and started; ${await sets()}`);
  };
  const database = async () => {
    await postgres.giveBack();
    await postgres.take(POSTGRES_SETS, POSTGRES_KEY);
    timeline.says('postgres', `started; ${await sets()}`);
  };
  const turns = [reload, database, restart];
  for (let round = 0; round < ROUNDS; round++) {
    await turns[round % turns.length]?.();
    await stage.pass(ROUND_MINUTES);
  }
  await awaitAlert(scene, PRIVATE);
  const fired = await stage.prometheus.query(
    `count by (alertname) (count_over_time(ALERTS{alertstate="firing"}${EVER}))`,
  );
  const [orphans] = await stage.prometheus.query(
    `max(max_over_time(sysvsem_owner_sets{state="orphaned"}${EVER}))`,
  );
  return {
    changes,
    fired: fired.map(({ labels }) => labels['alertname'] ?? ''),
    arrived: stage.receiver.received.map(({ labels }) => labels['alertname'] ?? ''),
    orphans: orphans?.value ?? Number.NaN,
  };
}

/** True of every stage, which is a private IPC namespace: that it arrives shows that alerts would. */
const PRIVATE = { alertname: 'SysvsemPrivateNamespace', severity: 'warning', receiver: 'tickets' } as const;

function hourClaims({ changes, fired, arrived, orphans }: HealthyHour): Claim[] {
  const others = fired.filter((name) => name !== PRIVATE.alertname);
  return [
    {
      claim: `Nothing fired within ${ROUNDS * ROUND_MINUTES} min but what is true of the stage.`,
      holds: others.length === 0,
      ...(others.length > 0 && { detail: `But ${others.join(', ')}.` }),
    },
    {
      claim: 'Somebody would have heard: the one alert that is true arrived.',
      holds: arrived.length > 0 && arrived.every((name) => name === PRIVATE.alertname),
    },
    {
      claim: `Apache served after each of ${counted(changes.length, 'reload')} and restarts.`,
      holds: changes.every(({ serves }) => serves),
    },
    { claim: 'No set was called an orphan.', holds: orphans === 0 },
  ];
}
