/** The results as Markdown tables, one a kind of measurement. @param {readonly object[]} results one for each number of sets */
export function tables(results) {
  return TABLES.map(({ title, columns, rows }) => {
    const cells = results.flatMap((result) => rows(result) ?? []);
    return cells.length === 0 ? '' : `### ${title}\n\n${markdown(columns, cells)}`;
  }).filter((table) => table !== '');
}

/** What evaluating the rules costs, as a Markdown table. @param {readonly object[]} fleets one for each number of hosts */
export function ruleTable(fleets) {
  const rows = fleets.flatMap(({ hosts, series, groups }) =>
    groups.map(({ name, interval, alerts, evaluation, reading }) => [
      `\`${name}\``,
      interval,
      whole(hosts),
      whole(series),
      whole(alerts),
      number(evaluation),
      number(reading),
      times(evaluation / reading),
    ]),
  );
  const columns = ['group', 'every', 'hosts', 'series', 'alerts', 'evaluation', 'reading alone', 'ratio'];
  return rows.length === 0
    ? ''
    : `### One evaluation of the rules, milliseconds\n\n${markdown(columns, rows)}`;
}

/** A Markdown table; the first column is text or a number of sets. */
export function markdown(columns, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [line(columns), line(columns.map((_, at) => (at === 0 ? '---' : '---:'))), ...rows.map(line)].join(
    '\n',
  );
}

/** A ratio as the tables show it. */
function times(ratio) {
  return `${ratio.toFixed(2)} ×`;
}

/** A number to three significant digits, thousands apart. */
function number(value) {
  return value >= 1000 ? whole(value) : value.toPrecision(3);
}

/** A number without its fraction, thousands apart. */
function whole(value) {
  return Math.round(value).toLocaleString('en-GB').replaceAll(',', ' ');
}

const TABLES = [
  {
    title: 'CPU of one collection, milliseconds',
    columns: ['sets', '`ipcs -s`', 'source `ipcs`', 'ratio', 'reading the file', 'source `procfs`', 'ratio'],
    rows: ({ sets, cpu }) => [
      [
        String(sets),
        number(cpu.bareIpcs),
        number(cpu.ipcsSource),
        times(cpu.ipcsRatio),
        number(cpu.bareRead),
        number(cpu.procfsSource),
        times(cpu.procfsRatio),
      ],
    ],
  },
  {
    title: 'Scrapes by 20 clients while collecting every second',
    columns: [
      'sets',
      'p50 ms',
      'p99 ms',
      'a second',
      'node_exporter: p50 ms',
      'p99 ms',
      'a second',
      'p99 ratio',
      'a second ratio',
    ],
    rows: ({ sets, scrapes: { exporter, nodeExporter } }) => [
      [
        String(sets),
        ...latency(exporter),
        ...latency(nodeExporter),
        times(exporter.p99 / nodeExporter.p99),
        times(exporter.requestsPerSecond / nodeExporter.requestsPerSecond),
      ],
    ],
  },
  {
    title: 'CPU of one observation that judges the sets, milliseconds',
    columns: ['sets', 'processes beside those of the machine', 'threads beside theirs', 'CPU'],
    rows: ({ sets, observations }) =>
      observations.map(({ processes, threads, cpu }) => [
        String(sets),
        String(processes),
        String(threads),
        number(Math.max(0, cpu)),
      ]),
  },
  {
    title: 'Resident memory, MiB',
    columns: ['sets', 'bare process', 'source `ipcs`', 'ratio', 'source `procfs`', 'ratio'],
    rows: ({ sets, memory }) =>
      memory && [
        [
          String(sets),
          number(memory.bareProcess),
          number(memory.ipcsSource),
          times(memory.ipcsSource / memory.bareProcess),
          number(memory.procfsSource),
          times(memory.procfsSource / memory.bareProcess),
        ],
      ],
  },
];

function latency({ p50, p99, requestsPerSecond }) {
  return [number(p50), number(p99), number(requestsPerSecond)];
}
