/** The wall: live pictures, who needs somebody, many at once — by mouse, by keys alone and by touch. */
import { expect, type Locator, type Page, test } from '@playwright/test';
import type { Sandbox } from '@sandglass/client/node';
import { expectAccessible, tabTo } from '../access.ts';
import { useWorld } from '../world.ts';

const world = useWorld();

const cards = (page: Page) => page.getByRole('list', { name: 'Sandboxes' }).getByRole('article');
const card = (page: Page, name: string) => page.getByRole('article', { name, exact: true });
const link = (page: Page, name: string) => page.getByRole('link', { name, exact: true });
const names = (page: Page) => cards(page).evaluateAll((all) => all.map((each) => each.getAttribute('aria-label')));
const results = (page: Page) => page.getByRole('region', { name: 'Selection' });

/** The colours of a card's picture, coarsely: another picture has others. */
const look = (picture: Locator) =>
  picture.evaluate((canvas) => {
    const element = canvas as HTMLCanvasElement;
    return element.width === 0 ? '' : element.toDataURL();
  });

async function makeShells(...all: string[]): Promise<Sandbox[]> {
  return Promise.all(
    all.map((name) => world.client.sandboxes.create({ name, image: 'base', labels: { kind: name.slice(0, 3) } })),
  );
}

test.afterEach(() => world.clear());

test('an empty wall teaches in three steps, and one click makes a desktop whose picture moves', async ({ browser }) => {
  await using at = await world.open(browser, '/');
  const { page } = at;
  const start = page.getByRole('region', { name: 'Getting started' });
  await expect(start.getByRole('listitem')).toHaveCount(3);
  await start.getByRole('button', { name: 'New desktop' }).click();
  await expect(page).toHaveURL(/\/s\/sbx_/);
  await page.goto(world.server.origin);
  const picture = cards(page).getByRole('img', { name: /^Screen of/ });
  await expect(picture).toBeVisible();
  await expect(cards(page).getByText('LIVE')).toBeVisible();
  const before = await look(picture);
  const { items } = await world.client.sandboxes.list();
  await items[0]!.run('DISPLAY=:1 xsetroot -solid "#cc2200"; DISPLAY=:1 xterm -geometry 90x30+50+50 & sleep 2');
  await expect.poll(() => look(picture)).not.toBe(before);

  // What was shown is kept, also when nobody looked.
  await items[0]!.kill();
  await expect.poll(async () => (await items[0]!.thumbnails.list()).length).toBeGreaterThan(0);
  const stills = await items[0]!.thumbnails.list({ count: 3 });
  expect((await items[0]!.thumbnails.image(stills.at(-1)!.atUs)).subarray(0, 2)).toEqual(Uint8Array.of(0xff, 0xd8));
});

test('a sandbox without a screen shows its busiest terminal; the last call and who made it are said', async ({
  browser,
}) => {
  const [shell] = await makeShells('builder');
  const terminal = await shell!.terminals.open({ owner: 'agent' });
  await using at = await world.open(browser, '/');
  const { page } = at;
  const picture = card(page, 'builder').getByRole('img', { name: 'Terminal of builder' });
  await expect(picture).toBeVisible();
  const before = await look(picture);
  terminal.attach({ onReset() {}, onOutput() {} });
  await terminal.write('seq 1 40\r');
  await expect.poll(() => look(picture)).not.toBe(before);
  terminal.detach();
  await shell!.run('echo made by a program');
  await expect(card(page, 'builder').getByText('exec echo made by a program')).toBeVisible();
  await expect(card(page, 'builder').getByText('Agent', { exact: true })).toBeVisible();
});

