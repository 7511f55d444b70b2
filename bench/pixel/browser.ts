/** One Chromium with two pages: the console's live view and a page with nothing but noVNC. Both are watched by the same code. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { build } from 'esbuild';
import { type Browser, chromium, type Page } from 'playwright-core';
import { palette, probe } from './painter.ts';
import { type Seen, watchPixel } from './watchPixel.ts';

const WIDTH = 1600;
const HEIGHT = 1000;

export async function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env['SANDGLASS_CHROMIUM'] ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      // The page that is not measured must not be made slow for its next turn.
      '--disable-background-timer-throttling',
      '--disable-renderer-backgrounding',
      '--disable-backgrounding-occluded-windows',
    ],
  });
}

async function openWatched(browser: Browser): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: WIDTH, height: HEIGHT } });
  const page = await context.newPage();
  // Names that the compiler's helper expects of functions sent to a page.
  await page.addInitScript('globalThis.__name = (f) => f');
  await page.addInitScript(watchPixel, { ...probe, palette });
  return page;
}

/** Signed in, on the workbench, with the picture there. */
export async function openConsole(
  browser: Browser,
  server: { url: string; token: string },
  sandbox: string,
): Promise<Page> {
  const page = await openWatched(browser);
  await page.goto(`${server.url}/#token=${server.token}`);
  await page.waitForURL((url) => !url.hash.includes('token'));
  await page.goto(`${server.url}/s/${sandbox}`);
  await page.locator('canvas.screen-canvas:not([data-empty])').waitFor();
  return page;
}

/** Resolves when it is connected. `relayUrl`: of the WebSocket. */
export async function openNoVnc(browser: Browser, relayUrl: string): Promise<Page> {
  const contents = `
    import RFB from '@novnc/novnc';
    const rfb = new RFB(document.querySelector('main'), ${JSON.stringify(relayUrl)});
    rfb.addEventListener('connect', () => { document.title = 'connected'; });`;
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: import.meta.dirname },
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2022',
  });
  const html = `<!doctype html><style>main{width:1280px;height:800px}</style><main></main><script type="module">${outputFiles[0]!.text.replaceAll('</script', '<\\/script')}</script>`;
  const http = createServer((_request, response) => response.setHeader('content-type', 'text/html').end(html));
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  try {
    const page = await openWatched(browser);
    await page.goto(`http://127.0.0.1:${(http.address() as AddressInfo).port}/`);
    await page.waitForFunction(() => document.title === 'connected');
    return page;
  } finally {
    http.close();
  }
}

/** Watches while `work` runs, and then until the pixel has the colour `last`, for ten seconds at most. */
export async function seenDuring<T>(
  page: Page,
  last: number,
  work: () => Promise<T>,
): Promise<{ value: T; seen: Seen[] }> {
  await page.bringToFront();
  await page.evaluate(() => window.pixelWatch.restart());
  const value = await work();
  await page
    .waitForFunction((colour) => window.pixelWatch.seen.at(-1)?.colour === colour, last, { timeout: 10_000 })
    .catch(() => {});
  return { value, seen: await page.evaluate(() => window.pixelWatch.seen) };
}
