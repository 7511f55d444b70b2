/** The built workshop, served to the tests of one worker; and the list of its stories. */
import { existsSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BrowserContext, test as base, type Page } from '@playwright/test';

const folder = fileURLToPath(new URL('../../packages/ui/storybook-static', import.meta.url));

export interface Story {
  readonly id: string;
  readonly title: string;
  readonly name: string;
}

export function listStories(): readonly Story[] {
  const index = join(folder, 'index.json');
  if (!existsSync(index)) throw new Error('The stories are not built. Run `npm test -- storybook`, which does it.');
  const { entries } = JSON.parse(readFileSync(index, 'utf8')) as { entries: Record<string, Story & { type: string }> };
  return Object.values(entries).filter(({ type }) => type === 'story');
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

/** One window for all stories of a worker: what it has read once is kept. */
export const test = base.extend<object, { workshop: string; bench: BrowserContext }>({
  bench: [
    async ({ browser }, use) => {
      const context = await browser.newContext({
        viewport: { width: 640, height: 400 },
        locale: 'en-GB',
        timezoneId: 'UTC',
        reducedMotion: 'reduce',
      });
      await use(context);
      await context.close();
    },
    { scope: 'worker' },
  ],
  page: async ({ bench }, use) => {
    const page = await bench.newPage();
    await use(page);
    await page.close();
  },
  workshop: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the parameter's shape
    async ({}, use) => {
      const server = createServer((request, response) => {
        const path = normalize(new URL(request.url ?? '/', 'http://workshop').pathname);
        readFile(join(folder, path)).then(
          (body) =>
            response
              .setHeader('content-type', types[extname(path)] ?? 'application/octet-stream')
              .setHeader('cache-control', 'max-age=600')
              .end(body),
          // A browser asks for an icon by itself.
          () => response.writeHead(path === '/favicon.ico' ? 204 : 404).end(),
        );
      });
      await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
      await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
      server.closeAllConnections();
      server.close();
    },
    { scope: 'worker' },
  ],
});

declare global {
  interface Window {
    __STORYBOOK_PREVIEW__?: { currentRender?: { phase?: string } };
  }
}

/** Opens one story and waits until it has been played to its end and nothing moves. */
export async function openStory(page: Page, workshop: string, story: Story): Promise<void> {
  await page.goto(`${workshop}/iframe.html?id=${story.id}&viewMode=story`);
  await page.waitForFunction(() => {
    const phase = window.__STORYBOOK_PREVIEW__?.currentRender?.phase ?? '';
    if (phase === 'errored') throw new Error(document.body.innerText);
    return ['completed', 'finished'].includes(phase);
  });
  await settle(page);
}

export async function wear(page: Page, theme: string): Promise<void> {
  await page.evaluate((chosen) => {
    document.documentElement.dataset['theme'] = chosen;
  }, theme);
  await settle(page);
}

async function settle(page: Page): Promise<void> {
  await page.evaluate(async () => {
    await document.fonts.ready;
    // What follows the scrolling of a row ends when it is scrolled to its end.
    const ending = document
      .getAnimations()
      .filter((each) => each.timeline === document.timeline && each.effect?.getComputedTiming().endTime !== Infinity);
    await Promise.allSettled(ending.map((each) => each.finished));
  });
}
