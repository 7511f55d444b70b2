/** What was on the screen in words: windows in what happened, found by their titles, and the machine as it was at that moment. */
import { expect, type Page, test } from '@playwright/test';
import type { Sandbox } from '@sandglass/client/node';
import { expectAccessible } from '../access.ts';
import { heldFile } from '../dropFile.ts';
import { nothingWarm, useWorld } from '../world.ts';

test.describe.configure({ mode: 'serial' });

const world = useWorld(nothingWarm);
let sandbox: Sandbox;
/** The ledger is open, and the first file is there; the second and the notes are not. */
let ledgerUs: number;

const environment = { DISPLAY: ':1' };
const windows = async () =>
  (await world.client.request('windows', { params: { sandbox: sandbox.id }, query: {} })).windows;
const titles = async () => (await windows()).map(({ title }) => title);
const recording = async () => await world.client.request('recording', { params: { sandbox: sandbox.id }, query: {} });
const sampledUs = async () =>
  (await recording()).tracks.find(({ track }) => track === 'processes')?.segments.at(-1)?.lastUs ?? 0;

test.beforeAll(async () => {
  test.setTimeout(120_000);
  sandbox = await world.client.sandboxes.create({ name: 'with windows', image: 'desktop' });
  await sandbox.run('until xprop -root _NET_SUPPORTING_WM_CHECK | grep -q 0x; do sleep 0.1; done', { environment });
  await sandbox.run(`xterm -class Ledger -T 'Invoice 4711' -e 'sleep 600' >/dev/null 2>&1 &`, { environment });
  await expect.poll(titles).toEqual(['Invoice 4711']);
  await sandbox.run('mkdir -p app && echo one > app/first.txt');
  // What runs is looked at every ten seconds.
  await expect.poll(sampledUs, { timeout: 30_000 }).toBeGreaterThan(0);
  ledgerUs = (await recording()).nowUs;
  // An error, which a person can jump to.
  await sandbox.run('exit 3');
  await sandbox.run('echo two > app/second.txt; echo one and a half > app/first.txt');
  await sandbox.run(`xterm -class Notes -T 'Shopping list' -e 'sleep 600' >/dev/null 2>&1 &`, { environment });
  await sandbox.run('pkill -f Ledger', { environment });
  await expect.poll(titles).toEqual(['Shopping list']);
  await sandbox.run(`python3 -c 'import time; kept = bytearray(90_000_000); time.sleep(600)' >/dev/null 2>&1 &`);
});

const activity = (page: Page) => page.getByRole('log', { name: 'Events' });
const past = (page: Page) => page.getByRole('complementary', { name: 'The past is shown' });

test('windows are told where everything is told, and a title is found and leads to its moment', async ({ browser }) => {
  await using person = await world.open(browser, `/s/${sandbox.id}`);
  const { page } = person;
  await expect(activity(page)).toContainText('window opened Invoice 4711');
  await expect(activity(page)).toContainText('Shopping list');
  await page.getByRole('combobox', { name: 'Search this recording' }).fill('Invoice 4711');
  const found = page.getByRole('listbox', { name: 'Places found' }).getByRole('option');
  const window = found.filter({ has: page.getByRole('img', { name: 'Window' }) });
  await expect(window).toHaveCount(1);
  await window.click();
  await expect(past(page)).toContainText('ago');
  await expect(activity(page)).toContainText('window opened Invoice 4711');
  await expect(activity(page)).not.toContainText('Shopping list');
});

test('changes, processes and windows are those of the moment', async ({ browser }) => {
  await using person = await world.open(browser, `/s/${sandbox.id}?t=${ledgerUs}`);
  const { page } = person;
  await page.getByRole('tab', { name: /^Changes/ }).click();
  const changed = page.getByRole('tree', { name: 'Changed files' });
  await expect(changed).toContainText('first.txt');
  await expect(changed).not.toContainText('second.txt');
  await page.getByRole('tab', { name: /^Machine/ }).click();
  const open = page.getByRole('list', { name: 'Windows' });
  await expect(open).toContainText('Invoice 4711');
  await expect(open).toContainText('has the keyboard');
  await page
    .getByRole('navigation', { name: 'Views of the machine' })
    .getByRole('button', { name: 'Processes' })
    .click();
  const processes = page.getByRole('treegrid', { name: 'Processes' });
  await expect(processes).toContainText('Ledger');
  await expect(page.getByText('As sampled at')).toBeVisible();
  await expectAccessible(page, 'the machine of the past');
  await past(page).getByRole('button', { name: 'Back to live' }).click();
  await expect(changed).toContainText('second.txt');
  await expect(processes).not.toContainText('Ledger');
});

