import { tryReload, tryStart } from './attempt.ts';
import type { Attempt } from './attempt.ts';
import type { Cast } from './cast.ts';

/** Minutes of the rules' time from one crash, or reload, to the next. */
const PACE_MINUTES = 2;

/** More than any table of a play has room for. */
const MOST = 100;

/** What a play does between two crashes or reloads, the first of which is 1. */
export type Between = (count: number) => Promise<void>;

/** Kills Apache and starts it again until it no longer does; `whileDown` has its turn between the two. */
export async function crashUntilItFails(cast: Cast, whileDown?: Between): Promise<Attempt> {
  const { stage, timeline, apache, drawTable } = cast;
  for (let count = 1; count <= MOST; count++) {
    await stage.pass(PACE_MINUTES);
    await apache.crash();
    await whileDown?.(count);
    const attempt = await tryStart(apache);
    if (!attempt.serves) return attempt;
    timeline.says('Apache', `killed, started   ${await drawTable(true)}`);
  }
  throw new Error('Apache starts for ever: nothing leaks');
}

/** Has Apache reload gracefully until it no longer can; `before` has its turn before each. */
export async function reloadUntilItFails(cast: Cast, before?: Between): Promise<Attempt> {
  const { stage, timeline, apache, drawTable } = cast;
  for (let count = 1; count <= MOST; count++) {
    await stage.pass(PACE_MINUTES);
    await before?.(count);
    const attempt = await tryReload(apache);
    if (!attempt.serves) return attempt;
    timeline.says('logrotate', `graceful restart  ${await drawTable(true)}`);
  }
  throw new Error('Apache reloads for ever: nothing leaks');
}
