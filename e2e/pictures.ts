/**
 * The pictures of the README and the guides, taken from the real thing: `npx tsx e2e/pictures.ts`. Needs what `npm test` needs.
 * Run it again when a surface changes; nothing in it is staged beyond what a person could do by hand.
 */
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page } from '@playwright/test';
import { type Sandbox, Sandglass } from '@sandglass/client/node';
import findWhatTestsMade from './globalSetup.ts';
import { Server } from './server.ts';
import { nothingWarm } from './world.ts';

const pictures = fileURLToPath(new URL('../docs/pictures/', import.meta.url));
const size = { width: 1600, height: 1000 };

const APP = `import http.server
PAGE = b'''<!doctype html><meta charset=utf-8><title>Checkout</title>
<style>body{font:16px system-ui;margin:40px 56px;color:#1c2330}h1{font-size:30px}input{display:block;width:420px;padding:10px 12px;margin:6px 0 18px;border:1px solid #cfd6e0;border-radius:8px;font:inherit}
b{font-size:24px;display:block;margin:8px 0 18px}button{background:#2f6bff;color:#fff;border:0;border-radius:9px;padding:12px 26px;font:600 16px system-ui}</style>
<h1>Checkout</h1>Discount code<input value="SPRING-25">Card<input value="4242 4242 4242 4242"><b>Total &euro;-12.50</b><button>Pay now</button>'''
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.send_header('content-type', 'text/html'); self.end_headers(); self.wfile.write(PAGE)
    def log_message(self, *_): pass
http.server.ThreadingHTTPServer(('127.0.0.1', 3000), Handler).serve_forever()
`;
const DISCOUNT = `RATES = {"SPRING-25": 25}


def total(price: float, code: str) -> float:
    """What is to be paid; a code may not make it negative."""
    return price - RATES.get(code, 0)
`;
const TEST = `import unittest
from discount import total


class Checkout(unittest.TestCase):
    def test_full_price(self):
        self.assertEqual(total(40, ""), 40)

    def test_never_negative(self):
        self.assertGreaterEqual(total(12.5, "SPRING-25"), 0)


unittest.main()
`;

