/**
 * A recording of a gigabyte in a file, opened in Chromium as the console opens one that is dropped on it, until its last picture is
 * there. Beside it: reading the end of the file and drawing one picture.
 */
import { addConsoleScript } from '../consoleScript.ts';
import { type Figure, median, round } from '../figure.ts';
import { openBrowser } from '../pixel/browser.ts';
import { servePage } from '../timelinePage.ts';

const MEGABYTES = Number(process.env['SANDGLASS_BENCH_MEGABYTES'] ?? 1_000);
const OPENINGS = 9;

/** As the page offers it, see `benchOpen.ts`. */
interface OpenWindow {
  makeBundle(wantedBytes: number): Promise<unknown>;
  openBench: { sizeBytes: number; segments: number; open(): Promise<number>; raw(): Promise<number> };
}

export async function* run(): AsyncIterable<Figure> {
  await using served = await servePage('apps/web/src/features/timeline/benchPage.tsx');
  const browser = await openBrowser();
  try {
    const page = await browser.newPage();
    await page.addInitScript('globalThis.__name = (f) => f');
    await page.goto(`${served.url}?events=1&seconds=10`);
    await addConsoleScript(page, 'apps/web/src/features/replay/benchOpen.ts');
    const { sizeBytes, segments, openMs, rawMs } = await page.evaluate(
      async ({ wantedBytes, openings }) => {
        const bench = window as unknown as OpenWindow;
        await bench.makeBundle(wantedBytes);
        const openMs: number[] = [];
        const rawMs: number[] = [];
        for (let at = 0; at < openings; at++) {
          openMs.push(await bench.openBench.open());
          rawMs.push(await bench.openBench.raw());
        }
        const { sizeBytes, segments } = bench.openBench;
        return { sizeBytes, segments, openMs, rawMs };
      },
      { wantedBytes: MEGABYTES * 1_000_000, openings: OPENINGS },
    );
    yield { name: 'bundle-open.file', value: round(sizeBytes / 1e6, 0), unit: `MB, ${segments} segments` };
    yield {
      name: 'bundle-open.p50',
      value: round(median(openMs), 0),
      unit: 'ms to the first picture',
      against: 'reading its end and drawing one picture',
      ratio: round(median(openMs) / median(rawMs)),
      aim: '≤ 1,000 ms',
    };
    yield { name: 'bundle-open.longest', value: round(Math.max(...openMs), 0), unit: `ms, of ${OPENINGS}` };
  } finally {
    await browser.close();
  }
}
