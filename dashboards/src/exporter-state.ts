import type { ValueMapping } from '@grafana/grafana-foundation-sdk/dashboard';
import { chosen } from './selector.ts';
import { SEVERITY } from './severity.ts';
import { STALE } from './thresholds.ts';
import { inWords } from './words.ts';

/** Words, severity, and the shade of its colour that tells one from the other where they are drawn side by side. */
const WORDS = [
  ['Down', 'critical', SEVERITY.critical],
  ['Collection fails', 'warning', 'dark-orange'],
  ['Limits not read', 'warning', SEVERITY.warning],
  ['Stale', 'warning', 'light-orange'],
  ['Private namespace', 'warning', 'super-light-orange'],
  ['Cannot prove', 'notice', SEVERITY.notice],
  ['Working', 'ok', SEVERITY.ok],
] as const;

/** What may be wrong with an exporter, the worst first; the numbers are the values of {@link EXPORTER_STATE}. */
export const EXPORTER_WORDS: ValueMapping = inWords(
  Object.fromEntries(WORDS.map(([words, severity], value) => [value, [words, severity]])),
);

/** The same in shades: words and colour of each value. */
export const EXPORTER_SHADES: Readonly<Record<string, readonly [words: string, colour: string]>> =
  Object.fromEntries(WORDS.map(([words, , shade], value) => [value, [words, shade]]));

/** The value of those with which nothing is wrong. */
export const WORKING = String(WORDS.length - 1);

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
