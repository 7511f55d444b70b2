/** The files of a sandbox: by mouse, by keyboard alone, by thumb, by who may only watch; a hundred thousand in a folder. */
import { expect, type Page, test } from '@playwright/test';
import type { Sandbox } from '@sandglass/client/node';
import { expectAccessible } from '../access.ts';
import { nothingWarm, useWorld } from '../world.ts';

test.describe.configure({ mode: 'serial' });

const world = useWorld(nothingWarm);
let sandbox: Sandbox;

const tree = (page: Page) => page.getByRole('tree', { name: 'Files' });
const row = (page: Page, name: string) => tree(page).getByRole('treeitem', { name: new RegExp(`^${name}`) });
const names = (page: Page) => tree(page).getByRole('treeitem').locator('.files-name').allTextContents();

test.beforeAll(async () => {
  sandbox = await world.client.sandboxes.create({ image: 'base', name: 'files' });
  await sandbox.files.write('app/src/main.ts', 'export {};\n', { parents: true });
  await sandbox.files.write('app/notes.txt', 'notes\n');
  await sandbox.files.write('app/.env', 'SECRET=1\n');
});

test('names in place, deletes with a way back, moves after a question', async ({ browser }) => {
  await using at = await world.open(browser, `/s/${sandbox.id}?pane=files`);
  const { page } = at;
  await row(page, 'app').click();
  await row(page, 'notes').click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Rename' }).click();
  await page.getByRole('textbox', { name: 'New name' }).fill('a/b');
  await expect(page.getByText('A name cannot hold a slash.')).toBeVisible();
  await page.getByRole('textbox', { name: 'New name' }).fill('memo.txt');
  await page.keyboard.press('Enter');
  await expect(row(page, 'memo')).toBeVisible();
  await row(page, 'memo').click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Delete Del' }).click();
  await expect(row(page, 'memo')).toHaveCount(0);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(row(page, 'memo')).toBeVisible();
  expect(await sandbox.files.readText('app/memo.txt')).toBe('notes\n');
  await row(page, 'memo').dragTo(row(page, 'src'));
  await page.getByRole('dialog').getByRole('button', { name: 'Move' }).click();
  await expect.poll(() => sandbox.files.readText('app/src/memo.txt')).toBe('notes\n');
  await expect(row(page, 'memo')).toBeVisible();
  await expect(row(page, 'memo').getByRole('img', { name: /by a person/ })).toBeVisible();
  await expectAccessible(page, 'files');
});

test('does all of it without a mouse', async ({ browser }) => {
  await using at = await world.open(browser, `/s/${sandbox.id}?pane=files`);
  const { page } = at;
  await expect(row(page, 'app')).toBeVisible();
  await tree(page).focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowRight');
  await expect(row(page, 'src')).toBeVisible();
  await page.keyboard.press('Shift+F10');
  await page.getByRole('menuitem', { name: 'New file' }).press('Enter');
  await page.keyboard.type('one.md');
  await page.keyboard.press('Enter');
  await expect(row(page, 'one.md')).toBeVisible();
  await tree(page).focus();
  await page.keyboard.press('o');
  await expect(page.getByRole('searchbox', { name: 'Filter by name' })).toHaveValue('o');
  await page.keyboard.type('ne');
  await expect.poll(() => names(page)).toEqual(['app', 'one.md']);
  await page.keyboard.press('Escape');
  await expect(tree(page)).toBeFocused();
  await page.keyboard.press('End');
  await page.keyboard.press('Delete');
  await expect(row(page, 'one.md')).toHaveCount(0);
  await tree(page).focus();
  await page.keyboard.press('Control+z');
  await expect(row(page, 'one.md')).toBeVisible();
});

test('a rename is taken back; what was deleted is in the trash, and leaves it again or for good', async ({
  browser,
}) => {
  await sandbox.files.write('bin/one.txt', 'one\n', { parents: true });
  await sandbox.files.write('bin/two.txt', 'two\n');
  await using at = await world.open(browser, `/s/${sandbox.id}?pane=files`);
  const { page } = at;
  await row(page, 'bin').click();
  await row(page, 'one').click();
  await page.keyboard.press('F2');
  await page.getByRole('textbox', { name: 'New name' }).fill('uno.txt');
  await page.keyboard.press('Enter');
  await expect(row(page, 'uno')).toBeVisible();
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(row(page, 'one')).toBeVisible();
  await expect(row(page, 'uno')).toHaveCount(0);

  for (const name of ['one', 'two']) {
    await row(page, name).click();
    await page.keyboard.press('Delete');
    await expect(row(page, name)).toHaveCount(0);
  }
  await sandbox.files.write('bin/two.txt', 'another\n');
  await page.getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name: 'Trash…' }).click();
  const trash = page.getByRole('dialog', { name: 'Trash' });
  const item = (name: string) => trash.getByRole('listitem').filter({ hasText: name });
  await expect(item('one.txt')).toContainText('/home/user/bin');
  await expectAccessible(page, 'the trash');
  await trash.getByRole('button', { name: 'Bring back one.txt' }).click();
  await expect(item('one.txt')).toHaveCount(0);
  await expect.poll(() => sandbox.files.readText('bin/one.txt')).toBe('one\n');
  await trash.getByRole('button', { name: 'Bring back two.txt' }).click();
  await expect(item('two.txt').getByRole('alert')).toContainText('exists already');
  expect(await sandbox.files.readText('bin/two.txt')).toBe('another\n');
  await trash.getByRole('button', { name: 'Replace what is there with two.txt' }).click();
  await expect(item('two.txt')).toHaveCount(0);
  expect(await sandbox.files.readText('bin/two.txt')).toBe('two\n');
  await trash.getByRole('button', { name: 'Close' }).first().click();

  await row(page, 'two').click();
  await page.keyboard.press('Delete');
  await page.getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name: 'Trash…' }).click();
  await trash.getByRole('button', { name: 'Empty the trash…' }).click();
  await page.getByRole('dialog', { name: 'Empty the trash?' }).getByRole('button', { name: 'Empty it' }).click();
  await expect(trash.getByText('The trash is empty')).toBeVisible();
  expect((await world.client.request('trash', { params: { sandbox: sandbox.id } })).items).toEqual([]);
});

