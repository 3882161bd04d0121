/** The lowest number that is in the list more than once; undefined where each is there once. Ascending lists are quick. */
export function repeatedNumber(numbers: ArrayLike<number>): number | undefined {
  const sorted = ascends(numbers) ? numbers : new Float64Array(numbers).sort();
  for (let at = 1; at < sorted.length; at++) if (sorted[at] === sorted[at - 1]) return sorted[at];
  return undefined;
}

function ascends(numbers: ArrayLike<number>): boolean {
  for (let at = 1; at < numbers.length; at++) if ((numbers[at] ?? 0) < (numbers[at - 1] ?? 0)) return false;
  return true;
}
