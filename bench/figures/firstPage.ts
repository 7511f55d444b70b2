/**
 * The first page as a person meets it: how much script comes before anything is painted and before the wall is drawn, and how soon
 * after a warm navigation the wall can be used.
 */
import { gzipSync } from 'node:zlib';
import type { Page, Response } from 'playwright-core';
import { type Figure, median, round } from '../figure.ts';
import { openBrowser } from '../pixel/browser.ts';
import { type BenchServer, startServer } from '../server.ts';

const OPENINGS = 9;
const KILOBYTE = 1_000;
const NAME = 'measured';

export async function* run(): AsyncIterable<Figure> {
  await using server = await startServer({ SANDGLASS_WARM: 'base=0,desktop=0,browser=0' });
  await server.client.sandboxes.create({ image: 'base', name: NAME });
  const browser = await openBrowser();
  try {
    yield* await weighed(await browser.newPage({ serviceWorkers: 'block' }), server);
    const page = await browser.newPage({ viewport: { width: 1600, height: 1000 } });
    await page.goto(`${server.url}/#token=${server.token}`);
    await untilUsable(page);
    // Warm: its files are kept, by the browser and by the console's own worker.
    await page.evaluate(async () => {
      await navigator.serviceWorker.ready;
    });
    yield await opened(page, server);
  } finally {
    await browser.close();
  }
}

/** The card is there, and the button for another one answers the pointer. */
async function untilUsable(page: Page): Promise<void> {
  await page.getByRole('link', { name: NAME }).first().waitFor();
  await page.getByRole('button', { name: 'New sandbox' }).first().click({ trial: true });
}

interface Script {
  readonly endMs: number;
  readonly sizeBytes: number;
}

/** Everything new: nothing is kept from an earlier visit. */
async function weighed(page: Page, server: BenchServer): Promise<Figure[]> {
  const answers: Response[] = [];
  page.on('response', (answer) => {
    if (answer.request().resourceType() === 'script') answers.push(answer);
  });
  await page.goto(`${server.url}/#token=${server.token}`);
  await untilUsable(page);
  const { paintMs, contentMs, endsMs } = await page.evaluate(readTimes);
  const scripts: Script[] = await Promise.all(
    answers.map(async (answer) => ({
      endMs: endsMs[answer.url()] ?? 0,
      sizeBytes: gzipSync(await answer.body()).byteLength,
    })),
  );
  await page.close();
  const until = (atMs: number) => {
    const sizeBytes = scripts.filter(({ endMs }) => endMs <= atMs).reduce((sum, each) => sum + each.sizeBytes, 0);
    return round(sizeBytes / KILOBYTE, 1);
  };
  const unit = 'kB of script, gzip';
  return [
    { name: 'firstPage.beforePaint', value: until(paintMs), unit, aim: '≤ 200 kB' },
    { name: 'firstPage.beforeContent', value: until(contentMs), unit, aim: '≤ 200 kB' },
    { name: 'firstPage.untilWall', value: until(Number.POSITIVE_INFINITY), unit },
  ];
}

/** Runs in the page: when it painted first, when it painted a word or picture first, and when each script was there. */
function readTimes(): { paintMs: number; contentMs: number; endsMs: Record<string, number> } {
  const paints = Object.fromEntries(
    performance.getEntriesByType('paint').map(({ name, startTime }) => [name, startTime]),
  );
  const resources = performance.getEntriesByType('resource') as PerformanceResourceTiming[];
  return {
    paintMs: paints['first-paint'] ?? Number.POSITIVE_INFINITY,
    contentMs: paints['first-contentful-paint'] ?? Number.POSITIVE_INFINITY,
    endsMs: Object.fromEntries(resources.map(({ name, responseEnd }) => [name, responseEnd])),
  };
}

async function opened(page: Page, server: BenchServer): Promise<Figure> {
  const samples: number[] = [];
  for (let at = 0; at < OPENINGS; at++) {
    await page.goto('about:blank');
    const from = performance.now();
    await page.goto(server.url, { waitUntil: 'commit' });
    await untilUsable(page);
    samples.push(performance.now() - from);
  }
  return {
    name: 'firstPage.interactive',
    value: round(median(samples), 0),
    unit: 'ms to a wall that answers, warm',
    aim: '≤ 1,000 ms',
  };
}
