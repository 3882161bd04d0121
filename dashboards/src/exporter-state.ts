import type { ValueMapping } from '@grafana/grafana-foundation-sdk/dashboard';
import { chosen } from './selector.ts';
import { STALE } from './thresholds.ts';
import { inWords } from './words.ts';

const WORDS = [
  ['Down', 'critical'],
  ['Collection fails', 'warning'],
  ['Limits not read', 'warning'],
  ['Stale', 'warning'],
  ['Private namespace', 'warning'],
  ['Cannot prove', 'notice'],
  ['Working', 'ok'],
] as const;

/** What may be wrong with an exporter, the worst first; the numbers are the values of {@link EXPORTER_STATE}. */
export const EXPORTER_WORDS: ValueMapping = inWords(Object.fromEntries(WORDS.entries()));

const DOWN = `${chosen('up')} == 0`;
const FAILS = `${chosen('sysvsem_up')} == 0`;
const NO_LIMITS = `max without (collector) (${chosen('sysvsem_scrape_collector_success', 'collector="limits"')}) == 0`;
const IS_STALE = `time() - ${chosen('sysvsem_last_collection_timestamp_seconds')} > ${STALE}`;
const PRIVATE = `max without (ipc_namespace, initial) (${chosen('sysvsem_ipc_namespace_info', 'initial="false"')}) == 1`;
const BLOCKED = `max without (reason) (${chosen('sysvsem_proof_blocked')}) == 1`;

/** Instances that do not answer. */
export const EXPORTERS_DOWN = DOWN;

/** Instances that answer, but whose sets or limits are not known now. */
export const EXPORTERS_FAILING = `(${FAILS} or ${NO_LIMITS} or ${IS_STALE})`;

/** Instances that read an IPC namespace other than the host's. */
export const EXPORTERS_PRIVATE = PRIVATE;

/** Instances that cannot prove orphans. */
export const EXPORTERS_BLOCKED = BLOCKED;

/** The worst that is wrong with each exporter, as a number for {@link EXPORTER_WORDS}. */
export const EXPORTER_STATE = [
  `0 * (${DOWN})`,
  `or 0 * (${FAILS}) + 1`,
  `or 0 * (${NO_LIMITS}) + 2`,
  `or 0 * (${IS_STALE}) + 3`,
  `or 0 * (${PRIVATE}) + 4`,
  `or 0 * (${BLOCKED}) + 5`,
  `or 0 * ${chosen('sysvsem_up')} + 6`,
].join(' ');
