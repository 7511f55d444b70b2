/** What a file looks like: text that is edited, and what is only looked at. Nothing of a file runs on the console's origin. */
import { deflateSync } from 'node:zlib';
import { expect, type Page, type Request, test } from '@playwright/test';
import type { Sandbox } from '@sandglass/client/node';
import { expectAccessible } from '../access.ts';
import { nothingWarm, useWorld } from '../world.ts';

test.describe.configure({ mode: 'serial' });

const world = useWorld(nothingWarm);
let sandbox: Sandbox;

const PAGE = `<script>top.hacked = 1</script><h1 onclick="top.hacked = 1">Page</h1><img src="/beacon.png" onerror="top.hacked = 1"><style>h1 { color: rgb(0, 128, 0) }</style><meta http-equiv="refresh" content="0; url=/beacon.html"><a href="/beacon.html" target="_top">Leave</a>`;
const SVG = `<svg xmlns="http://www.w3.org/2000/svg" width="40" height="30" onload="parent.hacked=1"><script>window.hacked=1</script><rect width="40" height="30" fill="red"/></svg>`;
const PDF = [
  '%PDF-1.4',
  '1 0 obj<</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj',
  '2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj',
  '3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 100]/Contents 4 0 R/Resources<<>>>>endobj',
  '4 0 obj<</Length 27>>stream\n1 0 0 rg 0 0 200 100 re f  \nendstream endobj',
  'trailer<</Root 1 0 R>>',
].join('\n');

/** Two by two, red. */
function png(): Buffer {
  const table = Array.from({ length: 256 }, (_, n) => {
    let c = n;
    for (let bit = 0; bit < 8; bit++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
    return c >>> 0;
  });
  const crc = (bytes: Buffer) => {
    let c = 0xffffffff;
    for (const byte of bytes) c = (table[(c ^ byte) & 255] as number) ^ (c >>> 8);
    return (c ^ 0xffffffff) >>> 0;
  };
  const chunk = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const [size, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    size.writeUInt32BE(data.length);
    sum.writeUInt32BE(crc(body));
    return Buffer.concat([size, body, sum]);
  };
  const head = Buffer.from([0, 0, 0, 2, 0, 0, 0, 2, 8, 2, 0, 0, 0]);
  const rows = Buffer.from([0, 255, 0, 0, 255, 0, 0, 0, 255, 0, 0, 255, 0, 0]);
  return Buffer.concat([
    Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]),
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

const open = (path: string) => `/s/${sandbox.id}?file=/home/user/${path}`;
const isClean = (page: Page) => page.evaluate(() => !('hacked' in window));

test.beforeAll(async () => {
  sandbox = await world.client.sandboxes.create({ image: 'base', name: 'editor' });
  await sandbox.files.write('text.ts', 'let a = 1;\nlet b = 2;\nlet c = 3;\n');
  await sandbox.files.write('picture.svg', SVG);
  await sandbox.files.write('picture.png', png());
  await sandbox.files.write('broken.png', 'no picture');
  await sandbox.files.write('document.pdf', PDF);
  await sandbox.files.write('page.html', PAGE);
  await sandbox.files.write('bytes.bin', Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 1, 2, 255]));
  await sandbox.run('seq 1 1200000 > large.log');
});

test('saves, saves by itself where that is wished, and goes to a line', async ({ browser }) => {
  await using at = await world.open(browser, `${open('text.ts')}&line=3`);
  const { page } = at;
  const editor = page.locator('.monaco-editor').first();
  await expect(editor.locator('.current-line-exact, .line-numbers.active-line-number').first()).toBeVisible();
  await expect(editor.locator('.active-line-number')).toHaveText('3');
  await editor.click();
  await page.keyboard.press('Control+Home');
  await page.keyboard.type('// first\n');
  await expect(page.getByText('Not saved')).toBeVisible();
  await page.keyboard.press('Control+s');
  await expect.poll(() => sandbox.files.readText('text.ts')).toMatch(/^\/\/ first\n/);
  await page.evaluate(() =>
    localStorage.setItem('sandglass.preferences', JSON.stringify({ editor: { autosave: 'pause' } })),
  );
  await page.reload();
  await editor.click();
  await page.keyboard.press('Control+Home');
  await page.keyboard.type('// by itself\n');
  await expect.poll(() => sandbox.files.readText('text.ts')).toMatch(/^\/\/ by itself\n/);
});

