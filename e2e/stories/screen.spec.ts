/** The desktop of a sandbox, as several people look at it and use it. */
import { readFile } from 'node:fs/promises';
import { expect, type Page, test } from '@playwright/test';
import type { Sandbox } from '@sandglass/client/node';
import { expectAccessible } from '../access.ts';
import { nothingWarm, useWorld } from '../world.ts';

test.describe.configure({ mode: 'serial' });
test.use({ actionTimeout: 15_000 });

const world = useWorld(nothingWarm);
let sandbox: Sandbox;

const desk = { viewport: { width: 1600, height: 1000 } };
const canvas = (page: Page) => page.locator('.screen-stage canvas');
/** A desktop that starts cold on a busy host takes its time. */
const drawn = (page: Page) =>
  expect(page.locator('.screen-stage canvas:not([data-empty])')).toBeVisible({ timeout: 60_000 });

test.beforeAll(async () => {
  test.setTimeout(180_000);
  sandbox = await world.client.sandboxes.create({ image: 'desktop', name: 'screens' });
});

test('everybody sees whose hand is where', async ({ browser }) => {
  const { secret } = await world.client.request('createToken', { body: { name: 'Ann', role: 'operator' } });
  await using mine = await world.open(browser, `/s/${sandbox.id}`, desk);
  await using hers = await world.open(browser, `/s/${sandbox.id}`, { ...desk, token: secret });
  await drawn(mine.page);
  await drawn(hers.page);
  const hand = mine.page.locator('[data-cursor="Ann"]');
  const box = (await canvas(hers.page).boundingBox())!;
  await expect(async () => {
    await hers.page.mouse.move(box.x + box.width * 0.24, box.y + box.height * 0.5);
    await hers.page.mouse.move(box.x + box.width * 0.25, box.y + box.height * 0.5);
    await expect(hand).toBeVisible({ timeout: 2_000 });
  }).toPass();
  await expect(hand).toHaveAttribute('style', /left: 2[45](\.\d+)?%/);
  // Nobody is shown their own, unless they present.
  await expect(hers.page.locator('[data-cursor]:visible')).toHaveCount(0);
  await expectAccessible(mine.page, 'a screen with two hands', '.screen-pane');
});

test('who presents shows which keys are struck, of characters only that there were some, and the own clicks', async ({
  browser,
}) => {
  await using at = await world.open(browser, `/s/${sandbox.id}`, desk);
  const { page } = at;
  await drawn(page);
  await page.getByRole('button', { name: 'Use the keyboard in the desktop' }).click();
  const keys = page.locator('.screen-strokes kbd');
  await page.keyboard.type('abc');
  await expect(keys).toHaveText(['•••']);
  await expect(keys.first()).toBeHidden();
  await page.keyboard.press('Control+Alt+Escape');
  await page.keyboard.press('Shift+F5');
  await expect(page.locator('html')).toHaveAttribute('data-presenting', '');
  const box = (await canvas(page).boundingBox())!;
  await expect(async () => {
    await page.mouse.click(box.x + box.width * 0.6, box.y + box.height * 0.6);
    await page.keyboard.type('hunter2');
    await page.keyboard.press('Control+s');
    await page.keyboard.press('ArrowDown');
    await expect(keys.first()).toBeVisible({ timeout: 2_000 });
  }).toPass();
  await expect(keys).toHaveText([/^•+$/, 'Ctrl+S', '↓']);
  await expect(page.locator('[data-cursor][data-own]')).toBeVisible();
  await page.keyboard.press('Escape');
});

test('the keyboard goes in and comes out, in full screen too', async ({ browser }) => {
  await using at = await world.open(browser, `/s/${sandbox.id}`, desk);
  const { page } = at;
  await drawn(page);
  await page.getByRole('button', { name: 'Full screen' }).click();
  await expect(page.getByRole('button', { name: 'Leave full screen' })).toBeVisible();
  await page.getByRole('button', { name: 'Use the keyboard in the desktop' }).click();
  const out = page.getByRole('button', { name: 'Leave the keyboard' });
  await expect(out).toBeVisible();
  await page.keyboard.press('Control+Alt+Escape');
  await expect(out).toBeHidden();
  await expect(page.getByRole('button', { name: 'Full screen', exact: true })).toBeVisible();
});

