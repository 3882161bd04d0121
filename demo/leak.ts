import { tryStart } from '../drill/attempt.ts';
import type { Stage } from '../drill/stage.ts';
import { BAR_LEGEND, tableBar } from '../drill/table-bar.ts';
import type { Timeline } from '../drill/timeline.ts';
import { Apache } from '../test/support/apache.ts';
import { APACHE_SETS } from '../test/support/apache-config.ts';
import type { AtEnd } from '../test/support/program.ts';

/** How long Apache lives before it is killed, and how often a failed start is tried again, in minutes of the rules' time. */
const LIFE = 1;

/**
 * An Apache that somebody kills again and again, until it cannot start; and then is tried again until somebody has made room. Goes on
 * until `stop` aborts. `advice` is what to type when it cannot start.
 */
export async function leak(
  stage: Stage,
  timeline: Timeline,
  {
    atEnd,
    stop,
    advice,
  }: { readonly atEnd: AtEnd; readonly stop: AbortSignal; readonly advice: readonly string[] },
): Promise<void> {
  const apache = await Apache.run(atEnd, stage.namespace);
  timeline.says('Apache', `serves http://127.0.0.1:${apache.ports[0]}/index.html   ${BAR_LEGEND}`, 'good');
  let down = false;
  while (!stop.aborted) {
    if (!down) timeline.shows([await table(stage, apache)]);
    await stage.pass(LIFE);
    await apache.crash();
    const { serves, log } = await tryStart(apache);
    if (serves && down) timeline.says('Apache', 'serves again', 'good');
    else if (serves) timeline.says('Apache', 'was killed, and started again');
    else if (!down) {
      timeline.says('Apache', 'was killed, and does not start again', 'bad');
      for (const line of log.filter((each) => each.includes('(28)'))) timeline.says('error_log', line, 'bad');
      timeline.shows([await table(stage, apache)]);
      timeline.shows(advice);
    }
    down = !serves;
  }
}

async function table(stage: Stage, apache: Apache): Promise<string> {
  const sets = (await stage.namespace.kernelSets()).length;
  const [, , , limit = 0] = await stage.namespace.kernelLimits();
  const living = apache.pids().length > 0 ? APACHE_SETS.prefork : 0;
  return tableBar({ living, leaked: sets - living, limit });
}
