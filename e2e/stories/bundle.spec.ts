/** A recording is taken away as a file, and looked at where its sandbox never was. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, type Page, test } from '@playwright/test';
import type { Sandbox, Terminal } from '@sandglass/client/node';
import { expectAccessible } from '../access.ts';
import { heldFile } from '../dropFile.ts';
import { nothingWarm, useWorld } from '../world.ts';

test.describe.configure({ mode: 'serial' });

const world = useWorld(nothingWarm);
let sandbox: Sandbox;
let terminal: Terminal;
/** The file, as the browser saved it. */
let file: string;

const rows = (page: Page) => page.locator('.xterm-rows').last();
const recorded = async (text: string) =>
  (await world.client.request('searchSandbox', { params: { sandbox: sandbox.id }, query: { q: text } })).total;

async function act(page: Page, name: string): Promise<void> {
  await page.keyboard.press('ControlOrMeta+k');
  await page.getByRole('dialog').getByRole('combobox').fill(name);
  await page.getByRole('option', { name }).first().click();
}

test.beforeAll(async () => {
  sandbox = await world.client.sandboxes.create({ name: 'taken away' });
  terminal = await sandbox.terminals.open({ name: 'agent', owner: 'agent' });
  terminal.attach({});
  await expect.poll(() => terminal.type('echo first-$((40+2))\r')).toBe(true);
  await expect.poll(() => recorded('first-42')).toBeGreaterThan(0);
  await sandbox.run('exit 3');
  terminal.type('clear; echo second-$((40+4))\r');
  await expect.poll(() => recorded('second-44')).toBeGreaterThan(0);
});

test('the recording and a terminal of it are downloaded', async ({ browser }) => {
  await using person = await world.open(browser, `/s/${sandbox.id}?terminal=${terminal.id}`);
  const { page } = person;
  await expect(rows(page)).toContainText('second-44');
  const [bundle] = await Promise.all([page.waitForEvent('download'), act(page, 'Download recording')]);
  expect(bundle.suggestedFilename()).toBe('taken away.sandglass');
  file = test.info().outputPath('taken away.sandglass');
  await bundle.saveAs(file);
  await page.getByRole('button', { name: 'Actions of agent' }).click();
  const casting = page.waitForEvent('download');
  await page.getByRole('menuitem', { name: 'Download as asciicast' }).click();
  const cast = await casting;
  const text = readFileSync(await cast.path(), 'utf8');
  expect(JSON.parse(text.split('\n')[0]!)).toMatchObject({ version: 3 });
  expect(text).toContain('second-44');
});

test('dropped on the console, it shows every moment without asking the server', async ({ browser }) => {
  await using person = await world.open(browser, '/');
  const { page } = person;
  await expect(page.getByRole('button', { name: 'Open a recording…' })).toBeVisible();
  const dropped = await heldFile(page, 'taken away.sandglass', readFileSync(file));
  const asked: string[] = [];
  page.on('request', (request) => {
    if (new URL(request.url()).pathname.startsWith('/v1/')) asked.push(request.url());
  });
  await page.dispatchEvent('body', 'dragover', { dataTransfer: dropped });
  await expect(page.getByText('Drop a recording to open it')).toBeVisible();
  await page.dispatchEvent('body', 'drop', { dataTransfer: dropped });
  await expect(page.getByRole('heading', { name: 'taken away' })).toBeVisible();
  await expect(rows(page)).toContainText('second-44');
  const activity = page.getByRole('log', { name: 'Events' });
  await expect(activity).toContainText('exit 3');
  await expectAccessible(page, 'a recording in a file');
  await page.getByRole('slider', { name: 'Playhead' }).focus();
  await page.keyboard.press('Home');
  await expect(activity.getByText('exit 3')).toHaveCount(0);
  await expect(rows(page)).not.toContainText('second-44');
  // E: the next error, which is the command that failed.
  await page.keyboard.press('E');
  await expect(rows(page)).toContainText('first-42');
  expect(asked).toEqual([]);
});

test('started with the file, the console shows it, without sandboxes', async ({ browser }) => {
  const setup = fileURLToPath(new URL('../../scripts/setup.mjs', import.meta.url));
  const given = ['start', '--', 'replay', file, '--json', '--no-open', '--port', '0'];
  const replay = spawn(process.execPath, [setup, ...given], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const [line] = (await once(createInterface({ input: replay.stdout }), 'line')) as [string];
    const { url, token } = JSON.parse(line);
    const page = await browser.newPage();
    await page.goto(`${url}#token=${token}`);
    await expect(page.getByRole('heading', { name: 'taken away' })).toBeVisible();
    await expect(rows(page)).toContainText('second-44');
    await page.getByRole('slider', { name: 'Playhead' }).focus();
    await page.keyboard.press('Home');
    await expect(rows(page)).not.toContainText('second-44');
    await page.close();
  } finally {
    const ended = once(replay, 'close');
    replay.kill('SIGTERM');
    await ended;
  }
});

test('a file that is cut off says so, and what to do', async ({ browser }) => {
  await using person = await world.open(browser, '/replay');
  const { page } = person;
  const choosing = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Open a recording…' }).click();
  const half = readFileSync(file);
  await (await choosing).setFiles({
    name: 'half.sandglass',
    mimeType: 'application/octet-stream',
    buffer: half.subarray(0, half.length / 2),
  });
  await expect(page.getByText('The file is not whole')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Open another file…' })).toBeVisible();
  await expectAccessible(page, 'a file that cannot be opened');
});
