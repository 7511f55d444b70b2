const steps: readonly (readonly [limitMs: number, unitMs: number, unit: string])[] = [
  [60_000, 1_000, 's'],
  [3_600_000, 60_000, 'm'],
  [86_400_000, 3_600_000, 'h'],
  [Number.POSITIVE_INFINITY, 86_400_000, 'd'],
];

/** `12s`, `5m`, `3h`, `2d`: how long ago, in the largest whole unit. Never negative: clocks of two machines differ a little. */
export function formatAge(ageMs: number): string {
  const age = Math.max(0, ageMs);
  const [, unitMs, unit] = steps.find(([limitMs]) => age < limitMs) ?? steps[3]!;
  return `${Math.floor(age / unitMs)}${unit}`;
}
