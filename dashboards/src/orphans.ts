import { chosen } from './selector.ts';
import { otherwise } from './usage.ts';
import { NOT_KNOWN, NOT_READ } from './words.ts';

/** Instances that look at orphans, and so at what a proof of them needs. */
const LOOKED = `max without (collector) (${chosen('sysvsem_scrape_collector_success', 'collector="orphans"')}) == 1`;

const BLOCKED = chosen('sysvsem_proof_blocked');

/** Preconditions of a proof, of each instance: 1 where one is missing, 0 where it was found to be there. */
export const PROOF_BLOCKED = `(${BLOCKED} == 1 or ${BLOCKED} and ignoring (reason) (${LOOKED}))`;

/** Preconditions of a proof that an instance has not looked at, each 0: there or missing, nobody knows. */
export const PROOF_NOT_LOOKED_AT = `(${BLOCKED} == 0 unless ignoring (reason) (${LOOKED}))`;

/** Instances that judge their sets. Where they do not, `orphaned` is 0 and no answer. */
export const JUDGED = [`(${LOOKED}`, `unless max without (reason) (${BLOCKED}) == 1)`].join(' ');

/** Sets in this state on each instance that judges them; 0 where there is no set at all. */
export function setsIn(state: 'orphaned' | 'suspected'): string {
  const counted = `sum without (owner, uid, state) (${chosen('sysvsem_owner_sets', `state="${state}"`)})`;
  return `((${counted} or (${chosen('sysvsem_sets')} == 0)) and ${JUDGED})`;
}

/** The same, with words where nothing is judged or nothing is read. */
export function setsInOrWords(state: 'orphaned' | 'suspected'): string {
  return `${setsIn(state)} or (0 * ${chosen('sysvsem_sets')} - ${-NOT_KNOWN}) ${otherwise(NOT_READ)}`;
}