async function main(): Promise<void> {
  findWhatTestsMade();
  await mkdir(pictures, { recursive: true });
  await using server = await Server.start(nothingWarm);
  const client = new Sandglass({ url: server.origin, token: server.ready.token });
  const browser = await chromium.launch({
    executablePath: process.env['SANDGLASS_CHROMIUM'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-quic', '--disable-background-networking', '--disable-component-update'],
  });
  try {
    await stageOthers(client);
    const sandbox = await stageCheckout(client);
    await stageRuns(client, sandbox);
    await stillness();
    for (const theme of ['dark', 'light'] as const) await takeAll(browser, server, sandbox, theme);
  } finally {
    await browser.close();
    const { items } = await client.sandboxes.list({ limit: 100 });
    await Promise.all(items.map((each) => each.kill()));
    client.close();
  }
}

/** An agent at work on a bug: files, a failing test, a page in the sandbox's own browser, a checkpoint. */
async function stageCheckout(client: Sandglass): Promise<Sandbox> {
  const sandbox = await client.sandboxes.create({
    image: 'desktop',
    name: 'checkout-bug-repro',
    egress: { allow: [{ host: 'api.example.org' }] },
  });
  await sandbox.files.write('app/server.py', APP, { parents: true });
  await sandbox.files.write('app/discount.py', DISCOUNT);
  await sandbox.files.write('app/test_checkout.py', TEST);
  await sandbox.start('cd app && python3 server.py');
  await sandbox.run('curl -s --retry 9 --retry-connrefused localhost:3000 | grep Total');
  await sandbox.checkpoint({ name: 'before the fix' });
  await sandbox.run('grep -rn discount app');
  await sandbox.run('curl -sS http://tracker.invalid/beacon');
  await sandbox.run('cd app && python3 test_checkout.py');
  await sandbox.start('chromium --new-window http://localhost:3000');
  // The test is to fail while the page is on the screen.
  await stillness();
  await stillness();
  const terminal = await sandbox.terminals.open({ name: 'agent · bash', owner: 'agent', columns: 120, rows: 14 });
  terminal.attach({ onOutput: () => {} });
  await terminal.write('cd app && clear && python3 test_checkout.py\n');
  await stillness();
  terminal.detach();
  return sandbox;
}

async function stageOthers(client: Sandglass): Promise<void> {
  const shell = await client.sandboxes.create({ image: 'base', name: 'scrape-catalog' });
  await shell.files.write('crawl.js', 'for (let page = 1; page <= 3; page++) console.log(page);');
  await shell.run('node --version');
  await shell.run('node crawl.js');
  const frozen = await client.sandboxes.create({ image: 'base', name: 'fork-b · greedy' });
  await frozen.run('git init -q app');
  await frozen.freeze();
  const browser = await client.sandboxes.create({ image: 'browser', name: 'flight-search-eval-31' });
  await browser.run('ls');
}

/** Work that is over, to be judged: one of it has been. */
async function stageRuns(client: Sandglass, checkout: Sandbox): Promise<void> {
  await checkout.run({ goal: 'Fix the negative total in checkout', agent: 'claude' }, async (run) => {
    await run.say('The total is negative. First a failing test.', { sort: 'plan' });
    for (const command of ['ls app', 'cd app && python3 test_checkout.py', 'sed -n 1,20p app/discount.py'])
      await checkout.run(command);
    await run.end('failed', { reason: 'test_never_negative still fails', cost: { usd: 0.31 } });
  });
  for (const [name, goal, usd] of [
    ['gaia-validation-07', 'How many figures has the 2019 paper?', 0.12],
    ['migrate-db', 'Add an index without a lock', 0.22],
  ] as const) {
    const sandbox = await client.sandboxes.create({ image: 'base', name, labels: { suite: 'nightly' } });
    await sandbox.run({ goal, agent: 'gpt' }, async (run) => {
      for (const command of ['ls', 'sleep 1', 'echo figure 3a; echo figure 3b', 'sleep 1; echo done'])
        await sandbox.run(command);
      await run.end('succeeded', { cost: { usd } });
    });
    await sandbox.kill();
  }
  const { items } = await client.request('runs', { query: { q: 'figures' } });
  const [judged] = items;
  if (judged === undefined) throw new Error('A run that was staged is not listed.');
  const params = { sandbox: judged.sandbox };
  await client.request('writeNote', {
    params,
    body: { atUs: judged.startedAtUs, text: 'Counted Figure 3a and 3b as two.' },
  });
  await client.request('giveVerdict', {
    params: { ...params, run: judged.id },
    body: { judgement: 'unsure', reason: 'Ask the author of the task' },
  });
}

async function takeAll(browser: Browser, server: Server, sandbox: Sandbox, theme: 'dark' | 'light'): Promise<void> {
  const context = await browser.newContext({ viewport: size, colorScheme: theme });
  const page = await context.newPage();
  await page.goto(`${server.origin}/#token=${server.ready.token}`);
  await page.getByText('checkout-bug-repro').first().waitFor();
  await settle(page);
  await page.screenshot({ path: `${pictures}wall-${theme}.png` });
  await takeRuns(page, server, theme);
  await page.goto(`${server.origin}/s/${sandbox.id}`);
  await page.getByRole('treeitem', { name: 'app' }).click();
  await page.getByRole('treeitem', { name: /discount\.py/ }).waitFor();
  await page.getByRole('tab', { name: 'Desktop' }).click();
  await settle(page);
  await page.screenshot({ path: `${pictures}console-${theme}.png` });
  await takePast(page, theme);
  await page.setViewportSize({ width: 390, height: 844 });
  await settle(page);
  await page.screenshot({ path: `${pictures}phone-${theme}.png` });
  await context.close();
}

/** The review queue, and the run that is not decided. */
async function takeRuns(page: Page, server: Server, theme: 'dark' | 'light'): Promise<void> {
  await page.goto(`${server.origin}/runs`);
  await page.getByRole('row', { name: /^gaia/ }).click();
  await settle(page);
  await page.screenshot({ path: `${pictures}runs-${theme}.png` });
}

/** The same console, at the failing test; what was looked for is walked by n. */
async function takePast(page: Page, theme: 'dark' | 'light'): Promise<void> {
  await page.getByRole('combobox', { name: 'Search this recording' }).fill('test_never_negative');
  // The last of them is in the agent's own shell, beside the page.
  await page.getByRole('listbox', { name: 'Places found' }).getByRole('option').last().click();
  await drawn(page);
  await settle(page);
  await page.screenshot({ path: `${pictures}past-${theme}.png` });
  await page.getByRole('button', { name: 'End the search' }).click();
  await page.getByRole('button', { name: 'Back to live' }).first().click();
  await settle(page);
}

/** The screen shows something: before its first picture a recording's is black. */
const drawn = (page: Page) =>
  page.waitForFunction(() => {
    const canvas = document.querySelector<HTMLCanvasElement>('.screen-stage canvas:not([data-empty])');
    const pixels = canvas?.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data;
    return pixels?.some((value, at) => at % 4 !== 3 && value > 32) ?? false;
  });

/** Pictures are taken by hand, so this may wait for time: fonts, the screen's exact pixels after its second of quiet. */
const settle = (page: Page): Promise<void> => page.waitForTimeout(3_500);
const stillness = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 4_000));

await main();