test('shows pictures, an SVG too, and runs nothing of them', async ({ browser }) => {
  await using at = await world.open(browser, open('picture.png'));
  const { page } = at;
  await expect(page.getByText('2 × 2')).toBeVisible();
  await page.getByRole('button', { name: 'Larger' }).click();
  await expect(page.getByText('150 %')).toBeVisible();
  await expectAccessible(page, 'picture');
  await page.goto(`${world.server.origin}${open('picture.svg')}`);
  const picture = page.getByRole('img', { name: 'picture.svg' });
  await expect(picture).toHaveAttribute('src', /^data:image\/svg\+xml/);
  await expect(page.getByText('40 × 30')).toBeVisible();
  expect(await isClean(page)).toBe(true);
  await page.getByRole('button', { name: 'Source' }).click();
  await expect(page.locator('.monaco-editor').first()).toContainText('onload');
  await page.goto(`${world.server.origin}${open('broken.png')}`);
  await expect(page.getByRole('region', { name: 'Content' })).toContainText('6e 6f 20 70');
  await page.goto(`${world.server.origin}${open('page.html')}`);
  await expect(page.locator('.monaco-editor').first()).toContainText('Page</h1>');
  expect(await isClean(page)).toBe(true);
});

test('a page is drawn as one, and can do nothing', async ({ browser }) => {
  test.setTimeout(180_000);
  await using at = await world.open(browser, open('page.html'));
  const { page } = at;
  const left = new Set<Request>();
  page.on('request', (request) => request.url().includes('beacon') && left.add(request));
  // What its policy stops is told as a request too, and as stopped: it never left the browser.
  page.on('requestfailed', (request) => request.failure()?.errorText === 'csp' && left.delete(request));
  await expect(page.locator('.monaco-editor').first()).toContainText('Page</h1>');
  await page.getByRole('button', { name: 'Preview' }).click();
  const frame = page.frameLocator('iframe[title="Preview of page.html"]');
  const heading = frame.getByRole('heading', { name: 'Page' });
  await expect(heading).toHaveCSS('color', 'rgb(0, 128, 0)');
  await heading.click();
  await frame.getByRole('link', { name: 'Leave' }).click();
  await expect(heading).toBeVisible();
  expect(await isClean(page)).toBe(true);
  await expect.poll(() => [...left].map((request) => request.url())).toEqual([]);
  await expectAccessible(page, 'a page that is drawn', '.editor-bar');
  await page.getByRole('button', { name: 'Source' }).click();
  await page.locator('.monaco-editor').first().click();
  await page.keyboard.press('Control+End');
  await page.keyboard.type('<h2>More</h2>');
  await page.getByRole('button', { name: 'Preview' }).click();
  await expect(frame.getByRole('heading', { name: 'More' })).toBeVisible();
});

test('draws a document page by page', async ({ browser }) => {
  await using at = await world.open(browser, open('document.pdf'));
  const { page } = at;
  await expect(page.getByText('1 page ·')).toBeVisible();
  const canvas = page.getByRole('img', { name: 'Page 1' });
  const pixel = () =>
    canvas.evaluate((element) => [...(element as HTMLCanvasElement).getContext('2d')!.getImageData(5, 5, 1, 1).data]);
  await expect.poll(pixel).toEqual([255, 0, 0, 255]);
});

test('shows what is no text as bytes, and what is too large page by page to its growing end', async ({ browser }) => {
  await using at = await world.open(browser, open('bytes.bin'));
  const { page } = at;
  const content = page.getByRole('region', { name: 'Content' });
  await expect(content).toContainText('00000000  7f 45 4c 46 00 01 02 ff');
  await expect(page.getByText('ELF program')).toBeVisible();
  await expectAccessible(page, 'bytes');
  await page.goto(`${world.server.origin}${open('large.log')}`);
  await expect(content).toContainText('1\n2\n3\n');
  await page.getByRole('button', { name: 'Next page' }).click();
  await expect(page.getByText(/^262,144 to 524,288 of/)).toBeVisible();
  await page.getByRole('checkbox', { name: 'Follow the end' }).check();
  await expect(content).toContainText('1200000');
  await sandbox.run('echo the last of all >> large.log');
  await expect(content).toContainText('the last of all');
});

test('asks when the file changed underneath, and loses nothing', async ({ browser }) => {
  await using at = await world.open(browser, open('text.ts'));
  const { page } = at;
  await page.locator('.monaco-editor').first().click();
  await page.keyboard.type('mine ');
  await sandbox.files.write('text.ts', 'theirs\n');
  await page.getByRole('button', { name: 'Compare' }).click();
  const conflict = page.getByRole('region', { name: 'The file changed in the sandbox' });
  await expect(conflict).toBeVisible();
  await expectAccessible(page, 'conflict');
  await conflict.getByRole('button', { name: 'Overwrite with yours' }).click();
  await expect.poll(() => sandbox.files.readText('text.ts')).toContain('mine ');
});
