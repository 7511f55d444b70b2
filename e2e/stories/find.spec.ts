/** Find in files: from the keyboard to the line, narrowed, stopped, and asked wrongly. */
import { expect, type Page, test } from '@playwright/test';
import type { Sandbox } from '@sandglass/client/node';
import { expectAccessible } from '../access.ts';
import { nothingWarm, useWorld } from '../world.ts';

test.describe.configure({ mode: 'serial' });

const world = useWorld(nothingWarm);
let sandbox: Sandbox;

const found = (page: Page) => page.getByRole('tree', { name: 'Found' });
const field = (page: Page) => page.getByRole('textbox', { name: 'Find in files' });

test.beforeAll(async () => {
  sandbox = await world.client.sandboxes.create({ image: 'base', name: 'find' });
  await sandbox.files.write('app/src/cart.ts', 'const x = 1;\nconst Total = 2;\nsubtotal();\n', { parents: true });
  await sandbox.files.write('app/notes.md', 'the total of it\n');
  await sandbox.files.write('app/node_modules/lib.js', 'total\n', { parents: true });
});

test('finds, walks and opens at the line without a mouse', async ({ browser }) => {
  await using at = await world.open(browser, `/s/${sandbox.id}?pane=files`);
  const { page } = at;
  await expect(page.getByRole('tree', { name: 'Files' })).toBeVisible();
  await page.getByRole('tree', { name: 'Files' }).focus();
  await page.keyboard.press('Control+Shift+F');
  await expect(field(page)).toBeFocused();
  await page.keyboard.type('total');
  await expect(page.getByText('3 lines in 2 files')).toBeVisible();
  await expectAccessible(page, 'find');
  await page.keyboard.press('ArrowDown');
  await expect(found(page)).toBeFocused();
  await found(page).press('End');
  await page.keyboard.press('Enter');
  await expect(page.locator('.monaco-editor .active-line-number')).toHaveText('3');
});

test('narrows by case, word, expression and place, and says what is wrong with a question', async ({ browser }) => {
  await using at = await world.open(browser, `/s/${sandbox.id}?pane=find`);
  const { page } = at;
  await field(page).fill('total');
  await page.getByRole('button', { name: 'Whole words' }).click();
  await expect(page.getByText('2 lines in 2 files')).toBeVisible();
  await page.getByRole('button', { name: 'Capital letters matter' }).click();
  await expect(page.getByText('1 line in 1 file')).toBeVisible();
  await page.getByRole('button', { name: 'Where to look' }).click();
  await page.getByRole('textbox', { name: 'Only in' }).fill('*.ts');
  await expect(page.getByText('Found nowhere')).toBeVisible();
  await page.getByRole('textbox', { name: 'Only in' }).fill('');
  await page.getByRole('checkbox', { name: /Also node_modules/ }).check();
  await expect(page.getByText('2 lines in 2 files')).toBeVisible();
  await page.getByRole('button', { name: 'Regular expression' }).click();
  await field(page).fill('(');
  await expect(page.getByText(/unclosed group/)).toBeVisible();
  await field(page).fill('(a+)+$');
  await expect(page.getByText(/lines? in/)).toBeVisible();
});
