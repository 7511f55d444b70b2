/** Fewer are a speck, not a line. */
const FEWEST = 8;

/** A line without axes, the newest at the right edge. `most` is the top; without it the highest value is. */
export function Sparkline({ values, most }: { values: readonly number[]; most?: number | undefined }) {
  const width = 60;
  const height = 14;
  const shown = values.slice(-60);
  if (shown.length < FEWEST)
    return <svg className="machine-spark" viewBox={`0 0 ${width} ${height}`} aria-hidden="true" />;
  const top = Math.max(most ?? 0, ...shown, Number.MIN_VALUE);
  const step = width / 59;
  const points = shown.map(
    (value, index) =>
      `${(width - (shown.length - 1 - index) * step).toFixed(1)},${(height - 1 - (value / top) * (height - 2)).toFixed(1)}`,
  );
  return (
    <svg className="machine-spark" viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" aria-hidden="true">
      <polyline points={points.join(' ')} />
    </svg>
  );
}
