/** What was recorded and what is live, as lines of a chart. Pure. */
import type { Stats } from '@sandglass/protocol';
import { type Sample, sampleOf } from './statsModel.ts';

export const ranges = { '5': 5 * 60_000, '15': 15 * 60_000, '60': 60 * 60_000 } as const;
export type Range = keyof typeof ranges;

/** Ten seconds are between two samples of the recording; a longer hole was a freeze, a restart or an end. */
const HOLE_MS = 25_000;

/** One line of samples: the recording up to where the live ones begin, then these. */
export function mergeSamples(recorded: readonly Stats[], live: readonly Sample[]): Sample[] {
  const liveFromMs = live[0]?.atMs ?? Number.POSITIVE_INFINITY;
  const earlier: Sample[] = [];
  let before: Stats | undefined;
  for (const stats of recorded) {
    if (stats.atMs >= liveFromMs) break;
    earlier.push(sampleOf(stats, before !== undefined && stats.atMs - before.atMs <= HOLE_MS ? before : undefined));
    before = stats;
  }
  const [first, ...rest] = live;
  if (first === undefined) return earlier;
  // The first live one has no rate of its own; the last recorded one is its neighbour.
  const joined = before !== undefined && first.atMs - before.atMs <= HOLE_MS ? sampleOf(first.stats, before) : first;
  return [...earlier, joined, ...rest];
}

export interface Line {
  readonly name: string;
  readonly color: 'sand-text' | 'agent' | 'check' | 'human';
  readonly values: readonly (number | null)[];
}

export interface Chart {
  readonly title: string;
  readonly unit: 'percent' | 'bytes' | 'rate';
  /** Top of the scale where there is a limit. */
  readonly most: number | null;
  readonly lines: readonly Line[];
}

export interface Charts {
  readonly fromSeconds: number;
  readonly toSeconds: number;
  readonly atSeconds: readonly number[];
  readonly charts: readonly Chart[];
}

/** The samples of the last `rangeMs`, a gap where none were taken. */
export function chartsOf(samples: readonly Sample[], rangeMs: number, nowMs: number): Charts {
  const shown: (Sample | { readonly atMs: number; readonly hole: true })[] = [];
  let lastMs: number | null = null;
  for (const sample of samples) {
    if (sample.atMs < nowMs - rangeMs) continue;
    if (lastMs !== null && sample.atMs - lastMs > HOLE_MS) shown.push({ atMs: lastMs + 1, hole: true });
    shown.push(sample);
    lastMs = sample.atMs;
  }
  const values = (read: (sample: Sample) => number | null) =>
    shown.map((sample) => ('hole' in sample ? null : read(sample)));
  const last = samples.at(-1)?.stats;
  return {
    fromSeconds: (nowMs - rangeMs) / 1_000,
    toSeconds: nowMs / 1_000,
    atSeconds: shown.map((sample) => sample.atMs / 1_000),
    charts: [
      {
        title: 'Cpu',
        unit: 'percent',
        most: 1,
        lines: [{ name: 'of all cores', color: 'sand-text', values: values(({ cpu }) => cpu) }],
      },
      {
        title: 'Memory',
        unit: 'bytes',
        most: last?.memoryLimitBytes ?? null,
        lines: [{ name: 'used', color: 'agent', values: values(({ stats }) => stats.memoryBytes) }],
      },
      {
        title: 'Disk',
        unit: 'bytes',
        most: null,
        lines: [{ name: 'beyond the image', color: 'check', values: values(({ stats }) => stats.diskBytes) }],
      },
      {
        title: 'Network',
        unit: 'rate',
        most: null,
        lines: [
          { name: 'received', color: 'check', values: values((sample) => sample.receivedPerSecond) },
          { name: 'sent', color: 'human', values: values((sample) => sample.sentPerSecond) },
        ],
      },
    ],
  };
}

export interface Summary {
  readonly now: number;
  readonly least: number;
  readonly mean: number;
  readonly most: number;
}

/** A line in four numbers, for who does not see it; null for one without values. */
export function summaryOf(values: readonly (number | null)[]): Summary | null {
  const known = values.filter((value) => value !== null);
  const now = known.at(-1);
  if (now === undefined) return null;
  let [least, most, sum] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0];
  for (const value of known) {
    least = Math.min(least, value);
    most = Math.max(most, value);
    sum += value;
  }
  return { now, least, mean: sum / known.length, most };
}
