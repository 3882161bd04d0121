import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ReceivedAlert } from '../test/support/alert-receiver.ts';
import { semidsOf, TOKEN } from '../test/support/cleanup.ts';
import type { CleanupAnswer } from '../test/support/cleanup.ts';
import { eventually } from '../test/support/eventually.ts';
import { runExporter } from '../test/support/exporter.ts';
import { ask } from '../test/support/http.ts';
import { temporaryFolder } from '../test/support/temporary-folder.ts';
import { arrivalsOf } from './arrivals.ts';
import type { Wanted } from './arrivals.ts';
import type { Scene } from './play.ts';
import { inOneLine } from './timeline.ts';
import { counted } from './words.ts';

/** A token may ask 30 times a minute. */
const ASK_AGAIN = { timeout: 30_000, interval: 3_000 };

/** Exit status of the command where nothing was done. */
const REFUSED = 1;

/** What a cleanup did. Sets are told by semid. */
export interface Mend {
  /** Exit status of `sysvsem-exporter cleanup --apply --yes`. */
  readonly status: number | null;
  readonly planned: readonly number[];
  /** Those that were there before it and are no longer: the kernel's own account. */
  readonly removed: readonly number[];
  /** Those that its audit file says were removed. */
  readonly recorded: readonly number[];
  /** Those that are still there. */
  readonly left: readonly number[];
}

/** Waits for a notification of this kind; undefined where none comes. */
export async function awaitAlert({ stage }: Scene, wanted: Wanted): Promise<ReceivedAlert | undefined> {
  return eventually(() => {
    const [alert] = arrivalsOf(stage.receiver.received, wanted);
    if (alert === undefined) throw new Error(`no ${wanted.alertname} arrives`);
    return alert;
  }).catch(() => undefined);
}

/** Opens the runbook that an alert points at; whether it is there. */
export async function readRunbook(
  { timeline }: Scene,
  { annotations }: Pick<ReceivedAlert, 'annotations'>,
): Promise<boolean> {
  const { host, pathname } = new URL(annotations['runbook_url'] ?? '');
  const { status } = await ask(host, pathname);
  timeline.says('on-call', `opens ${pathname} at ${host}`);
  return status === 200;
}

/** Asks the endpoint for a plan, again where it says that it cannot make one at present. */
export async function askForPlan({ stage, timeline }: Scene): Promise<CleanupAnswer> {
  const plan = await eventually(async () => {
    timeline.says('on-call', `POST /api/v1/cleanup {"dryRun": true}`);
    const answer = await stage.cleaner.ask({ dryRun: true });
    if (answer.status === 200) return answer;
    stage.refusals++;
    timeline.says('exporter', `answers ${answer.status} ${answer.code ?? ''}`);
    throw new Error(`no plan is made: ${answer.text}`);
  }, ASK_AGAIN);
  timeline.says('exporter', `plans to remove ${counted(plan.planned.length, 'set')}`);
  const { skipped } = JSON.parse(plan.text) as { skipped: readonly { code: string; reason: string }[] };
  for (const code of new Set(skipped.map((set) => set.code))) {
    const alike = skipped.filter((set) => set.code === code);
    const words = `leaves ${counted(alike.length, 'set')} alone, ${code}: ${alike[0]?.reason ?? ''}`;
    timeline.says('exporter', inOneLine(words));
  }
  return plan;
}

/** Cleans up with the command, again where it says that it cannot at present. */
export async function cleanUp(scene: Scene): Promise<Mend> {
  const { stage, timeline, atEnd } = scene;
  const plan = await askForPlan(scene);
  const tokens = join(temporaryFolder(atEnd), 'token');
  writeFileSync(tokens, `${TOKEN}\n`, { mode: 0o600 });
  const url = `http://${stage.exporter.address}`;
  const command = ['cleanup', `--exporter.url=${url}`, `--token-file=${tokens}`, '--apply', '--yes'];
  const before = semidsOf(await stage.namespace.kernelSets());
  const status = await eventually(async () => {
    timeline.says('on-call', '$ sysvsem-exporter cleanup --token-file … --apply --yes');
    const { code, stdout, stderr } = await runExporter(atEnd, command);
    const outcome = /^(Removed|Nothing to remove|sysvsem-exporter:).*/m.exec(stdout + stderr)?.[0] ?? '';
    timeline.says('exporter', outcome, code === 0 ? 'good' : 'bad');
    if (code !== REFUSED) return code;
    stage.refusals++;
    throw new Error(`no cleanup is made: ${stderr}`);
  }, ASK_AGAIN);
  const left = semidsOf(await stage.namespace.kernelSets());
  const records = stage.cleaner.audit.filter(({ event }) => event === 'removed');
  return {
    status,
    planned: semidsOf(plan.planned),
    removed: before.filter((semid) => !left.includes(semid)),
    recorded: records.map(({ semid }) => Number(semid)).sort((one, other) => one - other),
    left,
  };
}
