/**
 * A wall of real desktops, all in view: what their live thumbnails cost the server and the page while everything moves, beside
 * the same wall standing still, and the same desktops moving with nobody looking (they are recorded all the same).
 */
import { setTimeout } from 'node:timers/promises';
import type { Sandbox } from '@sandglass/client/node';
import type { Browser, Page } from 'playwright-core';
import { putToWork } from '../desktopAtWork.ts';
import { type Figure, round } from '../figure.ts';
import { openBrowser } from '../pixel/browser.ts';
import { type BenchServer, startServer } from '../server.ts';

const DESKTOPS = Number(process.env['SANDGLASS_BENCH_DESKTOPS'] ?? 24);
const MEASURED_MS = 20_000;
const SETTLE_MS = 4_000;
/** Seven columns of four rows: all of them fit. */
const VIEWPORT = { width: 2560, height: 1440 };

interface Cost {
  /** Cores, of one. */
  readonly server: number;
  readonly page: number;
  readonly pictures: number;
}

export async function* run(): AsyncIterable<Figure> {
  await using server = await startServer({ SANDGLASS_WARM: 'base=0,desktop=0,browser=0' });
  const sandboxes: Sandbox[] = [];
  for (let i = 0; i < DESKTOPS; i++)
    sandboxes.push(await server.client.sandboxes.create({ image: 'desktop', name: `desktop ${i + 1}` }));
  const browser = await openBrowser();
  try {
    const page = await openWall(browser, server);
    await setTimeout(SETTLE_MS);
    const still = await costOf(server, browser, page);
    for (const sandbox of sandboxes) await putToWork(sandbox);
    await untilMoving(page);
    const moving = await costOf(server, browser, page);
    await page.goto('about:blank');
    await setTimeout(SETTLE_MS);
    const unseen = await costOf(server, browser, page);
    const name = `wall.${DESKTOPS}`;
    yield {
      name: `${name}.pictures`,
      value: round(moving.pictures / DESKTOPS),
      unit: 'pictures a second on each card',
    };
    yield figureOf(`${name}.server`, moving.server, { aim: '≤ 1 core', against: 'nobody looking', of: unseen.server });
    yield figureOf(`${name}.server.still`, still.server, {});
    yield figureOf(`${name}.page`, moving.page, { aim: '≤ 0.4', against: 'nothing moving', of: still.page });
    yield figureOf(`${name}.page.still`, still.page, {});
  } finally {
    await browser.close();
  }
}

function figureOf(name: string, cores: number, beside: { aim?: string; against?: string; of?: number }): Figure {
  const { aim, against, of } = beside;
  return {
    name,
    value: round(cores),
    unit: 'of a core',
    ...(against === undefined || !of ? {} : { against, ratio: round(cores / of) }),
    ...(aim === undefined ? {} : { aim }),
  };
}

async function openWall(browser: Browser, server: BenchServer): Promise<Page> {
  const page = await (await browser.newContext({ viewport: VIEWPORT })).newPage();
  await page.addInitScript(() => {
    const decode = globalThis.createImageBitmap;
    const counted = globalThis as unknown as { pictures: number };
    counted.pictures = 0;
    globalThis.createImageBitmap = ((...given: Parameters<typeof decode>) => {
      counted.pictures++;
      return decode(...given);
    }) as typeof decode;
  });
  await page.goto(`${server.url}/#token=${server.token}`);
  await page.waitForFunction(
    (count) => document.querySelectorAll('canvas.card-canvas-picture').length === count,
    DESKTOPS,
    { timeout: 120_000 },
  );
  return page;
}

async function costOf(server: BenchServer, browser: Browser, page: Page): Promise<Cost> {
  const before = {
    server: await server.cpuSeconds(),
    page: await rendererSeconds(browser),
    pictures: await count(page),
  };
  const from = performance.now();
  await setTimeout(MEASURED_MS);
  const after = {
    server: await server.cpuSeconds(),
    page: await rendererSeconds(browser),
    pictures: await count(page),
  };
  const seconds = (performance.now() - from) / 1_000;
  return {
    server: (after.server - before.server) / seconds,
    page: (after.page - before.page) / seconds,
    pictures: (after.pictures - before.pictures) / seconds,
  };
}

/** A loaded machine takes its time to start so many programs: measured is what moves, not what is about to. */
async function untilMoving(page: Page): Promise<void> {
  for (let second = 0; second < 90; second++) {
    const before = await count(page);
    await setTimeout(2_000);
    if ((await count(page)) - before >= DESKTOPS) return;
  }
  process.stderr.write('Not everything moves even now: this machine has no time for so many desktops.\n');
}

const count = (page: Page): Promise<number> =>
  page.evaluate(() => (globalThis as unknown as { pictures?: number }).pictures ?? 0);

/** Processor time of the page's own processes, all their threads: scripts, layout, decoding, painting. */
async function rendererSeconds(browser: Browser): Promise<number> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  return processInfo.filter(({ type }) => type === 'renderer').reduce((sum, { cpuTime }) => sum + cpuTime, 0);
}
