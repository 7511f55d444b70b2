/** The workbench's frame: everything that can be done, panes where a person wants them, who looks, links, settings, a phone. */
import { expect, type Page, test } from '@playwright/test';
import type { Sandbox } from '@sandglass/client/node';
import { expectAccessible } from '../access.ts';
import { nothingWarm, useWorld } from '../world.ts';

test.describe.configure({ mode: 'serial' });

const world = useWorld(nothingWarm);
/** What it is called must never be taken for markup. What cannot be seen, the server refuses. */
const hostile = '<img src=x onerror=alert(1)>';
let sandbox: Sandbox;
let viewerToken: string;

const pill = (page: Page, label: string) => page.getByRole('banner').getByText(label, { exact: true });
const palette = (page: Page) => page.getByRole('dialog', { name: 'Everything that can be done' });
const shell = (page: Page) => page.locator('.xterm-rows').last();
/** With its panes: before them their keys do nothing. */
async function isReady(page: Page): Promise<void> {
  await expect(pill(page, 'Running')).toBeVisible();
  await expect(page.getByRole('tab').first()).toBeVisible();
}

async function doAction(page: Page, words: string): Promise<void> {
  await page.keyboard.press('Control+k');
  await expect(palette(page)).toBeVisible();
  await page.keyboard.type(words);
  await expect(palette(page).getByRole('option').first()).toContainText(words, { ignoreCase: true });
  await page.keyboard.press('Enter');
  await expect(palette(page)).toBeHidden();
}

test.beforeAll(async () => {
  sandbox = await world.client.sandboxes.create({ image: 'base', name: 'framed' });
  await world.client.sandboxes.create({ image: 'base', name: hostile });
  await sandbox.files.write('lines.txt', Array.from({ length: 80 }, (_, at) => `line ${at + 1}`).join('\n'));
  await sandbox.checkpoint({ name: 'a point' });
  const made = await world.client.request('createToken', { body: { name: 'Reviewer 2', role: 'viewer' } });
  viewerToken = made.secret;
});

test('⌘K holds every action with its key, takes what is typed at once, and never from a terminal', async ({
  browser,
}) => {
  await using at = await world.open(browser, `/s/${sandbox.id}`);
  const { page } = at;
  await isReady(page);
  await expect(shell(page)).toContainText('$');

  await page.locator('.xterm-helper-textarea').last().focus();
  await page.keyboard.press('Control+k');
  await page.keyboard.type('echo not-$((1+1))');
  await page.keyboard.press('Enter');
  await expect(shell(page)).toContainText('not-2');
  await expect(palette(page)).toBeHidden();
  await page.keyboard.press('Control+Alt+Escape');

  // Without a pause between the key and the words, as a person types who knows it.
  await page.keyboard.press('Control+k');
  await page.keyboard.type('checkpoints');
  await expect(palette(page).getByRole('combobox')).toHaveValue('checkpoints');
  await expectAccessible(page, 'palette');
  await page.keyboard.press('Escape');
  await expect(palette(page)).toBeHidden();

  await page.keyboard.press('Control+k');
  await expect(palette(page).getByRole('option', { name: /Freeze/ })).toContainText('F8');
  await page.keyboard.type('onerror');
  const other = palette(page).getByRole('option').first();
  await expect(other).toContainText(hostile);
  await page.keyboard.press('Enter');
  await expect(page).toHaveTitle(`${hostile} · Sandglass`);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(hostile);
});

test('? says the keys of this view, and they do what it says', async ({ browser }) => {
  await using at = await world.open(browser, `/s/${sandbox.id}`);
  const { page } = at;
  await isReady(page);
  await page.getByRole('heading', { level: 1 }).click();
  await page.keyboard.press('?');
  const keys = page.getByRole('dialog', { name: 'Keys of this view' });
  await expect(keys).toContainText('Freeze');
  await expectAccessible(page, 'keys');
  await page.keyboard.press('F8');
  await page.keyboard.press('Escape');
  await expect(keys).toBeHidden();
  await expect(pill(page, 'Running')).toBeVisible();
  await page.keyboard.press('F8');
  await expect(pill(page, 'Paused')).toBeVisible();
  await expect(page).toHaveTitle('Paused · framed · Sandglass');
  await expect(page.locator('link[rel="icon"]')).toHaveAttribute('href', '/icon-frozen.svg');
  await page.keyboard.press('F8');
  await expect(pill(page, 'Running')).toBeVisible();
  await expect(page).toHaveTitle('framed · Sandglass');
});

