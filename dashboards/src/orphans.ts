import { chosen } from './selector.ts';
import { otherwise } from './usage.ts';
import { NOT_KNOWN, NOT_READ } from './words.ts';

/** Instances that judge their sets. Where they do not, `orphaned` is 0 and no answer. */
export const JUDGED = [
  `(max without (collector) (${chosen('sysvsem_scrape_collector_success', 'collector="orphans"')}) == 1`,
  `unless max without (reason) (${chosen('sysvsem_proof_blocked')}) == 1)`,
].join(' ');

/** Sets in this state on each instance that judges them; 0 where there is no set at all. */
export function setsIn(state: 'orphaned' | 'suspected'): string {
  const counted = `sum without (owner, uid, state) (${chosen('sysvsem_owner_sets', `state="${state}"`)})`;
  return `((${counted} or (${chosen('sysvsem_sets')} == 0)) and ${JUDGED})`;
}

/** The same, with words where nothing is judged or nothing is read. */
export function setsInOrWords(state: 'orphaned' | 'suspected'): string {
  return `${setsIn(state)} or (0 * ${chosen('sysvsem_sets')} - ${-NOT_KNOWN}) ${otherwise(NOT_READ)}`;
}
