const UNITS = [
  ['d', 86_400],
  ['h', 3600],
  ['m', 60],
  ['s', 1],
] as const;

/** An age in seconds for people, in its two largest units: 273 725 as `3d4h`; `0s` where it lies ahead. */
export function formatAge(seconds: number): string {
  let rest = Math.max(0, Math.floor(seconds));
  const first = UNITS.findIndex(([, unit]) => rest >= unit);
  if (first === -1) return '0s';
  let text = '';
  for (const [name, unit] of UNITS.slice(first, first + 2)) {
    const count = Math.floor(rest / unit);
    rest -= count * unit;
    if (count > 0) text += `${count}${name}`;
  }
  return text;
}
