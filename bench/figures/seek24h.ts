/**
 * To any moment of a synthetic day: a million events on the timeline and a screen of thousands of segments in one page, with no
 * server and no network. Beside it: decoding and drawing one picture.
 */
import { chromium } from 'playwright-core';
import { type Figure, round } from '../figure.ts';
import { rendererBytes } from '../renderer.ts';
import { seekAllOver, seekFigures } from '../seekPage.ts';
import { servePage } from '../timelinePage.ts';

const EVENTS = 1_000_000;
const DAY_SECONDS = 86_400;

export async function* run(): AsyncIterable<Figure> {
  await using served = await servePage('apps/web/src/features/timeline/benchPage.tsx');
  const browser = await chromium.launch({
    executablePath: process.env['SANDGLASS_CHROMIUM'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox'],
  });
  try {
    const page = await browser.newPage({ viewport: { width: 1600, height: 1000 } });
    await page.addInitScript('globalThis.__name = (f) => f');
    await page.goto(`${served.url}?events=${EVENTS}&seconds=${DAY_SECONDS}`);
    await page.waitForFunction(() => 'timelineLoadedMs' in window, undefined, { timeout: 180_000 });
    const sought = await seekAllOver(page, { seconds: DAY_SECONDS });
    const gigabytes = round(sought.sizeBytes / 1_073_741_824, 1);
    yield { name: 'seek-24h.recorded', value: sought.segments, unit: `segments, ${gigabytes} GB, ${EVENTS} events` };
    yield* seekFigures('seek-24h', sought, { against: 'drawing one picture', aim: '≤ 250 ms' });
    await (await page.context().newCDPSession(page)).send('HeapProfiler.collectGarbage');
    yield {
      name: 'seek-24h.memory',
      value: round((await rendererBytes(browser)) / 1_048_576, 0),
      unit: 'MB resident, the whole renderer process',
      aim: '≤ 400 MB',
    };
  } finally {
    await browser.close();
  }
}
