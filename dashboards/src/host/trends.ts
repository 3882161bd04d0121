import { coloured, LIMIT_COLOURS, stacked, thresholdLines } from '../drawing.ts';
import type { Section } from '../layout.ts';
import { setsInState } from '../owners.ts';
import { graph, legend } from '../panels.ts';
import { overTime } from '../query.ts';
import { STATES } from '../states.ts';
import { fullLine, shareThresholds, startLines } from '../thresholds.ts';
import { UNIT } from '../units.ts';
import { MOST_FORECAST, SEMMNI, SEMMNS, shareInADay, shareOf, STARTS_REMAINING } from '../usage.ts';
import { startDemand } from './start-demand.ts';

/** How it came, and where it goes. */
export function trends(): Section {
  return {
    title: 'Trends',
    lines: [
      {
        height: 8,
        panels: [
          [12, byState()],
          [12, startsOverTime()],
        ],
      },
      {
        height: 8,
        panels: [
          [8, howFull()],
          [8, forecast()],
          [8, startDemand()],
        ],
      },
    ],
  };
}

function byState() {
  const panel = stacked(
    graph({
      title: 'Sets by state',
      description:
        'What the sets are: in use; held, that is known to a live process; keyed, for any process to attach to; unknown, the evidence is incomplete; suspected, probably orphans; orphaned, proven. Growing orange is a leak: remove it by a cleanup and find out what kills the service. Much grey: see "What blocks the proof".',
      unit: UNIT.count,
      empty: 'Not read, or not scraped',
    }),
  )
    .min(0)
    .decimals(0)
    .legend(legend('lastNotNull'));
  for (const [at, { state, words, colour }] of STATES.entries()) {
    const refId = String.fromCharCode('A'.charCodeAt(0) + at);
    panel.withTarget(overTime(refId, setsInState(state), words)).overrideByQuery(refId, [coloured(colour)]);
  }
  return panel;
}

function startsOverTime() {
  return graph({
    title: 'Starts remaining over time',
    description:
      'Starts of the neediest service that what was free was enough for. Below the orange line (3) the alert warns, below the red one (1) the next start or reload fails. A staircase downwards is a service that leaks at each crash or reload: remove its orphans now, its cause afterwards.',
    unit: UNIT.count,
    empty: 'No service learned yet, or not scraped',
  })
    .min(0)
    .decimals(0)
    .fillOpacity(10)
    .thresholds(startLines())
    .thresholdsStyle(thresholdLines())
    .withTarget(overTime('A', STARTS_REMAINING, 'starts of {{instance}}'))
    .overrideByQuery('A', [coloured(LIMIT_COLOURS.SEMMNI)]);
}

function howFull() {
  return graph({
    title: 'Share of the limits in use',
    description:
      "How full both limits are. The lines are the alerts': 80 % warns, 90 % pages. Where it climbs towards them, see who holds the sets, and remove orphans or raise the limit.",
    unit: UNIT.share,
  })
    .min(0)
    .max(1)
    .thresholds(shareThresholds())
    .thresholdsStyle(thresholdLines())
    .legend(legend('lastNotNull'))
    .withTarget(overTime('A', rounded(shareOf(SEMMNI)), 'sets (SEMMNI) of {{instance}}'))
    .withTarget(overTime('B', rounded(shareOf(SEMMNS)), 'semaphores (SEMMNS) of {{instance}}'))
    .overrideByQuery('A', [coloured(LIMIT_COLOURS.SEMMNI)])
    .overrideByQuery('B', [coloured(LIMIT_COLOURS.SEMMNS)]);
}

function forecast() {
  return graph({
    title: 'Forecast for a day ahead',
    description:
      'What share of the limits is in use in a day, at the lower of the trends of six hours and of one; as much as now after a cleanup. Above the line the limit is reached within a day (more than 150 % is drawn as that); from half of it in use on, the alert fires after an hour of that. Find the owner that grows and stop its leak.',
    unit: UNIT.share,
    empty: 'No trend yet: it takes an hour of data',
  })
    .min(0)
    .max(MOST_FORECAST)
    .thresholds(fullLine())
    .thresholdsStyle(thresholdLines())
    .withTarget(overTime('A', rounded(shareInADay(SEMMNI)), 'sets (SEMMNI) of {{instance}}'))
    .withTarget(overTime('B', rounded(shareInADay(SEMMNS)), 'semaphores (SEMMNS) of {{instance}}'))
    .overrideByQuery('A', [coloured(LIMIT_COLOURS.SEMMNI)])
    .overrideByQuery('B', [coloured(LIMIT_COLOURS.SEMMNS)]);
}

/** Tenths of a per cent: a legend is no place for 4.88e-7 %. */
function rounded(share: string): string {
  return `round(${share}, 0.001)`;
}
