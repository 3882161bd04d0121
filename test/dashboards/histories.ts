/** Series less the labels of their target → their values minute by minute, as promtool writes them. */
export type History = Readonly<Record<string, string>>;

/** Labels of each series of an answer → its value. */
export type Expected = Readonly<Record<string, number>>;

const HOST = '{instance="a", job="sysvsem"}';

/** A host whose limits are read and whose orphans are looked for. */
const READ: History = {
  sysvsem_up: '1x600',
  sysvsem_sets_limit: '128x600',
  sysvsem_semaphores: '10x600',
  sysvsem_semaphores_limit: '32000x600',
  'sysvsem_scrape_collector_success{collector="orphans"}': '1x600',
};

/** Sets that become more, and stay so for an hour, before a cleanup. */
const BEFORE_CLEANUP = '5+1x100 105x60';

/** When that cleanup is, in minutes. */
const CLEANUP = 162;

const NO_RULES = { '{alertname="None: the rules are not loaded"}': 0 };

/** Answers about two of the preconditions of a proof. */
function needed(no_ptrace: number, no_ipc_owner: number): Expected {
  return {
    '{reason="no_ptrace", remedy="no_ptrace"}': no_ptrace,
    '{reason="no_ipc_owner", remedy="no_ipc_owner"}': no_ipc_owner,
  };
}

/** The same two as the exporter exposes them. */
function blocked(no_ptrace: number): History {
  return {
    'sysvsem_proof_blocked{reason="no_ptrace"}': `${no_ptrace}x600`,
    'sysvsem_proof_blocked{reason="no_ipc_owner"}': '0x600',
  };
}

/** How many exporters are in each state; none in those that are not named. */
function states(found: Readonly<Record<number, number>>): Expected {
  const all = Array.from({ length: 7 }, (_, state) => [`{state="${state}"}`, found[state] ?? 0]);
  return Object.fromEntries(all) as Expected;
}

/** What the dashboards tell, the query that does, the history that it is asked of, after how many minutes, and its answer. */
export const ANSWERS: readonly (readonly [
  tell: string,
  query: string,
  history: History,
  minutes: number,
  answer: Expected,
])[] = [
  [
    'no trend to a leak that goes on after a cleanup',
    'sysvsem-host, panel "Full in", query A',
    { ...READ, sysvsem_sets: `${BEFORE_CLEANUP} 5+2x60` },
    CLEANUP + 29,
    { [HOST]: -3 },
  ],
  [
    'no trend to a leak that has just begun after a cleanup',
    'sysvsem-host, panel "Full in", query A',
    { ...READ, sysvsem_sets: `${BEFORE_CLEANUP} 5x3 6x60` },
    CLEANUP + 8,
    { [HOST]: -3 },
  ],
  [
    'no trend to a leak that is back where it was before a cleanup',
    'sysvsem-host, panel "Full in", query A',
    { ...READ, sysvsem_sets: `${BEFORE_CLEANUP} 5+2x60` },
    CLEANUP + 38,
    { [HOST]: -3 },
  ],
  [
    'that nothing grows where nothing has come since a cleanup',
    'sysvsem-host, panel "Full in", query A',
    { ...READ, sysvsem_sets: `${BEFORE_CLEANUP} 5x60` },
    CLEANUP + 29,
    { [HOST]: -2 },
  ],
  [
    'that nothing grows where all is as it was',
    'sysvsem-host, panel "Full in", query A',
    { ...READ, sysvsem_sets: '5x600' },
    120,
    { [HOST]: -2 },
  ],
  [
    'when a leak reaches the limit',
    'sysvsem-host, panel "Full in", query A',
    { ...READ, sysvsem_sets: '8+1x600' },
    64,
    { [HOST]: 56 * 60 },
  ],
  [
    'that nobody has looked at what a proof needs where orphans are not collected',
    'sysvsem-host, panel "What blocks the proof", query A',
    { sysvsem_up: '1x600', ...blocked(0) },
    10,
    needed(-2, -2),
  ],
  [
    'that nobody has looked at what a proof needs where collections fail',
    'sysvsem-host, panel "What blocks the proof", query A',
    { 'sysvsem_scrape_collector_success{collector="orphans"}': '0x600', ...blocked(0) },
    10,
    needed(-2, -2),
  ],
  [
    'what was missing before collections failed',
    'sysvsem-host, panel "What blocks the proof", query A',
    { 'sysvsem_scrape_collector_success{collector="orphans"}': '0x600', ...blocked(1) },
    10,
    needed(1, -2),
  ],
  [
    'what of it is missing and what is there',
    'sysvsem-host, panel "What blocks the proof", query A',
    { ...READ, ...blocked(1) },
    10,
    needed(1, 0),
  ],
  [
    'on no number of hosts that it is missing where none has looked',
    'sysvsem-fleet, panel "What blocks the proof", query A',
    blocked(0),
    10,
    { '{reason="no_ptrace"}': -2, '{reason="no_ipc_owner"}': -2 },
  ],
  [
    'on how many hosts nobody has looked',
    'sysvsem-fleet, panel "What blocks the proof", query B',
    blocked(0),
    10,
    { '{reason="no_ptrace"}': 1, '{reason="no_ipc_owner"}': 1 },
  ],
  [
    'that the rules are not loaded where an exporter is down',
    'sysvsem-host, panel "Firing alerts", query A',
    { up: '0x600' },
    10,
    NO_RULES,
  ],
  [
    'nothing of rules that wait to fire for an exporter that is down',
    'sysvsem-host, panel "Firing alerts", query A',
    {
      up: '0x600',
      'ALERTS{alertname="SysvsemExporterDown",alertstate="pending",severity="critical"}': '1x600',
    },
    10,
    {},
  ],
  [
    'nothing of rules where they record limits',
    'sysvsem-fleet, panel "Firing alerts", query A',
    { ...READ, up: '1x600', 'instance_limit:sysvsem_limit:last5m{limit="SEMMNI"}': '128x600' },
    10,
    {},
  ],
  [
    'that one start is left where just its sets are free',
    'sysvsem-host, panel "What a start needs", query B',
    {
      ...READ,
      sysvsem_sets: '79x600',
      'sysvsem_start_demand_sets{profile="apache",owner="www-data"}': '49x600',
    },
    10,
    { '{owner="www-data", profile="apache"}': 1 },
  ],
  [
    'that a collection of a clock that runs ahead was just now',
    'sysvsem-host, panel "Last collection", query A',
    { ...READ, sysvsem_last_collection_timestamp_seconds: '601x600' },
    10,
    { [HOST]: 0 },
  ],
  [
    'that there is no orphan where there is no set',
    'sysvsem-fleet, panel "Orphans on all hosts", query A',
    { ...READ, ...blocked(0), sysvsem_sets: '0x600' },
    10,
    { '{}': 0 },
  ],
  [
    'each exporter once, in the worst of its states',
    'sysvsem-fleet, panel "Exporters by state", query A',
    {
      ...READ,
      ...blocked(1),
      up: '1x600',
      'sysvsem_ipc_namespace_info{ipc_namespace="1",initial="false"}': '1x600',
    },
    10,
    states({ 4: 1 }),
  ],
];
