const BAR = 3;
const GAP = 1;
const HEIGHT = 14;

/** How much happened lately, the newest at the right. The same is said by the activity of its console. */
export function Spark({ bars }: { bars: readonly number[] }) {
  const width = bars.length * (BAR + GAP) - GAP;
  const path = (shown: (height: number) => boolean) =>
    bars
      .flatMap((height, index) =>
        shown(height) ? `M${index * (BAR + GAP)} ${HEIGHT}h${BAR}v${-Math.max(1, height * HEIGHT)}h${-BAR}z` : [],
      )
      .join('');
  return (
    <svg className="card-spark" viewBox={`0 0 ${width} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
      <path className="card-spark-none" d={path((height) => height === 0)} />
      <path d={path((height) => height > 0)} />
    </svg>
  );
}
