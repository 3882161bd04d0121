import { chosen } from './selector.ts';

/** Stands where an owner would, while there is no set. */
export const NO_OWNER = '(no sets)';

/** Where sets are read, and there is none: no owner has a series then. */
const NO_SETS = `(sum(${chosen('sysvsem_sets')}) == 0)`;

/** Sets of each owner; 0 of an owner {@link NO_OWNER} where there is none, so that nothing means not read. */
export const SETS_BY_OWNER = `(sum by (owner) (${chosen('sysvsem_owner_sets')}) or label_replace(${NO_SETS}, "owner", "${NO_OWNER}", "", ""))`;

/** Sets in this state; 0 where there is no set at all. */
export function setsInState(state: string): string {
  return `(sum(${chosen('sysvsem_owner_sets', `state="${state}"`)}) or ${NO_SETS})`;
}
