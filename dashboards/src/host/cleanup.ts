import { bars, coloured } from '../drawing.ts';
import type { Section } from '../layout.ts';
import { graph, legend } from '../panels.ts';
import { overTime } from '../query.ts';
import { chosen, risesOf } from '../selector.ts';
import { SEVERITY } from '../severity.ts';
import { ORPHANED } from '../states.ts';
import { UNIT } from '../units.ts';

const BELOW = { id: 'custom.transform', value: 'negative-Y' };

const NOT_ENABLED = 'Cleanup is not enabled, or not scraped';

/** Orphans that came and went, and who asked for it. */
export function cleanup(): Section {
  return {
    title: 'Orphans and cleanups',
    lines: [
      {
        height: 8,
        panels: [
          [8, appearedAndRemoved()],
          [8, requests()],
          [8, leftAlone()],
        ],
      },
    ],
  };
}

function appearedAndRemoved() {
  return bars(
    graph({
      title: 'Orphans appearing and removed',
      description:
        'Above the axis sets that became proven orphans, below it those that cleanups removed, or could not remove. Bars at every crash or reload of a service: find out what kills it. Red: the log and the audit file of the exporter tell why. Where nothing is ever removed, ask for a cleanup, or enable it.',
      unit: UNIT.count,
    }),
  )
    .decimals(0)
    .legend(legend('sum'))
    .withTarget(overTime('A', risesOf(chosen('sysvsem_orphans_detected_total')), 'became orphans'))
    .withTarget(overTime('B', risesOf(chosen('sysvsem_cleanup_removed_sets_total')), 'removed'))
    .withTarget(overTime('C', risesOf(chosen('sysvsem_cleanup_failed_sets_total')), 'could not be removed'))
    .overrideByQuery('A', [coloured(ORPHANED)])
    .overrideByQuery('B', [coloured(SEVERITY.notice), BELOW])
    .overrideByQuery('C', [coloured(SEVERITY.critical), BELOW]);
}

function requests() {
  const colours = {
    planned: SEVERITY.unknown,
    applied: SEVERITY.notice,
    refused: SEVERITY.warning,
    unauthorized: 'purple',
    failed: SEVERITY.critical,
  };
  const panel = bars(
    graph({
      title: 'Requests for a cleanup',
      description:
        'Who asked, and what came of it: planned, nothing was removed; applied; refused, an owner or state that is not allowed, or a plan that expired; unauthorized, no token or a wrong one; failed. Many unauthorized: renew the token of whoever asks, or keep them out; the log has the addresses.',
      unit: UNIT.count,
      empty: NOT_ENABLED,
    }),
  )
    .decimals(0)
    .legend(legend('sum'))
    .withTarget(overTime('A', risesOf(chosen('sysvsem_cleanup_requests_total'), ['outcome']), '{{outcome}}'));
  for (const [outcome, colour] of Object.entries(colours)) panel.overrideByName(outcome, [coloured(colour)]);
  return panel;
}

function leftAlone() {
  return bars(
    graph({
      title: 'Sets that cleanups left alone',
      description:
        'Sets of the allowed owners that applied cleanups did not remove, by reason. In use, held, keyed and unknown are as it should be: they may be needed. Changed and gone: ask again. Too recent and over limit: what the request itself left out.',
      unit: UNIT.count,
      empty: 'None, or cleanup is not enabled',
    }),
  )
    .decimals(0)
    .legend(legend('sum'))
    .withTarget(
      overTime('A', `${risesOf(chosen('sysvsem_cleanup_skipped_sets_total'), ['reason'])} > 0`, '{{reason}}'),
    );
}
