/** The address that the vendor's desktop client gives out, opened in a browser: it shows the desktop as it moves. */
import { Sandbox as Desktop } from '@e2b/desktop';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasImage } from '../../drivers/local/keeperWorld.ts';
import { E2bWorld, NAMES } from './e2bWorld.ts';

describe.skipIf(!hasImage('desktop'))('the stream of a desktop', () => {
  let world: E2bWorld;
  let desktop: Desktop;
  let browser: Browser;
  beforeAll(async () => {
    world = await E2bWorld.open('sandboxes');
    desktop = await Desktop.create('desktop', { ...world.options, resolution: [1024, 768] });
    browser = await chromium.launch({
      executablePath: '/usr/bin/chromium',
      args: ['--no-sandbox', `--host-resolver-rules=MAP *.${NAMES} 127.0.0.1`],
    });
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await world?.[Symbol.asyncDispose]();
  });

  test('shows live pixels to who has its address, and takes nothing from them', async () => {
    await desktop.stream.start({ requireAuth: true });
    const context = await browser.newContext({ ignoreHTTPSErrors: true });
    const page = await context.newPage();
    // The picture never ends, so the page is never loaded.
    const open = async (url: string) => (await page.goto(url, { waitUntil: 'domcontentloaded' }))?.status();
    expect(await open(desktop.stream.getUrl())).toBe(401);
    const authKey = desktop.stream.getAuthKey();
    expect(await open(desktop.stream.getUrl({ authKey, resize: 'off' }))).toBe(200);
    const picture = page.getByAltText('The live desktop');
    const size = () => picture.evaluate((image: HTMLImageElement) => [image.naturalWidth, image.naturalHeight]);
    await expect.poll(size, { timeout: 20_000 }).toEqual([1024, 768]);
    // The middle of the screen, where a window of one colour is put.
    const middle = async () =>
      await picture.evaluate((image: HTMLImageElement) => {
        const canvas = document.createElement('canvas');
        [canvas.width, canvas.height] = [1, 1];
        const brush = canvas.getContext('2d')!;
        brush.drawImage(image, -500, -300);
        return [...brush.getImageData(0, 0, 1, 1).data.slice(0, 3)].map((part) => (part > 128 ? 1 : 0));
      });
    for (const [colour, seen] of [
      ['#ff0000', [1, 0, 0]],
      ['#0000ff', [0, 0, 1]],
    ] as const) {
      const window = await desktop.commands.run(`xterm -bg '${colour}' -geometry 120x50+0+0 -e sleep 100`, {
        background: true,
        timeoutMs: 0,
      });
      await expect.poll(middle, { timeout: 20_000 }).toEqual(seen);
      await window.kill();
      await expect.poll(middle, { timeout: 20_000 }).not.toEqual(seen);
    }
    await desktop.stream.stop();
    expect(await open(desktop.stream.getUrl({ authKey }))).toBe(502);
  }, 120_000);
});