test('a file of the recording, dropped on the console, shows all of it at two moments', async ({ browser }) => {
  await expect.poll(sampledUs, { timeout: 30_000 }).toBeGreaterThan(ledgerUs);
  const file = await world.client.request('bundle', { params: { sandbox: sandbox.id }, query: {} });
  await using person = await world.open(browser, '/');
  const { page } = person;
  await expect(page.getByRole('button', { name: 'Open a recording…' })).toBeVisible();
  await page.dispatchEvent('body', 'drop', { dataTransfer: await heldFile(page, 'windows.sandglass', file) });
  await expect(page.getByRole('heading', { name: 'with windows' })).toBeVisible();
  const tabs = page.getByRole('tablist', { name: 'Terminals and files' });
  const tree = page.getByRole('tree', { name: 'Files as they were' });
  const changed = page.getByRole('tree', { name: 'Changed files' });
  const view = (name: string) =>
    page.getByRole('navigation', { name: 'Views of the machine' }).getByRole('button', { name }).click();
  const memoryMb = async () =>
    Number(/memory\s*([\d.]+) MB/.exec(await page.locator('.machine-resources').innerText())?.[1]);

  await tabs.getByRole('tab', { name: 'Files' }).click();
  await tree.getByText('app', { exact: true }).click();
  await expect(tree).toContainText('second.txt');
  await tree.getByText('first.txt').click();
  const open = page.getByRole('region', { name: 'File as it was' });
  await expect(open).toContainText('one and a half');

  // The command that failed, right after the ledger was looked at: what is open follows.
  const slider = page.getByRole('slider', { name: 'Playhead' });
  await slider.focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('E');
  await expect(open).toContainText('one');
  await expect(open).not.toContainText('half');
  await expect(tree).not.toContainText('second.txt');
  await tabs.getByRole('tab', { name: 'Changes' }).click();
  await expect(changed).toContainText('first.txt');
  await expect(changed).not.toContainText('second.txt');
  await tabs.getByRole('tab', { name: 'Machine' }).click();
  await view('Overview');
  const windowsOpen = page.getByRole('list', { name: 'Windows' });
  await expect(windowsOpen).toContainText('Invoice 4711');
  await expect.poll(memoryMb).toBeGreaterThan(0);
  const beforeMb = await memoryMb();
  await view('Processes');
  const processes = page.getByRole('treegrid', { name: 'Processes' });
  await expect(processes).toContainText('Ledger');
  await expect(processes).not.toContainText('Notes');
  await expectAccessible(page, 'the machine of a recording in a file');

  await slider.focus();
  await page.keyboard.press('End');
  await expect(processes).toContainText('Notes');
  await expect(processes).not.toContainText('Ledger');
  await view('Overview');
  await expect(windowsOpen).toContainText('Shopping list');
  expect((await memoryMb()) - beforeMb).toBeGreaterThan(60);
  await tabs.getByRole('tab', { name: 'Changes' }).click();
  await expect(changed).toContainText('second.txt');

  // What was on the screen, under the pointer.
  await page.getByRole('application', { name: 'Lanes' }).hover({ position: { x: 300, y: 30 } });
  const still = page.getByRole('img', { name: 'The screen at this moment' });
  await expect(still).toBeVisible();
  await expect.poll(() => still.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(100);
});

test('when it has ended, changes and the machine are still there to be gone back to', async ({ browser }) => {
  await sandbox.kill();
  await using person = await world.open(browser, `/s/${sandbox.id}?t=${ledgerUs}`);
  const { page } = person;
  const tabs = page.getByRole('tablist', { name: 'Terminals and files' });
  await tabs.getByRole('tab', { name: 'Changes' }).click();
  const changed = page.getByRole('tree', { name: 'Changed files' });
  await expect(changed).toContainText('first.txt');
  await expect(changed).not.toContainText('second.txt');
  await changed.getByText('first.txt').click();
  await expect(page.getByText('one', { exact: true }).first()).toBeVisible();
  await tabs.getByRole('tab', { name: 'Files' }).click();
  const tree = page.getByRole('tree', { name: 'Files as they were' });
  await tree.focus();
  await page.keyboard.press('/');
  await page.getByRole('searchbox', { name: 'Filter by name' }).fill('app');
  await page.keyboard.press('Enter');
  await expect(tree.getByRole('treeitem')).toHaveCount(1);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Shift+F10');
  await page.getByRole('menuitem', { name: 'Open' }).click();
  await expect(tree.getByText('first.txt')).toBeVisible();
  await tabs.getByRole('tab', { name: 'Machine' }).click();
  await expect(page.getByRole('list', { name: 'Windows' })).toContainText('Invoice 4711');
  await expectAccessible(page, 'the machine of what has ended');
});
