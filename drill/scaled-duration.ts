const SECONDS = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 } as const;

/** A duration of Prometheus' with one unit, such as `5m`, divided by `factor`, in milliseconds. */
export function scaleDuration(duration: string, factor: number): string {
  const [, amount = '', unit = ''] = /^(\d+)([smhdw])$/.exec(duration) ?? [];
  if (!(unit in SECONDS)) throw new Error(`${duration} is no duration with one unit`);
  return `${Math.round((Number(amount) * SECONDS[unit as keyof typeof SECONDS] * 1000) / factor)}ms`;
}