test('who may only watch is told why, in the list', async ({ browser }) => {
  await using at = await world.open(browser, `/s/${sandbox.id}`, { token: viewerToken });
  const { page } = at;
  await isReady(page);
  await page.keyboard.press('Control+k');
  await page.keyboard.type('freeze');
  const option = palette(page).getByRole('option', { name: /Freeze/ });
  await expect(option).toContainText('Your token may only watch');
  await expect(option).toHaveAttribute('aria-disabled', 'true');
  await page.keyboard.press('Escape');
  await page.keyboard.press('F8');
  await page.keyboard.press('c');
  await expect(pill(page, 'Running')).toBeVisible();
  expect(await world.client.request('checkpoints', { params: { sandbox: sandbox.id } })).toMatchObject({
    items: [{ name: 'a point' }],
  });
});

test('a layout is kept, comes back a step, and survives panes that no longer exist', async ({ browser }) => {
  await using at = await world.open(browser, `/s/${sandbox.id}`);
  const { page } = at;
  await isReady(page);
  const machine = page.getByRole('tab', { name: 'Machine' });
  await machine.click();
  await page.keyboard.press('Alt+w');
  await expect(machine).toBeHidden();
  await page.keyboard.press('Alt+Shift+w');
  await expect(machine).toBeVisible();
  await machine.click();
  await page.keyboard.press('Alt+w');
  await expect(machine).toBeHidden();
  // At once: what was arranged is kept, however soon the page is left.
  await page.reload();
  await isReady(page);
  await expect(page.getByRole('tab', { name: 'Activity' })).toBeVisible();
  await expect(machine).toBeHidden();

  await doAction(page, 'Layout: Review');
  await expect(machine).toBeVisible();
  await doAction(page, 'Back to the layout before');
  await expect(machine).toBeHidden();

  // A pane of another version of the console, and one that was not there when the layout was kept.
  await page.goto(`${world.server.origin}/settings`);
  await page.evaluate(() => {
    const key = 'sandglass.layout.wide.shell';
    const saved = JSON.parse(localStorage.getItem(key) ?? '');
    saved.dock.panels.activity.params.kind = 'a-pane-that-was-dropped';
    saved.known = saved.known.filter((kind: string) => kind !== 'machine');
    localStorage.setItem(key, JSON.stringify(saved));
  });
  await page.goto(`${world.server.origin}/s/${sandbox.id}`);
  await isReady(page);
  await expect(machine).toBeVisible();
  await expect(page.getByRole('tab', { name: 'Activity' })).toBeHidden();
  await doAction(page, 'Reset layout');
  await expect(page.getByRole('tab', { name: 'Activity' })).toBeVisible();
});

test('a pane works in a window of its own and comes back when that is closed', async ({ browser }) => {
  await using at = await world.open(browser, `/s/${sandbox.id}`, { colorScheme: 'dark' });
  const { page } = at;
  await isReady(page);
  await expect(shell(page)).toContainText('$');
  const tab = page.getByRole('tab', { name: 'you · bash' });
  await tab.click();
  const opening = page.waitForEvent('popup');
  await doAction(page, 'Pop the pane out');
  const own = await opening;
  await expect(own.getByRole('tab', { name: 'you · bash' })).toBeVisible();
  await expect(page.getByRole('tab', { name: 'you · bash' })).toBeHidden();
  await own.locator('.xterm-helper-textarea').focus();
  await own.keyboard.type('echo own-$((2+2))');
  await own.keyboard.press('Enter');
  await expect(own.locator('.xterm-rows')).toContainText('own-4');
  // What it opens, opens there.
  await own.getByRole('button', { name: /^Actions of/ }).click();
  await own.getByRole('menuitem', { name: 'How terminals look and behave…' }).click();
  const settings = own.getByRole('dialog', { name: 'How terminals look and behave' });
  await settings.getByRole('button', { name: 'Done' }).click();
  await expect(settings).toBeHidden();
  await doAction(page, 'Theme: light');
  await expect(own.locator('html')).toHaveAttribute('data-theme', 'light');
  await own.close();
  await expect(page.getByRole('tab', { name: 'you · bash' })).toBeVisible();
  await expect(shell(page)).toContainText('own-4');
});