test('a picture is taken, the view is moved, the numbers are shown', async ({ browser }) => {
  await using at = await world.open(browser, `/s/${sandbox.id}`, desk);
  const { page } = at;
  await drawn(page);
  const menu = () => page.getByRole('button', { name: 'Actions of the desktop' }).click();
  await menu();
  const waiting = page.waitForEvent('download');
  await page.getByRole('menuitem', { name: 'Download a picture' }).click();
  const download = await waiting;
  expect(download.suggestedFilename()).toMatch(/^screens \d{4}-\d\d-\d\d \d\d\.\d\d\.\d\d\.png$/);
  const png = await readFile(await download.path());
  expect([png.subarray(1, 4).toString(), png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual(['PNG', 1280, 800]);

  await menu();
  await page.getByRole('menuitem', { name: 'Show frame rate and response' }).click();
  await expect(page.locator('.screen-size')).toContainText('fps');
  await page.getByRole('button', { name: '1:1' }).click();
  await expect.poll(async () => (await canvas(page).boundingBox())?.width).toBe(1280);
  await page.getByRole('button', { name: 'Move the view' }).click();
  const stage = page.locator('.screen-stage');
  const before = await stage.evaluate((element) => element.scrollTop);
  const box = (await stage.boundingBox())!;
  await page.mouse.move(box.x + 200, box.y + 200);
  await page.mouse.down();
  await page.mouse.move(box.x + 200, box.y + 100, { steps: 4 });
  await page.mouse.up();
  await expect.poll(() => stage.evaluate((element) => element.scrollTop)).toBe(before + 100);
});

test('frozen and away, the last picture stays and says what it is', async ({ browser }) => {
  await using at = await world.open(browser, `/s/${sandbox.id}`, desk);
  const { page } = at;
  await drawn(page);
  await sandbox.freeze();
  await expect(page.getByText('Frozen: nothing moves until it is thawed.')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Use the keyboard in the desktop' })).toHaveCount(0);
  await expectAccessible(page, 'a frozen screen', '.screen-pane');
  await sandbox.thaw();
  await expect(page.getByText('Frozen: nothing moves until it is thawed.')).toBeHidden();
  await world.server.killServer();
  await expect(page.getByText('This is the last picture.', { exact: false })).toBeVisible();
  await drawn(page);
  await expect(page.getByText('This is the last picture.', { exact: false })).toBeHidden({ timeout: 60_000 });
});

test('a thumb taps, and brings a keyboard with the keys it lacks', async ({ browser }) => {
  await using desktop = await world.open(browser, `/s/${sandbox.id}`, desk);
  await using at = await world.open(browser, `/s/${sandbox.id}`, {
    viewport: { width: 390, height: 844 },
    hasTouch: true,
  });
  const { page } = at;
  await drawn(page);
  await drawn(desktop.page);
  const box = (await canvas(page).boundingBox())!;
  const hand = desktop.page.locator('[data-cursor]');
  await expect(async () => {
    await page.touchscreen.tap(box.x + box.width / 2, box.y + box.height / 2);
    await expect(hand).toBeVisible({ timeout: 2_000 });
  }).toPass();
  await expect(hand).toHaveAttribute('style', /left: (49|50)(\.\d+)?%/);
  await expect(page.getByRole('toolbar', { name: 'Keys' })).toHaveCount(0);
  await page.getByRole('button', { name: 'Use the keyboard in the desktop' }).tap();
  const keys = page.getByRole('toolbar', { name: 'Keys' });
  await keys.getByRole('button', { name: 'Esc' }).tap();
  await expect(keys).toBeVisible();
  // Phones go dark at dusk, also while the only thing on the page is a picture.
  for (const colorScheme of ['dark', 'light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await expect(page.locator('html')).toHaveAttribute('data-theme', colorScheme);
  }
});

test('who may only watch sees the picture and can touch nothing', async ({ browser }) => {
  const { secret } = await world.client.request('createToken', { body: { name: 'watcher', role: 'viewer' } });
  await using at = await world.open(browser, `/s/${sandbox.id}`, { ...desk, token: secret });
  const { page } = at;
  await drawn(page);
  await expect(page.getByText('You are watching.', { exact: false }).first()).toBeVisible();
  await expect(page.getByRole('button', { name: 'Use the keyboard in the desktop' })).toHaveCount(0);
  await expect(page.getByRole('button', { name: 'Give your clipboard to the sandbox' })).toHaveCount(0);
});
