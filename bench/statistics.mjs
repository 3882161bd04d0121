/** The value below which this share, 0 to 1, of the values lies. @param {readonly number[]} values @param {number} share */
export function quantile(values, share) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

/** The value in the middle, which a noisy neighbour moves least. @param {readonly number[]} values */
export function median(values) {
  return quantile(values, 0.5);
}