test('two people see each other, and who vanishes is gone', async ({ browser }) => {
  await using mine = await world.open(browser, `/s/${sandbox.id}`);
  await isReady(mine.page);
  {
    await using theirs = await world.open(browser, `/s/${sandbox.id}`, { token: viewerToken });
    await expect(theirs.page.getByRole('button', { name: '2 are looking' })).toBeVisible();
    await mine.page.getByRole('button', { name: '2 are looking' }).click();
    const list = mine.page.getByRole('list', { name: 'Looking at this sandbox' });
    await expect(list).toContainText('Reviewer 2');
    await expect(list).toContainText('you');
    await expectAccessible(mine.page, 'who looks');
    await mine.page.keyboard.press('Escape');
  }
  await expect(mine.page.getByRole('button', { name: /are looking/ })).toBeHidden();
});

test('a link leads to the line, the terminal, the checkpoint and the event', async ({ browser }) => {
  const terminal = await sandbox.terminals.open({ name: 'linked', owner: 'agent' });
  const { items } = await world.client.request('checkpoints', { params: { sandbox: sandbox.id } });
  await using at = await world.open(browser, `/s/${sandbox.id}?file=/home/user/lines.txt:60`);
  const { page } = at;
  await expect(page.locator('.view-line', { hasText: 'line 60' })).toBeVisible();
  await page.goto(`${world.server.origin}/s/${sandbox.id}?terminal=${terminal.id}`);
  await expect(page.getByRole('tab', { name: 'linked', selected: true })).toBeVisible();
  await page.goto(`${world.server.origin}/s/${sandbox.id}?checkpoint=${items[0]?.id}`);
  await expect(page.getByRole('listitem').filter({ hasText: 'a point' })).toHaveAttribute('aria-current', 'location');
  await page.goto(`${world.server.origin}/s/${sandbox.id}?event=1`);
  await expect(page.getByRole('log', { name: 'Events' }).locator('[aria-current="location"]')).toBeVisible();

  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.goto(`${world.server.origin}/s/${sandbox.id}?file=/home/user/lines.txt`);
  await expect(page.locator('.view-line').first()).toBeVisible();
  await page.getByRole('tab', { name: 'lines.txt' }).click();
  await page.keyboard.press('Alt+l');
  await expect(page.getByText('The link is copied')).toBeVisible();
  const link = new URL(await page.evaluate(() => navigator.clipboard.readText()));
  expect([link.pathname, link.searchParams.get('file')]).toEqual([`/s/${sandbox.id}`, '/home/user/lines.txt']);
});

