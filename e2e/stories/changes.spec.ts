/** What a sandbox changed, against its start and a checkpoint: who, what exactly, as a patch, and one file put back. */
import { expect, type Page, test } from '@playwright/test';
import type { Sandbox } from '@sandglass/client/node';
import { expectAccessible } from '../access.ts';
import { nothingWarm, useWorld } from '../world.ts';

test.describe.configure({ mode: 'serial' });

const world = useWorld(nothingWarm);
let sandbox: Sandbox;

const changes = (page: Page) => page.getByRole('tree', { name: 'Changed files' });
const change = (page: Page, name: string) => changes(page).getByRole('treeitem', { name: new RegExp(name) });

test.beforeAll(async () => {
  sandbox = await world.client.sandboxes.create({ image: 'base', name: 'changes' });
  await sandbox.files.write('app/kept.ts', 'let total = 1;\n', { parents: true });
  await sandbox.files.write('app/gone.ts', 'let gone = 1;\n');
  await sandbox.checkpoint({ name: 'before' });
  await sandbox.run(
    'cd app && echo "let total = 2;" > kept.ts && rm gone.ts && echo new > fresh.ts && mkdir node_modules && touch node_modules/x',
  );
});

test('tells what changed since a checkpoint, compares it, and puts it back with a way on', async ({
  browser,
  browserName,
}) => {
  expect(browserName).toBe('chromium');
  await using at = await world.open(browser, `/s/${sandbox.id}?pane=changes`, {
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  const { page } = at;
  await expect(page.getByRole('tab', { name: 'Changes' })).toContainText('2');
  await page.getByRole('combobox', { name: 'Since' }).click();
  await page.getByRole('option', { name: /since #1 before/ }).click();
  await expect(changes(page).getByRole('treeitem')).toHaveCount(3);
  await expect(change(page, 'gone.ts').getByRole('img', { name: 'deleted' })).toBeVisible();
  await expect(change(page, 'fresh.ts')).toContainText('Agent');
  await expectAccessible(page, 'changes');
  await change(page, 'kept.ts').click();
  const diff = page.locator('.monaco-diff-editor');
  await expect(diff).toContainText('let total = 1;');
  await expect(diff).toContainText('let total = 2;');
  await page.getByRole('button', { name: 'Copy as patch' }).click();
  await expect(page.getByText('Patch of 3 copied')).toBeVisible();
  const patch = await page.evaluate(() => navigator.clipboard.readText());
  expect(patch).toContain('-let total = 1;\n+let total = 2;\n');
  await page.getByRole('button', { name: 'Put back as it was' }).click();
  await expect.poll(() => sandbox.files.readText('app/kept.ts')).toBe('let total = 1;\n');
  await expect(change(page, 'kept.ts')).toHaveCount(0);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect.poll(() => sandbox.files.readText('app/kept.ts')).toBe('let total = 2;\n');
  await expect(change(page, 'kept.ts')).toBeVisible();
});

test('is walked by keyboard, and filtered by who', async ({ browser }) => {
  await sandbox.files.write('app/fresh.ts', 'again\n');
  await using at = await world.open(browser, `/s/${sandbox.id}?pane=changes`);
  const { page } = at;
  await expect(changes(page)).toBeVisible();
  await changes(page).focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('Enter');
  await expect(page.locator('.monaco-diff-editor')).toContainText('again');
  await page.getByRole('combobox', { name: 'By whom' }).click();
  await page.getByRole('option', { name: 'by people' }).click();
  // The person put it back and took that back.
  await expect(changes(page).getByRole('treeitem')).toHaveCount(1);
  await expect(change(page, 'kept.ts')).toContainText('Person');
});

test('leaves nothing on the host of what it looked at', async () => {
  const { items } = await world.client.sandboxes.list({ limit: 100, ended: 'true' });
  expect(items.map((each) => each.info.name)).toEqual(['changes']);
});

test('is told from the recording while the sandbox stands still, and fits a phone', async ({ browser }) => {
  await sandbox.freeze();
  await using at = await world.open(browser, `/s/${sandbox.id}?pane=changes`, {
    viewport: { width: 390, height: 844 },
  });
  const { page } = at;
  await page.getByRole('tab', { name: 'Actions' }).click();
  await page.getByRole('button', { name: 'Changes' }).click();
  await expect(page.getByText('Told from the recording alone: the sandbox stands still.')).toBeVisible();
  await expect(change(page, 'fresh.ts')).toBeVisible();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  await sandbox.thaw();
});
