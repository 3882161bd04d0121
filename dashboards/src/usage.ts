import { chosen } from './selector.ts';
import { NOT_KNOWN, NOT_READ, TOO_EARLY } from './words.ts';

/** One of the kernel's two limits: its name, and the metrics that go with it. */
export interface Limit {
  readonly name: string;
  readonly used: string;
  readonly limit: string;
}

/** The limit of sets. */
export const SEMMNI: Limit = { name: 'SEMMNI', used: 'sysvsem_sets', limit: 'sysvsem_sets_limit' };

/** The limit of semaphores in all sets. */
export const SEMMNS: Limit = {
  name: 'SEMMNS',
  used: 'sysvsem_semaphores',
  limit: 'sysvsem_semaphores_limit',
};

/** A value wherever the exporter answers at all: what panels fall back to, in words. */
export function otherwise(value: number): string {
  return `or (0 * ${chosen('sysvsem_up')} - ${-value})`;
}

/** 0 to 1; 1 too where a limit of 0 or less has something in use, as the recording rules have it. */
export function shareOf({ used, limit }: Limit): string {
  const [inUse, most] = [chosen(used), chosen(limit)];
  return `(${inUse} / (${most} > 0) or clamp_max((${inUse} > 0) and (${most} <= 0), 1))`;
}

/** What can still be made; negative where the limit was lowered. */
export function freeOf({ used, limit }: Limit): string {
  return `(${chosen(limit)} - ${chosen(used)})`;
}

/** The lesser of an expression's values for both limits. */
export function lesser(expression: (limit: Limit) => string): string {
  const [sets, semaphores] = [expression(SEMMNI), expression(SEMMNS)];
  return `(${sets} < ${semaphores} or ${semaphores})`;
}

/** The greater of an expression's values for both limits. */
export function greater(expression: (limit: Limit) => string): string {
  const [sets, semaphores] = [expression(SEMMNI), expression(SEMMNS)];
  return `(${sets} > ${semaphores} or ${semaphores})`;
}

/** What one start of the neediest service takes, of sets and of semaphores. */
const DEMAND = `(max without (profile, owner) (${chosen('sysvsem_start_demand_sets')}) > 0)`;

/** Whole starts that what is free is enough for; the scarcer limit decides. */
export const STARTS_REMAINING = `clamp_min(floor(${lesser(freeOf)} / ${DEMAND}), 0)`;

/** The same, with words where nothing is known. */
export const STARTS_OR_WORDS = [
  STARTS_REMAINING,
  `or (0 * ${freeOf(SEMMNI)} - ${-NOT_KNOWN})`,
  otherwise(NOT_READ),
].join(' ');

/** Less than the last hour's average is no growth: what a cleanup has removed must not go on as a trend. */
function hasGrown(used: string): string {
  return `${chosen(used)} >= avg_over_time(${chosen(used)}[1h])`;
}

/** No more than at any time of the last hour: only then it is certain that nothing grows, also soon after a cleanup. */
function hasNotGrown({ used }: Limit): string {
  return `${chosen(used)} <= min_over_time(${chosen(used)}[1h])`;
}

/** Sets or semaphores a second at the slower of the trends of six hours and of one, as in SysvsemExhaustionPredicted. */
export function paceOf({ used }: Limit): string {
  const [long, short] = [`deriv(${chosen(used)}[6h])`, `deriv(${chosen(used)}[1h])`];
  return `((${long} < ${short} or ${short}) and ${hasGrown(used)})`;
}

/** What was there an hour ago: younger trends are noise. */
const HOUR_AGO = `${chosen(SEMMNI.used)} offset 1h`;

/** Share from which on a forecast says no more than that the limit is reached. */
export const MOST_FORECAST = 1.5;

/** Share of a limit that is in use a day later at the lower of both trends; as much as now where it has not grown. */
export function shareInADay(limit: Limit): string {
  const [long, short] = [6, 1].map((hours) => `predict_linear(${chosen(limit.used)}[${hours}h], 86400)`);
  const lower = `(${long ?? ''} < ${short ?? ''} or ${short ?? ''})`;
  const grown = `clamp(${lower} / (${chosen(limit.limit)} > 0), 0, ${MOST_FORECAST}) and ${hasGrown(limit.used)}`;
  return `(${grown} or ${shareOf(limit)}) and ${HOUR_AGO}`;
}

/** Seconds until a limit is reached at its present pace; nothing where that is never. */
export function timeLeftOf(limit: Limit): string {
  return `(clamp_min(${freeOf(limit)} / (${paceOf(limit)} > 0), 1) and ${HOUR_AGO})`;
}

/** Seconds until the first of both limits is reached, with words where it is not. */
export const TIME_LEFT = [
  `0 * (${lesser(freeOf)} <= 0)`,
  // Either may be missing, where that limit is never reached.
  `or ${timeLeftOf(SEMMNI)} <= ${timeLeftOf(SEMMNS)} or ${timeLeftOf(SEMMNS)} or ${timeLeftOf(SEMMNI)}`,
  `or (0 * (${freeOf(SEMMNI)} and ${hasNotGrown(SEMMNI)} and ${hasNotGrown(SEMMNS)} and ${HOUR_AGO}) - ${-NOT_KNOWN})`,
  `or (0 * ${freeOf(SEMMNI)} - ${-TOO_EARLY})`,
  otherwise(NOT_READ),
].join(' ');