test('found by words, by label and by state; a view is saved, renamed and deleted', async ({ browser }) => {
  const [, second] = await makeShells('alpha', 'beta', 'gamma');
  await using at = await world.open(browser, '/');
  const { page } = at;
  await expect(cards(page)).toHaveCount(3);
  await page.getByLabel('Find sandboxes').fill('alph');
  await expect.poll(() => names(page)).toEqual(['alpha']);
  await page.getByLabel('Find sandboxes').press('Escape');
  await page.getByRole('button', { name: 'Filter by label' }).click();
  await page.getByRole('menuitemcheckbox', { name: /kind=gam/ }).click();
  await page.keyboard.press('Escape');
  await expect.poll(() => names(page)).toEqual(['gamma']);
  await expectAccessible(page, 'wall with a label');

  await page.getByRole('button', { name: 'Views' }).click();
  await page.getByRole('menuitem', { name: 'Save this view…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Views' });
  await dialog.getByLabel('Name of the view as it is now').fill('Only gamma');
  await page.keyboard.press('Enter');
  await dialog.getByRole('button', { name: 'Rename Only gamma' }).click();
  await dialog.getByLabel('New name of Only gamma').fill('Gammas');
  await page.keyboard.press('Enter');
  await dialog.getByRole('button', { name: 'Done' }).click();
  await page.getByRole('button', { name: 'Without the label kind=gam' }).click();
  await expect(cards(page)).toHaveCount(3);
  await page.reload();
  await page.getByRole('button', { name: 'Views' }).click();
  await page.getByRole('menuitem', { name: 'Gammas' }).click();
  await expect.poll(() => names(page)).toEqual(['gamma']);
  await page.getByRole('button', { name: 'View: Gammas' }).click();
  await page.getByRole('menuitem', { name: 'Save, rename, delete…' }).click();
  await dialog.getByRole('button', { name: 'Delete Gammas' }).click();
  await dialog.getByRole('button', { name: 'Done' }).click();
  await page.getByRole('button', { name: 'Without the label kind=gam' }).click();

  await second!.freeze();
  await page.getByRole('button', { name: 'Frozen 1' }).click();
  await expect.poll(() => names(page)).toEqual(['beta']);
  await page.getByRole('button', { name: /^All/ }).click();
  await page.getByRole('button', { name: /^Order/ }).click();
  await page.getByRole('menuitemradio', { name: 'By name' }).click();
  await expect.poll(() => names(page)).toEqual(['alpha', 'beta', 'gamma']);
});

test('a card under the pointer stays where it is while the others move', async ({ browser }) => {
  const [first] = await makeShells('one');
  await makeShells('two');
  await using at = await world.open(browser, '/');
  const { page } = at;
  await expect.poll(() => names(page)).toEqual(['two', 'one']);
  await link(page, 'two').hover();
  const place = await card(page, 'two').boundingBox();
  await makeShells('three');
  await expect.poll(() => names(page)).toEqual(['two', 'three', 'one']);
  expect(await card(page, 'two').boundingBox()).toEqual(place);
  await first!.freeze();
  await page.mouse.move(5, 5);
  await expect.poll(() => names(page)).toEqual(['three', 'two', 'one']);
});

test('many at once by mouse: each with its result, and a kill is asked for twice', async ({ browser }) => {
  const [, b] = await makeShells('a', 'b', 'c', 'd');
  await b!.freeze();
  await using at = await world.open(browser, '/?sort=name');
  const { page } = at;
  await expect(cards(page)).toHaveCount(4);
  await link(page, 'a').click({ modifiers: ['ControlOrMeta'] });
  await link(page, 'c').click({ modifiers: ['Shift'] });
  await expect(page.getByText('3 selected')).toBeVisible();
  await expectAccessible(page, 'wall with a selection');
  await results(page).getByRole('button', { name: 'Freeze 2' }).click();
  await expect(results(page).getByRole('status')).toHaveText('Frozen 2 · 1 left as they were');
  await expect(results(page).getByRole('listitem').filter({ hasText: 'is frozen already' })).toHaveCount(1);
  await expectAccessible(page, 'results of many');
  await results(page).getByRole('button', { name: 'Close the results' }).click();
  await results(page).getByRole('button', { name: 'Checkpoint' }).click();
  await expect(results(page).getByRole('status')).toHaveText('Checkpointed 3');
  await results(page).getByRole('button', { name: 'Thaw' }).click();
  await expect(results(page).getByRole('status')).toHaveText('Thawed 3');
  await results(page).getByRole('button', { name: 'Kill…' }).click();
  const question = page.getByRole('dialog', { name: 'Kill 3 sandboxes?' });
  await expect(question).toContainText('a, b, c');
  await question.getByRole('button', { name: 'Kill 3' }).click();
  await expect(results(page).getByRole('status')).toHaveText('Killed 3');
  await expect.poll(() => names(page)).toEqual(['d']);
});

