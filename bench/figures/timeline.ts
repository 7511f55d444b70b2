/**
 * A million events on the console's timeline: how evenly frames come while a hand pans and zooms, beside a page that only clears
 * a canvas of that size, in the same Chromium. Without a graphics card everything is drawn by this machine's processor.
 */
import { type Browser, chromium, type Page } from 'playwright-core';
import { type Figure, quantile, round } from '../figure.ts';
import { rendererBytes } from '../renderer.ts';
import { type ServedPage, servePage } from '../timelinePage.ts';

const EVENTS = 1_000_000;
const DAY_SECONDS = 86_400;
const FRAMES = 480;
const FRAME_MS = 1000 / 60;

export async function* run(): AsyncIterable<Figure> {
  await using served = await servePage('apps/web/src/features/timeline/benchPage.tsx');
  const browser = await chromium.launch({
    executablePath: process.env['SANDGLASS_CHROMIUM'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox'],
  });
  try {
    const empty = await framesOf(browser, served, 'clear');
    yield* figuresOf('timeline.empty', empty);
    const { page, loadedMs } = await openTimeline(browser, served);
    yield { name: 'timeline.load', value: round(loadedMs / 1000), unit: `s for ${EVENTS} events in pages of 5000` };
    for (const act of ['pan', 'zoom'] as const) {
      const { frames, work } = await play(page, act);
      yield* figuresOf(`timeline.${act}`, frames, empty);
      yield { name: `timeline.${act}.work.p95`, value: round(quantile(work, 0.95)), unit: 'ms of a frame in the page' };
    }
    yield {
      name: 'timeline.memory',
      value: round((await rendererBytes(browser)) / 1_048_576, 0),
      unit: 'MB resident, the whole renderer process',
      aim: '≤ 400 MB',
    };
  } finally {
    await browser.close();
  }
}

function* figuresOf(name: string, frames: readonly number[], empty?: readonly number[]): Iterable<Figure> {
  const p50 = quantile(frames, 0.5);
  const p95 = quantile(frames, 0.95);
  const beside = (value: number, part: number) =>
    empty === undefined ? {} : { against: 'an empty canvas', ratio: round(value / quantile(empty, part)) };
  yield { name: `${name}.p50`, value: round(p50), unit: 'ms a frame', ...beside(p50, 0.5), aim: '16.7 ms (60 fps)' };
  yield { name: `${name}.p95`, value: round(p95), unit: 'ms a frame', ...beside(p95, 0.95) };
  yield { name: `${name}.longest`, value: round(Math.max(...frames)), unit: 'ms' };
  const late = frames.filter((ms) => ms > 1.5 * FRAME_MS).length;
  yield { name: `${name}.late`, value: late, unit: `of ${frames.length} frames longer than 25 ms` };
}

async function openPage(browser: Browser, url: string): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1600, height: 1000 } });
  // Names that the compiler's helper expects of functions sent to a page.
  await page.addInitScript('globalThis.__name = (f) => f');
  await page.goto(url);
  return page;
}

async function framesOf(browser: Browser, served: ServedPage, act: 'clear'): Promise<number[]> {
  const page = await openPage(browser, `${served.url}?events=1&seconds=10`);
  await page.locator('.timeline-canvas canvas').waitFor();
  const { frames } = await play(page, act);
  await page.close();
  return frames;
}

async function openTimeline(browser: Browser, served: ServedPage): Promise<{ page: Page; loadedMs: number }> {
  const page = await openPage(browser, `${served.url}?events=${EVENTS}&seconds=${DAY_SECONDS}`);
  const loaded = await page.waitForFunction(
    () => (window as unknown as { timelineLoadedMs?: number }).timelineLoadedMs,
    undefined,
    { timeout: 180_000 },
  );
  await page.getByRole('button', { name: 'Show all' }).click();
  // The young generation of a million rows that were just parsed is not what is measured.
  await (await page.context().newCDPSession(page)).send('HeapProfiler.collectGarbage');
  return { page, loadedMs: Number(await loaded.jsonValue()) };
}

interface Played {
  /** Milliseconds of each frame. */
  readonly frames: number[];
  /** Of those, what the page's own frame callbacks took: scripts and drawing commands. */
  readonly work: number[];
}

/** Moves the timeline once a frame, by the events a hand would make. */
function play(page: Page, act: 'clear' | 'pan' | 'zoom'): Promise<Played> {
  return page.evaluate(
    async ({ act, frames }) => {
      const canvas = document.querySelector<HTMLCanvasElement>('.timeline-canvas canvas')!;
      const box = canvas.getBoundingClientRect();
      const wheel = (deltaX: number, deltaY: number, share: number) =>
        canvas.dispatchEvent(
          new WheelEvent('wheel', {
            deltaX,
            deltaY,
            clientX: box.left + box.width * share,
            clientY: box.top + 50,
            cancelable: true,
          }),
        );
      const other = document.createElement('canvas');
      other.width = canvas.width;
      other.height = canvas.height;
      other.style.cssText = `position:fixed;bottom:0;left:0;width:${box.width}px;height:${box.height}px`;
      const context = other.getContext('2d')!;
      if (act === 'clear') document.body.append(other);
      if (act === 'pan') for (let step = 0; step < 12; step++) wheel(0, -100, 0.5);
      const taken: number[] = [];
      const work: number[] = [];
      let workMs = 0;
      const request = window.requestAnimationFrame.bind(window);
      window.requestAnimationFrame = (callback) =>
        request((at) => {
          const from = performance.now();
          callback(at);
          workMs += performance.now() - from;
        });
      let last = await new Promise<number>(request);
      for (let frame = 0; frame < frames; frame++) {
        const turn = Math.floor(frame / 60) % 2 === 0 ? 1 : -1;
        if (act === 'clear') {
          context.fillStyle = frame % 2 === 0 ? 'black' : 'gray';
          context.fillRect(0, 0, other.width, other.height);
        } else if (act === 'pan') wheel(-24 * turn, 0, 0.5);
        // From all of it down to seconds and back.
        else wheel(0, -110 * turn, 0.3 + 0.4 * Math.random());
        const at = await new Promise<number>(request);
        taken.push(at - last);
        work.push(workMs);
        workMs = 0;
        last = at;
      }
      other.remove();
      window.requestAnimationFrame = request;
      return { frames: taken, work };
    },
    { act, frames: FRAMES },
  );
}
