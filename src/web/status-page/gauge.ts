import { SET_STATES } from '../../orphans/vocabulary.ts';
import type { Snapshot } from '../../collector/snapshot.ts';
import type { SetState } from '../../orphans/vocabulary.ts';
import type { Resource } from './capacity.ts';
import { STATE_WORDS } from './owners-table.ts';
import { count, share } from './words.ts';

/** How full one resource is, ready to draw. */
export interface Gauge {
  /** `Sets`. */
  readonly title: string;
  /** `118`. */
  readonly used: string;
  /** `of 128`, or that the limit is unknown. */
  readonly of: string;
  /** `92%`; null where there is no share. */
  readonly share: string | null;
  /** `10 free`; null where it is unknown. */
  readonly free: string | null;
  /** The kernel's name of the limit. */
  readonly limitName: string;
  /** For a meter, which must not be fuller than full; null where there is no limit to measure against. */
  readonly meter: { readonly now: number; readonly max: number; readonly text: string } | null;
  /** What is used, by state; none where nothing is. */
  readonly segments: readonly Segment[];
}

/** A stretch of the bar. */
export interface Segment {
  readonly state: SetState;
  /** `114 orphaned`. */
  readonly text: string;
  /** Begin and length, percent of the bar. */
  readonly from: number;
  readonly length: number;
}

/** Shortest stretch that can be seen, percent of the bar. */
const SHORTEST = 0.5;

/** The gauge of one resource; the bar's length is the limit, or all that is used where the limit is less or unknown. */
export function gauge(resource: Resource, owners: Snapshot['owners']): Gauge {
  const { kind, used, limit, free, limitName } = resource;
  const whole = Math.max(limit ?? 0, used);
  const usedShare = limit === null ? null : share(used, limit);
  const of = limit === null ? 'limit unknown' : `of ${count(limit)}`;
  return {
    title: kind === 'sets' ? 'Sets' : 'Semaphores',
    used: count(used),
    of,
    share: usedShare,
    free: free === null ? null : `${count(free)} free`,
    limitName,
    meter:
      limit === null || limit <= 0
        ? null
        : {
            now: Math.min(used, limit),
            max: limit,
            text: `${count(used)} ${of}${usedShare === null ? '' : `, ${usedShare}`}`,
          },
    segments: segments(kind, owners, whole),
  };
}

function segments(kind: Resource['kind'], owners: Snapshot['owners'], whole: number): readonly Segment[] {
  const drawn: Segment[] = [];
  let from = 0;
  for (const state of SET_STATES) {
    const amount = owners.reduce((sum, { states }) => sum + states[state][kind], 0);
    if (amount === 0) continue;
    const length = Math.min(Math.max((amount / whole) * 100, SHORTEST), 100 - from);
    drawn.push({ state, text: `${count(amount)} ${STATE_WORDS[state]}`, from, length });
    from += length;
  }
  return drawn;
}
