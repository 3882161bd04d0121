import { afterAll, beforeAll, expect } from 'vitest';
import { UIDS } from '../dashboards/committed.ts';
import { resultLabels } from '../dashboards/promql/result-labels.ts';
import { readTree } from '../dashboards/promql/tree.ts';
import { needs } from '../support/needs.ts';
import type { AtEnd } from '../support/program.ts';
import { faultsOf } from './dashboards-answers.ts';
import type { Answer } from './dashboards-answers.ts';
import { PHASES, QUERIES, agreed, askEverything, askOnce, looksAt } from './dashboards-asking.ts';
import type { Answers } from './dashboards-asking.ts';
import { BROKEN, RISEN, SHOWN_LATER } from './dashboards-expectations.ts';
import { Incident } from './dashboards-incident.ts';
import type { Truth } from './dashboards-incident.ts';

const { describe, it } = needs('namespaces', 'nsenter', 'setpriv', 'ipcs', 'prometheus', 'apache2');

describe('the dashboards, asked of a real Prometheus in a real incident', () => {
  const undo: (() => Promise<void> | void)[] = [];
  const answers: Answers = { toQueries: new Map(), toVariables: new Map() };
  const broken = new Map<string, Answer>();
  let truth: Truth | undefined;
  let said: Truth | undefined;
  let instances: Incident['instances'] = { host: '', failing: '', stopping: '' };

  beforeAll(async () => {
    const atEnd: AtEnd = (step) => undo.push(step);
    const incident = await Incident.begin(atEnd);
    ({ instances } = incident);
    await askEverything(incident, 'first minute', answers);
    await incident.leak();
    await askEverything(incident, 'leak', answers);
    [truth, said] = await agreed(incident);
    for (const { mistake, expr } of BROKEN) {
      broken.set(mistake, await askOnce(incident, { where: mistake, expr, instant: true, range: false }));
    }
    await incident.outage();
    await askEverything(incident, 'outage', answers);
  }, 150_000);

  afterAll(async () => {
    for (const step of undo.reverse()) await step();
  });

  for (const { uid, name, query, legend, counts } of QUERIES) {
    it(`are answered without a fault: ${name}`, () => {
      const faults = Array.from(answers.toQueries.get(name) ?? [], ([when, answer]) =>
        faultsOf(answer, legend).map((fault) => `${when}: ${fault}`),
      );
      expect(faults.length).toBe(PHASES.flatMap((phase) => looksAt(uid, phase)).length);
      expect(faults.flat()).toEqual([]);
    });

    it(`have no labels but those that the checks of dashboards reckon with: ${name}`, () => {
      const expected = resultLabels(readTree(query.expr));
      const found = [...(answers.toQueries.get(name) ?? new Map<string, Answer>()).values()].flatMap(
        ({ series }) => series.flatMap(({ labels }) => Object.keys(labels)),
      );
      expect([...new Set(found)].filter((label) => label !== '__name__' && !expected.has(label))).toEqual([]);
    });

    const later = SHOWN_LATER[name];
    const { shownIn, because } = later ?? { shownIn: 'leak', because: 'when Apache leaks' };
    it(`show something ${because}: ${name}`, () => {
      const values = [...(answers.toQueries.get(name) ?? [])].flatMap(([when, { series }]) =>
        when.startsWith(shownIn) ? series.flatMap((one) => one.values.map(Number)) : [],
      );
      expect(values.filter(RISEN.includes(name) ? (value) => value > 0 : counts)).not.toEqual([]);
    });
  }

  for (const uid of UIDS) {
    for (const phase of PHASES) {
      it(`let the job and the instances be chosen in the ${phase}: ${uid}`, () => {
        expect(answers.toVariables.get(`${uid}, job, ${phase}`)).toEqual(['sysvsem']);
        const { host, failing, stopping } = instances;
        const chosen = answers.toVariables.get(`${uid}, instance, ${phase}`) ?? [];
        expect([...chosen].sort()).toEqual([host, failing, stopping].sort());
      });
    }
  }

  it('say of the host what the kernel and the exporter say', () => {
    expect(said).toBeDefined();
    expect(said).toEqual(truth);
  });

  it('tell an exporter that fails to collect from one that is down', () => {
    expect(valueOf('Exporter', 'A', 'outage, stopping')).toBe(0);
    expect(valueOf('Exporter', 'A', 'outage, failing')).toBe(1);
    const rows =
      answers.toQueries.get('sysvsem-fleet, panel "Down or failing", query A')?.get('outage, all')?.series ??
      [];
    const states = rows.map(({ labels, values: [value] }) => [labels['instance'], Number(value)]);
    expect(states).toContainEqual([instances.stopping, 0]);
    expect(states).toContainEqual([instances.failing, 1]);
  });

  for (const { mistake, legend } of BROKEN) {
    it(`would be seen to have ${mistake}`, () => {
      const answer = broken.get(mistake);
      expect(answer === undefined ? [] : faultsOf(answer, legend)).not.toEqual([]);
    });
  }

  it('are excused from showing something, or held to it, only where they ask it', () => {
    const names = QUERIES.map(({ name }) => name);
    expect([...Object.keys(SHOWN_LATER), ...RISEN].filter((name) => !names.includes(name))).toEqual([]);
  });

  /** The one value of a query of the host's dashboard. */
  function valueOf(panel: string, refId: string, when: string): number | undefined {
    const answer = answers.toQueries.get(`sysvsem-host, panel "${panel}", query ${refId}`)?.get(when);
    const [series, ...others] = answer?.series ?? [];
    expect(others).toEqual([]);
    return series === undefined ? undefined : Number(series.values.at(-1));
  }
});
