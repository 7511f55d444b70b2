import { chromium } from '@playwright/test';

const browser = await chromium.connectOverCDP(process.env.CDP_URL);
const page = await browser.contexts()[0].newPage();
await page.goto('data:text/html,<label>Name <input></label><button>Send</button>');
await page.getByLabel('Name').fill('agent');
await page.getByRole('button', { name: 'Send' }).click();
console.log(await page.getByLabel('Name').inputValue());
await browser.close();
