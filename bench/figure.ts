/** One measured number. `ratio` compares with `against`, measured in the same run; absent where nothing comparable exists. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly against?: string;
  readonly ratio?: number;
  /** The aim this figure is held to, in words. */
  readonly aim?: string;
}

export function quantile(samples: readonly number[], part: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  const at = (sorted.length - 1) * part;
  const low = Math.floor(at);
  const below = sorted[low] ?? Number.NaN;
  const above = sorted[Math.ceil(at)] ?? below;
  return below + (above - below) * (at - low);
}

export const median = (samples: readonly number[]): number => quantile(samples, 0.5);

export async function timed<T>(work: () => Promise<T>): Promise<{ ms: number; value: T }> {
  const from = performance.now();
  const value = await work();
  return { ms: performance.now() - from, value };
}

/** Runs `work` `count` times, one after another, and returns the milliseconds of each. */
export async function sample(count: number, work: (index: number) => Promise<unknown>): Promise<number[]> {
  const samples: number[] = [];
  for (let index = 0; index < count; index++) samples.push((await timed(() => work(index))).ms);
  return samples;
}

export const round = (value: number, digits = 2): number => Number(value.toFixed(digits));