test('shows what is hidden when asked, links with what they lead to, and names of any bytes', async ({ browser }) => {
  await sandbox.run(`cd app && ln -s src/main.ts link && ln -s nowhere lost && echo latin > "$(printf 'caf\\351')"`);
  await sandbox.run(`cd app && touch "$(printf 'bidi\\342\\200\\256txt.exe')" '<img src=x onerror=alert(1)>'`);
  await using at = await world.open(browser, `/s/${sandbox.id}?pane=files`);
  const { page } = at;
  await row(page, 'app').click();
  await expect(row(page, 'link')).toContainText('→ src/main.ts');
  await expect(row(page, 'lost')).toContainText('(missing)');
  await expect(row(page, 'bidi')).toContainText('bidi\\u202Etxt.exe');
  await expect(tree(page).getByText('<img src=x onerror=alert(1)>')).toBeVisible();
  await expect(row(page, '\\.env')).toHaveCount(0);
  await page.getByRole('button', { name: 'More' }).first().click();
  await page.getByRole('menuitem', { name: 'Show hidden files' }).click();
  await expect(row(page, '\\.env')).toBeVisible();
  await row(page, 'caf').click();
  await expect(page.locator('.monaco-editor')).toContainText('latin');
  await row(page, 'caf').click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Delete Del' }).click();
  await expect(row(page, 'caf')).toHaveCount(0);
});

test('takes files and gives them, with what did not arrive', async ({ browser }) => {
  await using at = await world.open(browser, `/s/${sandbox.id}?pane=files`);
  const { page } = at;
  await expect(row(page, 'app')).toBeVisible();
  const picker = page.getByLabel('Files to upload');
  const upload = async (text: string) =>
    await picker.setInputFiles({ name: 'up.txt', mimeType: 'text/plain', buffer: Buffer.from(text) });
  await upload('first');
  await expect(page.getByRole('status').filter({ hasText: '1 uploaded' })).toBeVisible();
  await upload('second');
  await page.getByRole('dialog', { name: 'This file exists already' }).getByRole('button', { name: 'Replace' }).click();
  await expect.poll(() => sandbox.files.readText('up.txt')).toBe('second');
  await row(page, 'up').click({ button: 'right' });
  const [saved] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('menuitem', { name: 'Download' }).click(),
  ]);
  expect(saved.suggestedFilename()).toBe('up.txt');
  const chunks: Buffer[] = [];
  for await (const chunk of await saved.createReadStream()) chunks.push(chunk as Buffer);
  expect(Buffer.concat(chunks).toString()).toBe('second');
});

test('holds a hundred thousand files in one folder, and still scrolls', async ({ browser }) => {
  test.setTimeout(240_000);
  await sandbox.run('mkdir many && cd many && seq -f "file%06g" 1 100000 | xargs touch', { timeoutMs: 120_000 });
  await using at = await world.open(browser, `/s/${sandbox.id}?pane=files`);
  const { page } = at;
  await row(page, 'many').click();
  await expect(row(page, 'file000001')).toBeVisible();
  await expect(async () => {
    await tree(page).press('End');
    await expect(row(page, 'file100000')).toBeVisible({ timeout: 1_000 });
  }).toPass({ timeout: 90_000 });
  expect(await tree(page).getByRole('treeitem').count()).toBeLessThan(120);
  await sandbox.run('rm many/file100000 && touch many/file099999b');
  await expect(row(page, 'file100000')).toHaveCount(0);
  await expect(row(page, 'file099999b')).toBeVisible();
});

test('is for looking only, for who may only look, and stands still with the sandbox', async ({ browser }) => {
  const { secret } = await world.client.request('createToken', {
    body: { name: 'watcher', role: 'viewer', scope: { kind: 'all' } },
  });
  await using at = await world.open(browser, `/s/${sandbox.id}?pane=files`, { token: secret });
  const { page } = at;
  await row(page, 'app').click({ button: 'right' });
  await expect(page.getByRole('menuitem', { name: /Copy path/ })).toBeVisible();
  await expect(page.getByRole('menuitem', { name: /Delete|Rename|New|Upload/ })).toHaveCount(0);
  await page.keyboard.press('Escape');
  await sandbox.freeze();
  await page.reload();
  await expect(page.getByText('Not while it stands still')).toBeVisible();
  await sandbox.thaw();
  await expect(row(page, 'app')).toBeVisible();
});

test('works under a thumb', async ({ browser }) => {
  await using at = await world.open(browser, `/s/${sandbox.id}?pane=files`, {
    viewport: { width: 390, height: 844 },
    hasTouch: true,
  });
  const { page } = at;
  await row(page, 'app').tap();
  await row(page, 'one').tap();
  await expect(page.locator('.monaco-editor')).toBeVisible();
  await page.getByRole('button', { name: 'Files' }).first().tap();
  await expect(row(page, 'one')).toBeVisible();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
});
