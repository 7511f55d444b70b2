/** Where an arrow, Home or End leads from row `at` of a list; undefined: nowhere. */
export function stepOf(key: string, at: number, count: number): number | undefined {
  if (count === 0) return undefined;
  const within = (index: number) => Math.max(0, Math.min(count - 1, index));
  if (key === 'ArrowUp') return within(at - 1);
  if (key === 'ArrowDown') return within(at + 1);
  if (key === 'Home') return 0;
  if (key === 'End') return count - 1;
  return undefined;
}
