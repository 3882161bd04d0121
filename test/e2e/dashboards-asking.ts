import { setTimeout as delay } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { UIDS, committed } from '../dashboards/committed.ts';
import {
  annotationQueriesOf,
  annotationsOf,
  panelQueriesOf,
  queryVariablesOf,
  questionOf,
} from '../dashboards/dashboard.ts';
import type { Query } from '../dashboards/dashboard.ts';
import { answerTo, labelValues, legendOfAnnotation } from './dashboards-answers.ts';
import type { Answer, Moment } from './dashboards-answers.ts';
import type { Filling } from './dashboards-filling.ts';
import { EVERY, FACTOR } from './dashboards-incident.ts';
import type { Incident, Truth } from './dashboards-incident.ts';

/** When everything is asked: right after the installation, at the height of the leak, and when exporters fail. */
export const PHASES = ['first minute', 'leak', 'outage'] as const;

/** One of {@link PHASES}. */
export type Phase = (typeof PHASES)[number];

/** Which instances a dashboard is looked at with: those of the host, one by one and together, and all there are. */
type Selection = 'host' | 'failing' | 'stopping' | 'three' | 'all';

/** Every query of panels and annotations, with all that names its labels. */
export const QUERIES = UIDS.flatMap((uid) => {
  const dashboard = committed(uid);
  const ofPanels = panelQueriesOf(dashboard).map((query) => ({
    query,
    legend: query.target.legendFormat ?? '',
    isEvent: false,
  }));
  const ofAnnotations = annotationQueriesOf(dashboard).map((query, at) => {
    const annotation = annotationsOf(dashboard)[at];
    return { query, legend: annotation === undefined ? '' : legendOfAnnotation(annotation), isEvent: true };
  });
  return [...ofPanels, ...ofAnnotations].map(({ query, legend, isEvent }) => ({
    uid,
    name: `${uid}, ${query.where}`,
    query,
    legend,
    // A value of 0 is no event in a graph.
    counts: (value: number) => !isEvent || value !== 0,
  }));
});

/** What a dashboard is looked at with in a phase. */
export function looksAt(uid: string, phase: Phase): readonly Selection[] {
  if (uid === 'sysvsem-fleet') return ['all'];
  return phase === 'outage' ? ['host', 'failing', 'stopping', 'three'] : ['host'];
}

function momentOf({ startedAt }: Incident): Moment {
  return { from: startedAt, to: Date.now() / 1000 };
}

function fillingOf(incident: Incident, instance: Filling['instance']): Filling {
  const { from, to } = momentOf(incident);
  const range = Math.ceil(to - from) * 1000;
  return { job: ['sysvsem'], instance, step: 2 * EVERY, scrapeInterval: EVERY, range, factor: FACTOR };
}

/** The first value of a query of the host's dashboard, now. */
async function valueNow(incident: Incident, panel: string, refId: string): Promise<number> {
  const { query } =
    QUERIES.find(({ name }) => name === `sysvsem-host, panel "${panel}", query ${refId}`) ?? {};
  if (query === undefined)
    throw new Error(`the host's dashboard has no panel "${panel}" with a query ${refId}`);
  const filling = fillingOf(incident, [incident.instances.host]);
  const { series } = await answerTo(incident.prometheus, query, filling, momentOf(incident));
  return Number(series[0]?.values.at(-1));
}

/**
 * What is so and what the dashboard says of it, as soon as both are the same, and at the latest after ten seconds: what Prometheus
 * knows is a moment old, and a process that cannot be read may change the verdicts from one moment to the next.
 */
export async function agreed(incident: Incident): Promise<readonly [Truth, Truth]> {
  const end = Date.now() + 10_000;
  for (;;) {
    const truth = await incident.truth();
    const said = {
      free: await valueNow(incident, 'Sets (SEMMNI)', 'B'),
      starts: await valueNow(incident, 'Starts remaining', 'A'),
      orphans: await valueNow(incident, 'Orphans', 'A'),
    };
    if (isDeepStrictEqual(truth, said) || Date.now() > end) return [truth, said];
    await delay(EVERY);
  }
}

/** All that was answered. */
export interface Answers {
  /** Name of a query → phase and selection → its answer. */
  readonly toQueries: Map<string, Map<string, Answer>>;
  /** Dashboard, variable and phase → the values that it offers. */
  readonly toVariables: Map<string, readonly string[]>;
}

/** Asks everything that the dashboards ask, at this moment. */
export async function askEverything(
  incident: Incident,
  phase: Phase,
  { toQueries, toVariables }: Answers,
): Promise<void> {
  const moment = momentOf(incident);
  const { host, failing, stopping } = incident.instances;
  const selected: Readonly<Record<Selection, Filling['instance']>> = {
    host: [host],
    failing: [failing],
    stopping: [stopping],
    three: [host, failing, stopping],
    all: null,
  };
  for (const { uid, name, query } of QUERIES) {
    for (const selection of looksAt(uid, phase)) {
      const filling = fillingOf(incident, selected[selection]);
      const answer = await answerTo(incident.prometheus, query, filling, moment);
      const told = toQueries.get(name) ?? new Map<string, Answer>();
      toQueries.set(name, told.set(`${phase}, ${selection}`, answer));
    }
  }
  for (const uid of UIDS) {
    for (const variable of queryVariablesOf(committed(uid))) {
      const question = questionOf(variable);
      const answer = await labelValues(incident.prometheus, question, fillingOf(incident, null), moment);
      toVariables.set(`${uid}, ${variable.name}, ${phase}`, answer);
    }
  }
}

/** Asks one expression of all instances, at this moment. */
export async function askOnce(incident: Incident, query: Query): Promise<Answer> {
  return answerTo(incident.prometheus, query, fillingOf(incident, null), momentOf(incident));
}
