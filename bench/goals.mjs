import { markdown } from './report.mjs';

const MOST = 31_000;

/** The goals: what is measured at some number of sets, in a unit, and the most it may be. */
const GOALS = [
  { sets: MOST, what: 'CPU of source `ipcs` against `ipcs -s`', most: 1.5, of: ({ cpu }) => cpu.ipcsRatio },
  {
    sets: MOST,
    what: 'CPU of source `procfs` against reading the file',
    most: 4,
    of: ({ cpu }) => cpu.procfsRatio,
  },
  { sets: MOST, what: 'p99 of a scrape, ms', most: 10, of: ({ scrapes }) => scrapes.exporter.p99 },
  {
    sets: MOST,
    what: "p99 of a scrape against node_exporter's",
    most: 1,
    of: ({ scrapes }) => scrapes.exporter.p99 / scrapes.nodeExporter.p99,
  },
  {
    sets: MOST,
    what: 'CPU of one observation, ms',
    most: 500,
    of: ({ observations }) => observations[0].cpu,
  },
  {
    sets: 200,
    what: 'CPU of one observation, ms, 300 processes (3 % of a core at 15 s)',
    most: 450,
    of: ({ observations }) => observations[1].cpu,
  },
  {
    sets: 200,
    what: 'CPU of one observation, ms, 1 000 processes and 10 000 threads',
    most: 500,
    of: ({ observations }) => observations[2].cpu,
  },
  { sets: 200, what: 'memory against the bare process', most: 1.5, of: largestMemoryRatio },
  { sets: MOST, what: 'memory against the bare process', most: 2, of: largestMemoryRatio },
];

/** What one more set may cost in a large table, against what it costs in one of a quarter of the size. */
const LINEAR = 1.25;
const QUARTER = 8_000;

/** What one evaluation may take of the time until the next. */
const SHARE_OF_INTERVAL = 0.2;
const SECONDS = { s: 1, m: 60 };

/** The goals and whether they were reached, as a Markdown table; those of sizes that were not measured are left out. */
export function goals(results, fleets) {
  const at = (sets) => results.find((result) => result.sets === sets);
  const rows = GOALS.flatMap(({ sets, what, most, of }) => {
    const result = at(sets);
    return result ? [row(`${what}, ${sets} sets`, of(result), most)] : [];
  });
  const [none, some, many] = [at(0), at(QUARTER), at(MOST)];
  if (none && some && many) {
    for (const source of ['ipcs', 'procfs']) {
      const perSet = (result) => (cost(result, source) - cost(none, source)) / result.sets;
      rows.push(
        row(
          `CPU a set, source \`${source}\`: ${MOST} sets against ${QUARTER}`,
          perSet(many) / perSet(some),
          LINEAR,
        ),
      );
    }
  }
  rows.push(...ruleGoals(fleets));
  return rows.length === 0
    ? ''
    : `### Goals\n\n${markdown(['goal', 'at most', 'measured', 'reached'], rows)}`;
}

function ruleGoals(fleets) {
  const [part, whole] = [fleets[0], fleets.at(-1)];
  if (part === undefined) return [];
  const perHost = ({ hosts, groups }) => groups.reduce((sum, { evaluation }) => sum + evaluation, 0) / hosts;
  const shares = whole.groups.map(({ name, interval, evaluation }) => {
    const milliseconds = Number.parseInt(interval, 10) * SECONDS[interval.at(-1)] * 1000;
    const what = `evaluation of \`${name}\`, share of its interval, ${whole.hosts} hosts`;
    return row(what, evaluation / milliseconds, SHARE_OF_INTERVAL);
  });
  const growth = `evaluation of all rules a host: ${whole.hosts} hosts against ${part.hosts}`;
  return [...shares, row(growth, perHost(whole) / perHost(part), LINEAR)];
}

function row(what, measured, most) {
  return [what, String(most), measured.toFixed(2), measured <= most ? 'yes' : 'no'];
}

function cost({ cpu }, source) {
  return source === 'ipcs' ? cpu.ipcsSource : cpu.procfsSource;
}

function largestMemoryRatio({ memory }) {
  return Math.max(memory.ipcsSource, memory.procfsSource) / memory.bareProcess;
}
