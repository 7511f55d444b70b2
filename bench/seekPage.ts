/** Moments of a recording, gone to in a real page: the code that the console reads and draws with, and the raw mechanism beside it. */
import type { Page } from 'playwright-core';
import { addConsoleScript } from './consoleScript.ts';
import { type Figure, quantile, round } from './figure.ts';

const SEEKS = Number(process.env['SANDGLASS_BENCH_SEEKS'] ?? 60);

/** As the page offers it, see `benchSeek.ts`. */
interface SeekWindow {
  openSeek(of: { sandbox: string } | { seconds: number }): Promise<unknown>;
  seekBench: {
    nowUs: number;
    segments: number;
    sizeBytes: number;
    seek(atUs: number): Promise<number>;
    raw(atUs: number): Promise<number>;
  };
}

export interface Sought {
  readonly nowUs: number;
  readonly segments: number;
  readonly sizeBytes: number;
  readonly seekMs: readonly number[];
  readonly rawMs: readonly number[];
}

/** Goes to moments all over the recording, the same ones in every run, and takes the raw mechanism's time at each. */
export async function seekAllOver(page: Page, of: { sandbox: string } | { seconds: number }): Promise<Sought> {
  await addConsoleScript(page, 'apps/web/src/features/replay/benchSeek.ts');
  return page.evaluate(
    async ({ of, seeks }) => {
      const bench = window as unknown as SeekWindow;
      await bench.openSeek(of);
      const { nowUs, segments, sizeBytes } = bench.seekBench;
      // The golden ratio visits everything evenly, and never goes on from where it was.
      const moments = Array.from({ length: seeks }, (_, at) => Math.round(nowUs * ((0.37 + at * 0.618_034) % 1)));
      await bench.seekBench.seek(nowUs);
      const seekMs: number[] = [];
      for (const atUs of moments) seekMs.push(await bench.seekBench.seek(atUs));
      const rawMs: number[] = [];
      for (const atUs of moments) rawMs.push(await bench.seekBench.raw(atUs));
      return { nowUs, segments, sizeBytes, seekMs, rawMs };
    },
    { of, seeks: SEEKS },
  );
}

export function* seekFigures(
  name: string,
  { seekMs, rawMs }: Sought,
  { against, aim }: { readonly against: string; readonly aim: string },
): Iterable<Figure> {
  for (const [part, words] of [
    [0.5, 'p50'],
    [0.95, 'p95'],
  ] as const) {
    const value = quantile(seekMs, part);
    const raw = quantile(rawMs, part);
    yield {
      name: `${name}.${words}`,
      value: round(value, 1),
      unit: 'ms to the picture',
      against,
      ratio: round(value / raw),
      ...(words === 'p95' ? { aim } : {}),
    };
  }
}