test('a menu on a card by the right button; its id is copied', async ({ browser }) => {
  const [only] = await makeShells('only');
  await using at = await world.open(browser, '/', { permissions: ['clipboard-read', 'clipboard-write'] });
  const { page } = at;
  await card(page, 'only').click({ button: 'right' });
  await expectAccessible(page, 'menu of a card', '[role="menu"]');
  await page.getByRole('menuitem', { name: 'Copy its id' }).click();
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe(only!.id);
  await card(page, 'only').click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Freeze' }).click();
  await expect(page.getByRole('button', { name: 'Frozen 1' })).toBeVisible();
});

test('by keys alone: between cards, select, freeze, open', async ({ browser }) => {
  await makeShells('a', 'b', 'c');
  await using at = await world.open(browser, '/?sort=name');
  const { page } = at;
  await expect(cards(page)).toHaveCount(3);
  await page.keyboard.press('/');
  await expect(page.getByLabel('Find sandboxes')).toBeFocused();
  await tabTo(page, link(page, 'a'));
  await page.keyboard.press('ArrowRight');
  await expect(link(page, 'b')).toBeFocused();
  await page.keyboard.press('End');
  await expect(link(page, 'c')).toBeFocused();
  await page.keyboard.press('Space');
  await page.keyboard.press('Shift+ArrowLeft');
  await expect(page.getByText('2 selected')).toBeVisible();
  await tabTo(page, results(page).getByRole('button', { name: 'Freeze' }));
  await page.keyboard.press('Enter');
  await expect(results(page).getByRole('status')).toHaveText('Frozen 2');
  await page.keyboard.press('Escape');
  await page.keyboard.press('n');
  await expect(page.getByRole('dialog', { name: 'New sandbox' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await link(page, 'a').focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'a', exact: true })).toBeVisible();
});

test('as a list: columns are chosen, the head sorts, all are selected', async ({ browser }) => {
  await makeShells('x2', 'x10');
  await using at = await world.open(browser, '/?view=list');
  const { page } = at;
  const table = page.getByRole('table', { name: 'Sandboxes' });
  await expect(table.getByRole('row')).toHaveCount(3);
  await table.getByRole('button', { name: 'Name' }).click();
  await expect(table.getByRole('columnheader', { name: 'Name' })).toHaveAttribute('aria-sort', 'ascending');
  await expect(table.getByRole('row').nth(1)).toContainText('x2');
  await page.getByRole('button', { name: 'Columns' }).click();
  await page.getByRole('menuitemcheckbox', { name: 'Id' }).click();
  await page.keyboard.press('Escape');
  await expect(table.getByRole('cell', { name: /^sbx_/ })).toHaveCount(2);
  await page.reload();
  await expect(table.getByRole('cell', { name: /^sbx_/ })).toHaveCount(2);
  await table.getByRole('checkbox', { name: 'Select all' }).click();
  await expect(page.getByText('2 selected')).toBeVisible();
  await expectAccessible(page, 'wall as a list');
});

test('a creation that is cancelled leaves nothing', async ({ browser }) => {
  await makeShells('there');
  await using at = await world.open(browser, '/');
  const { page } = at;
  await page.getByRole('button', { name: 'New sandbox' }).first().click();
  const sheet = page.getByRole('dialog', { name: 'New sandbox' });
  await sheet.getByRole('radio', { name: 'Desktop' }).click();
  await sheet.getByLabel('Name').fill('half made');
  await sheet.getByText(/Labels, environment/).click();
  await sheet.getByLabel('Environment').fill('1X=1');
  await sheet.getByRole('button', { name: 'Create' }).click();
  await expect(sheet.getByText(/“1X” cannot be a variable/)).toBeVisible();
  await sheet.getByLabel('Environment').fill('MODE=test');
  // It is held on its way until the person has changed their mind.
  let letGo = () => {};
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  await page.route('**/v1/sandboxes', async (route) => {
    if (route.request().method() === 'POST') await held;
    await route.continue().catch(() => {});
  });
  await sheet.getByRole('button', { name: 'Create' }).click();
  await expect(sheet.getByText(/of 3 · \d/)).toBeVisible();
  await sheet.getByRole('button', { name: 'Cancel and kill it' }).click();
  await expect(sheet.getByRole('status')).toContainText('Cancelling');
  letGo();
  await expect(sheet.getByRole('status')).toContainText('Cancelled');
  const all = async (ended: 'true' | 'false') =>
    (await world.client.sandboxes.list({ ended })).items.map(({ info }) => info.name);
  // It was made, since the answer came, and it has ended.
  await expect.poll(() => all('false')).toEqual(['there']);
  expect(await all('true')).toContain('half made');
});