test('presenting shows the work alone, and Escape leaves', async ({ browser }) => {
  await using at = await world.open(browser, `/s/${sandbox.id}`);
  const { page } = at;
  await isReady(page);
  await page.getByRole('heading', { level: 1 }).click();
  await page.keyboard.press('Shift+F5');
  await expect(page.getByRole('banner')).toBeHidden();
  await sandbox.run(['true']);
  await expect(page.getByRole('status').filter({ hasText: 'Agent exec' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('banner')).toBeVisible();
});

test('settings hold in every tab, and tokens are made, used and revoked', async ({ browser }) => {
  await using at = await world.open(browser, '/settings');
  const { page, context } = at;
  await expect(page.getByRole('table', { name: 'What its driver can do' })).toContainText('Freeze');
  await expectAccessible(page, 'settings');
  const second = await context.newPage();
  await second.goto(`${world.server.origin}/`);
  await page.getByRole('group', { name: 'Theme' }).getByRole('button', { name: 'High contrast' }).click();
  await expect(second.locator('html')).toHaveAttribute('data-theme', 'contrast');
  await second.close();
  await page.getByRole('group', { name: 'Theme' }).getByRole('button', { name: 'System' }).click();

  await page.getByRole('button', { name: 'New token' }).click();
  const dialog = page.getByRole('dialog', { name: 'New token' });
  await dialog.getByLabel('Name').fill('for one evening');
  await dialog.getByRole('button', { name: 'Make the token' }).click();
  const secret = (await page.getByRole('status').locator('code').textContent()) ?? '';
  await using theirs = await world.open(browser, '/settings', { token: secret });
  await expect(theirs.page.getByText('Tokens are an admin’s')).toBeVisible();
  await expectAccessible(theirs.page, 'settings of a viewer');
  await page.getByRole('button', { name: 'Revoke for one evening' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
  await expect(theirs.page.getByRole('heading', { name: 'Sandglass needs a token' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Revoke for one evening' })).toBeHidden();
});

test('a server that goes away is said, what was said is kept, and the page comes back by itself', async ({
  browser,
}) => {
  await using at = await world.open(browser, `/s/${sandbox.id}`);
  const { page } = at;
  await isReady(page);
  await page.route('**/v1/sandboxes/*/freeze', (route) => route.abort());
  await page.getByRole('button', { name: 'Freeze' }).click();
  await expect(page.getByText('It was not frozen')).toBeVisible();
  await page.unroute('**/v1/sandboxes/*/freeze');
  await page.getByRole('button', { name: 'Messages, 1 unread' }).click();
  await expect(page.getByRole('list', { name: 'Messages' })).toContainText('It was not frozen');
  await expectAccessible(page, 'messages');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('button', { name: 'Messages', exact: true })).toBeVisible();

  await world.server.killServer();
  const gone = page.getByRole('status').filter({ hasText: 'The server does not answer' });
  const back = page.getByRole('status').filter({ hasText: 'Connected again. What is shown is live.' });
  await expect(gone.or(back)).toBeVisible();
  // How long the server takes to be there again is the machine's affair.
  await expect(gone).toBeHidden({ timeout: 60_000 });
  await expect(page.getByText('Reconnecting…')).toHaveCount(0);
  await isReady(page);
});

test.describe('on a phone', () => {
  test.use({ hasTouch: true });

  test('one thing at a time, under the thumb', async ({ browser }) => {
    await using at = await world.open(browser, `/s/${sandbox.id}`, {
      viewport: { width: 390, height: 844 },
      hasTouch: true,
      isMobile: true,
    });
    const { page } = at;
    await isReady(page);
    await expect(page.getByRole('tab', { name: 'Activity', selected: true })).toBeVisible();
    await expect(page.getByRole('log', { name: 'Events' })).toBeVisible();
    await expectAccessible(page, 'activity on a phone');

    await page.getByRole('tab', { name: 'Terminal' }).tap();
    await page.getByRole('button', { name: 'New', exact: true }).tap();
    await expect(page.getByRole('combobox', { name: 'Terminal' })).toContainText('you · bash');
    await expect(shell(page)).toContainText('$');
    await page.locator('.xterm-helper-textarea').focus();
    await page.keyboard.type('sleep 600');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Control C' }).tap();
    await page.keyboard.type('echo back-$((3+3))');
    await page.keyboard.press('Enter');
    await expect(shell(page)).toContainText('back-6');
    await page.getByRole('button', { name: 'Up', exact: true }).tap();
    await expect(shell(page)).toContainText(/back-\$\(\(3\+3\)\).*back-\$\(\(3\+3\)\)/s);
    await expectAccessible(page, 'terminal on a phone');

    await page.getByRole('tab', { name: 'Files' }).tap();
    await page.getByRole('treeitem', { name: /lines\.txt/ }).tap();
    await expect(page.locator('.view-line').first()).toContainText('line 1');
    await page.getByRole('button', { name: 'Files', exact: true }).tap();
    await expect(page.getByRole('treeitem', { name: /lines\.txt/ })).toBeVisible();

    await page.getByRole('tab', { name: 'Actions' }).tap();
    await expectAccessible(page, 'actions on a phone');
    await page.getByRole('button', { name: 'Machine', exact: true }).tap();
    await page.getByRole('button', { name: 'Actions', exact: true }).tap();
    await page
      .getByRole('button', { name: /^Freeze/ })
      .last()
      .tap();
    await expect(pill(page, 'Frozen')).toBeVisible();
    await page.getByRole('button', { name: /^Thaw/ }).last().tap();
    await isReady(page);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  });
});
