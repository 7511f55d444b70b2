import { useEffect, useRef, useState } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { formatClock } from '../../platform/format.ts';
import { useTheme } from '../../platform/theme.ts';
import { tokenColor } from '../../platform/tokenColor.ts';
import { type Chart, type Charts, summaryOf } from './charts.ts';
import { formatValue } from './chartValues.ts';

const HEIGHT_PX = 140;
/** Every chart's cursor stands at the same moment. */
const SYNC = 'machine';

type Times = Pick<Charts, 'atSeconds' | 'fromSeconds' | 'toSeconds'>;

/** One chart, drawn by uPlot; what it says in words is its name. */
export function StatsChart({ chart, times }: { chart: Chart; times: Times }) {
  const { atSeconds } = times;
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const [at, setAt] = useState<number | null>(null);
  const theme = useTheme();
  const latest = useRef({ chart, times });
  latest.current = { chart, times };

  // biome-ignore lint/correctness/useExhaustiveDependencies: colours are read when it is made, so another theme makes another
  useEffect(() => {
    const element = host.current;
    if (element === null) return;
    const made = new uPlot(
      optionsOf(latest.current.chart, {
        width: element.clientWidth,
        times: () => latest.current.times,
        onCursor: setAt,
      }),
      dataOf(latest.current.chart, latest.current.times.atSeconds),
      element,
    );
    plot.current = made;
    const observer = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height: HEIGHT_PX }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [theme, chart.title]);
  useEffect(() => plot.current?.setData(dataOf(chart, atSeconds)), [chart, atSeconds]);

  return (
    <figure className="machine-chart" aria-label={describe(chart)}>
      <figcaption>
        <b>{chart.title}</b>
        {chart.lines.map((line) => (
          <span key={line.name}>
            <i data-color={line.color} aria-hidden="true" /> {line.name}{' '}
            <output>{formatValue(chart.unit, at === null ? summaryOf(line.values)?.now : line.values[at])}</output>
          </span>
        ))}
        {at === null || atSeconds[at] === undefined ? null : (
          <time>{new Date(atSeconds[at] * 1_000).toLocaleTimeString()}</time>
        )}
      </figcaption>
      <div ref={host} className="machine-plot" />
    </figure>
  );
}

const dataOf = (chart: Chart, atSeconds: readonly number[]): uPlot.AlignedData => [
  [...atSeconds],
  ...chart.lines.map((line) => [...line.values]),
];

interface PlotOptions {
  readonly width: number;
  readonly times: () => Times;
  readonly onCursor: (index: number | null) => void;
}

function optionsOf({ unit, most, lines }: Chart, { width, times, onCursor }: PlotOptions): uPlot.Options {
  const quiet = tokenColor('text-3');
  const grid = { stroke: tokenColor('line'), width: 1 };
  const axis = { stroke: quiet, grid, ticks: { show: false }, font: '11px "JetBrains Mono Variable", monospace' };
  return {
    width,
    height: HEIGHT_PX,
    legend: { show: false },
    cursor: { sync: { key: SYNC }, points: { size: 5 }, y: false, drag: { x: false, y: false } },
    scales: {
      x: { range: () => [times().fromSeconds, times().toSeconds] },
      y: { range: (_, __, highest) => [0, topOf(unit, most, highest)] },
    },
    axes: [
      { ...axis, space: 70, values: (_, ticks) => ticks.map(clockOf) },
      {
        ...axis,
        size: 68,
        space: 30,
        // Bytes are counted in powers of two, so their lines stand at whole numbers of them.
        incrs: unit === 'percent' ? PERCENTS : POWERS,
        values: (_, ticks) => ticks.map((tick) => formatValue(unit, tick)),
      },
    ],
    series: [
      {},
      ...lines.map(({ color }) => ({
        stroke: tokenColor(color),
        width: 1.5,
        fill: `${tokenColor(color)}22`,
        points: { show: false },
      })),
    ],
    hooks: { setCursor: [(self) => onCursor(self.cursor.idx ?? null)] },
  };
}

const PERCENTS = [0.1, 0.25, 0.5, 1];
const POWERS = Array.from({ length: 45 }, (_, power) => 2 ** power);

const clockOf = (atSeconds: number): string => {
  const at = new Date(atSeconds * 1_000);
  const seconds = at.getSeconds();
  return `${formatClock(at.getTime())}${seconds === 0 ? '' : `:${String(seconds).padStart(2, '0')}`}`;
};

/** Cpu has its whole as top; others what they reached, with room above it. */
function topOf(unit: Chart['unit'], most: number | null, highest: number | null): number {
  if (unit === 'percent') return most ?? 1;
  const reached = (highest ?? 0) * 1.15 || (unit === 'rate' ? 1_024 : 1_048_576);
  return most !== null && reached > most * 0.6 ? Math.max(most, reached) : reached;
}

/** `Memory: used 76.1 MB now, at most 90 MB`. */
function describe({ title, unit, lines }: Chart): string {
  const parts = lines.flatMap((line) => {
    const summary = summaryOf(line.values);
    if (summary === null) return [];
    return [`${line.name} ${formatValue(unit, summary.now)} now, at most ${formatValue(unit, summary.most)}`];
  });
  return `${title}: ${parts.join('; ') || 'nothing known'}`;
}
