/** What was on the screen in words: windows in what happened, found by their titles, and the machine as it was at that moment. */
import { expect, type Page, test } from '@playwright/test';
import type { Sandbox } from '@sandglass/client/node';
import { expectAccessible } from '../access.ts';
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
const sampled = async () => (await recording()).tracks.some(({ track }) => track === 'processes');

test.beforeAll(async () => {
  test.setTimeout(120_000);
  sandbox = await world.client.sandboxes.create({ name: 'with windows', image: 'desktop' });
  await sandbox.run('until xprop -root _NET_SUPPORTING_WM_CHECK | grep -q 0x; do sleep 0.1; done', { environment });
  await sandbox.run(`xterm -class Ledger -T 'Invoice 4711' -e 'sleep 600' >/dev/null 2>&1 &`, { environment });
  await expect.poll(titles).toEqual(['Invoice 4711']);
  await sandbox.run('mkdir -p app && echo one > app/first.txt');
  // What runs is looked at every ten seconds.
  await expect.poll(sampled, { timeout: 30_000 }).toBe(true);
  ledgerUs = (await recording()).nowUs;
  await sandbox.run('echo two > app/second.txt');
  await sandbox.run(`xterm -class Notes -T 'Shopping list' -e 'sleep 600' >/dev/null 2>&1 &`, { environment });
  await sandbox.run('pkill -f Ledger', { environment });
  await expect.poll(titles).toEqual(['Shopping list']);
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
