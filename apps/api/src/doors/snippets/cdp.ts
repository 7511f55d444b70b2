import { type DoorTexts, needsSandbox, sandboxWord, snippet } from './snippet.ts';

export const cdpTexts: DoorTexts = {
  title: 'Browser',
  about: 'Playwright, Puppeteer and all that speak the DevTools Protocol drive the sandbox’s own Chromium.',
  snippets: (place, { urlTemplate = '' }) => {
    const address = urlTemplate.replace('{sandbox}', sandboxWord(place));
    return [
      snippet({
        id: 'cdp-playwright',
        title: 'Playwright',
        language: 'javascript',
        packages: ['playwright-core'],
        note: needsSandbox(place),
        text: `
import { chromium } from 'playwright-core';

const browser = await chromium.connectOverCDP('${address}');
const page = await browser.contexts()[0].newPage();
await page.goto('data:text/html,<title>Hello from the sandbox</title>');
console.log(await page.title());
await browser.close();`,
      }),
      snippet({
        id: 'cdp-puppeteer',
        title: 'Puppeteer',
        language: 'javascript',
        packages: ['puppeteer-core'],
        note: needsSandbox(place),
        text: `
import puppeteer from 'puppeteer-core';

const browser = await puppeteer.connect({ browserWSEndpoint: '${address}' });
const page = await browser.newPage();
await page.goto('data:text/html,<title>Hello from the sandbox</title>');
console.log(await page.title());
await browser.disconnect();`,
      }),
    ];
  },
};
