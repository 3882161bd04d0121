import { chosen } from '../selector.ts';

/** How many targets an expression has values for; 0 only where there are targets at all. */
export function hostsAmong(expression: string): string {
  return `count(${expression}) or 0 * count(${chosen('up')})`;
}

/** How many of an expression's values are at least `from`, and below `to`; nothing where it has no value. */
export function hostsWithin(expression: string, from: number, to?: number): string {
  const counted = `sum(${expression} >= bool ${from})`;
  return to === undefined ? counted : `${counted} - sum(${expression} >= bool ${to})`;
}