test('a viewer sees everything move and nothing to press, and is told once', async ({ browser }) => {
  await makeShells('watched');
  const { secret } = await world.client.request('createToken', { body: { name: 'watcher', role: 'viewer' } });
  await using at = await world.open(browser, '/', { token: secret });
  const { page } = at;
  await expect(card(page, 'watched')).toBeVisible();
  await expect(page.getByText('Your token may watch everything here')).toBeVisible();
  await expect(page.getByRole('button', { name: 'New sandbox' })).toHaveCount(0);
  await card(page, 'watched').click({ button: 'right' });
  await expect(page.getByRole('menuitem', { name: 'Open' })).toBeVisible();
  for (const act of ['Freeze', 'Checkpoint', 'Kill…'])
    await expect(page.getByRole('menuitem', { name: act })).toHaveCount(0);
  await page.keyboard.press('Escape');
  await expectAccessible(page, 'wall of a viewer');
  await page.getByRole('button', { name: 'Got it' }).click();
  await page.reload();
  await expect(card(page, 'watched')).toBeVisible();
  await expect(page.getByText('Your token may watch everything here')).toHaveCount(0);
});

test('on a phone: two thumbs find, look, select and freeze', async ({ browser }) => {
  await makeShells('p1', 'p2');
  await using at = await world.open(browser, '/', {
    viewport: { width: 390, height: 844 },
    hasTouch: true,
    isMobile: true,
  });
  const { page } = at;
  await expect(cards(page)).toHaveCount(2);
  await expectAccessible(page, 'wall on a phone');
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  await page.getByRole('button', { name: 'Actions of p1' }).tap();
  await page.getByRole('menuitem', { name: 'Select' }).tap();
  await expect(page.getByText('1 selected')).toBeVisible();
  await link(page, 'p2').tap();
  await expect(page.getByText('2 selected')).toBeVisible();
  await results(page).getByRole('button', { name: 'Freeze' }).tap();
  await expect(results(page).getByRole('status')).toHaveText('Frozen 2');
  await results(page).getByRole('button', { name: 'Close the results' }).tap();
  await results(page).getByRole('button', { name: 'Clear' }).tap();
  await link(page, 'p2').tap();
  await expect(page).toHaveURL(/\/s\/sbx_/);
});

test('what a screen reader hears, and hostile labels', async ({ browser }) => {
  const [only] = await makeShells('quiet');
  await using at = await world.open(browser, '/');
  const { page } = at;
  await expect(card(page, 'quiet')).toBeVisible();
  await only!.freeze();
  await expect(page.getByRole('log', { name: 'Changes on the wall' })).toHaveText('quiet is frozen');
  await only!.update({ labels: { note: `\u202e<img src=x onerror=alert(1)>${'z'.repeat(200)}` } });
  await page.getByRole('button', { name: 'Filter by label' }).click();
  const note = page.getByRole('menuitemcheckbox').filter({ hasText: 'note' });
  await expect(note).toContainText('\\u202E<img src=x');
  await note.click();
  await page.keyboard.press('Escape');
  await expect(card(page, 'quiet')).toBeVisible();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(1280);
});

test('a server that goes away leaves the wall as it was last, and says so', async ({ browser }) => {
  await makeShells('stays');
  await using at = await world.open(browser, '/');
  const { page } = at;
  await expect(card(page, 'stays')).toBeVisible();
  await world.server.killServer();
  await expect(page.getByText('Reconnecting…').first()).toBeVisible();
  await expect(card(page, 'stays')).toBeVisible();
  await expect(page.getByText('Reconnecting…')).toHaveCount(0, { timeout: 60_000 });
  await makeShells('new');
  await expect(card(page, 'new')).toBeVisible();
});
