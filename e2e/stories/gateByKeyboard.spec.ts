/** The gate by keys alone: nothing in this file touches a mouse. */
import { expect, type Page, test } from '@playwright/test';
import type { Sandbox } from '@sandglass/client/node';
import { tabTo } from '../access.ts';
import { nothingWarm, useWorld } from '../world.ts';

test.use({ actionTimeout: 15_000 });

const world = useWorld(nothingWarm);
let sandbox: Sandbox;
const desk = { viewport: { width: 1600, height: 1000 } };

test.beforeAll(async () => {
  test.setTimeout(120_000);
  sandbox = await world.client.sandboxes.create({ image: 'base', name: 'by keys' });
  for (const command of ['ls', 'npm test']) await sandbox.run(command);
});
test.afterEach(() => sandbox.gate.continue());

const held = (page: Page) => page.getByRole('region', { name: /^Held before this call/ });
const rules = (page: Page) => page.getByRole('list', { name: 'Breakpoints' }).getByRole('listitem');
const pill = (page: Page, text: string) => page.locator('.ui-pill', { hasText: text }).first();
const press = (page: Page, ...keys: string[]) =>
  keys.reduce((done, key) => done.then(() => page.keyboard.press(key)), Promise.resolve());
const focused = (page: Page) => page.locator(':focus');

/** Away from terminals and texts, whose keys are their own. */
async function begin(page: Page): Promise<void> {
  await expect(pill(page, 'Running')).toBeVisible();
  await expect(page.getByRole('log', { name: 'Events' })).toBeVisible();
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
}

/** F6 leads from group to group of the panes, to the tab that is shown. */
async function toPane(page: Page, name: RegExp | string): Promise<void> {
  const tab = page.getByRole('tab', { name });
  for (let step = 0; step < 8; step++) {
    if (await tab.evaluate((element) => element === document.activeElement)) return;
    await press(page, 'F6');
  }
  await expect(tab).toBeFocused();
}

/** By the list of everything that can be done. */
async function perform(page: Page, words: string): Promise<void> {
  await press(page, 'Control+k');
  const palette = page.getByRole('dialog', { name: 'Everything that can be done' });
  await expect(palette).toBeVisible();
  await page.keyboard.type(words);
  await expect(palette.getByRole('option').first()).toContainText(words);
  await press(page, 'Enter');
  await expect(palette).toBeHidden();
}

test('a breakpoint is added by form, edited, switched off and on, and removed', async ({ browser }) => {
  await using at = await world.open(browser, `/s/${sandbox.id}`, desk);
  const { page } = at;
  await begin(page);
  await perform(page, 'New breakpoint');
  const dialog = page.getByRole('dialog', { name: 'New breakpoint' });
  await expect(dialog).toBeVisible();
  await tabTo(page, dialog.getByRole('textbox', { name: 'Value' }));
  await page.keyboard.type('npm');
  await expect(dialog.getByText(/^Would have matched 1 time/)).toBeVisible();
  await tabTo(page, dialog.getByRole('textbox', { name: 'Name' }));
  await page.keyboard.type('Any npm');
  await press(page, 'Enter');
  await expect(dialog).toBeHidden();
  const rule = rules(page).filter({ hasText: 'Any npm' });
  await expect(rule).toBeVisible();
  await toPane(page, /^Breakpoints/);
  await tabTo(page, rule.getByRole('button', { name: 'Edit Any npm' }));
  await press(page, 'Enter');
  const editing = page.getByRole('dialog', { name: 'Edit breakpoint' });
  await tabTo(page, editing.getByRole('textbox', { name: 'Name' }));
  await press(page, 'Control+a');
  await page.keyboard.type('All of npm');
  await press(page, 'Enter');
  await expect(editing).toBeHidden();
  const edited = rules(page).filter({ hasText: 'All of npm' });
  const on = edited.getByRole('switch');
  await press(page, 'Shift+Tab');
  await expect(on).toBeFocused();
  await press(page, 'Space');
  await expect(on).not.toBeChecked();
  await press(page, 'Space');
  await expect(on).toBeChecked();
  await tabTo(page, edited.getByRole('button', { name: 'Remove All of npm' }));
  await press(page, 'Enter');
  const sure = page.getByRole('dialog', { name: 'Remove this breakpoint?' });
  await tabTo(page, sure.getByRole('button', { name: 'Remove', exact: true }));
  await press(page, 'Enter');
  await expect(rules(page)).toHaveCount(0);
});

test('the arrows lead to a call in the activity, and B makes a breakpoint of it', async ({ browser }) => {
  await using at = await world.open(browser, `/s/${sandbox.id}`, desk);
  const { page } = at;
  await begin(page);
  await toPane(page, 'Activity');
  await tabTo(page, page.getByRole('log', { name: 'Events' }));
  await press(page, 'End');
  await expect(focused(page)).toHaveAccessibleName(/^\d\d:\d\d \w+: /);
  for (let step = 0; step < 12 && !(await focused(page).textContent())?.includes('npm test'); step++)
    await press(page, 'ArrowUp');
  await expect(focused(page)).toHaveAccessibleName(/Agent: exec npm test/);
  await press(page, 'b');
  const dialog = page.getByRole('dialog', { name: 'New breakpoint' });
  await expect(dialog.getByRole('textbox', { name: 'Rule' })).toHaveValue('before exec matching "npm test" → hold');
  await tabTo(page, dialog.getByRole('button', { name: 'Add', exact: true }));
  await press(page, 'Enter');
  await expect(rules(page)).toHaveCount(1);

  const asked = sandbox.run('npm test').catch((error: unknown) => error);
  await perform(page, 'Show Activity');
  await expect(held(page)).toContainText('npm test');
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  await press(page, 'x');
  const rejecting = page.getByRole('dialog', { name: 'Reject exec' });
  await tabTo(page, rejecting.getByLabel('Why'));
  await page.keyboard.type('Not now.');
  await press(page, 'Control+Enter');
  await expect(rejecting).toBeHidden();
  expect(String(await asked)).toContain('Not now.');
});

test('a call is approved and edited, stepped over and run on to the next', async ({ browser }) => {
  await using at = await world.open(browser, `/s/${sandbox.id}`, desk);
  const { page } = at;
  await begin(page);
  await perform(page, 'Hold calls only');
  await expect(pill(page, 'Paused')).toBeVisible();
  const first = sandbox.run('echo one');
  await expect(held(page)).toContainText('echo one');
  await press(page, 'a');
  expect((await first).stdout).toBe('one\n');
  const second = sandbox.run('echo two');
  await expect(held(page)).toContainText('echo two');
  await press(page, 'e');
  const editing = page.getByRole('dialog', { name: 'Edit exec' });
  await tabTo(page, editing.getByLabel('command'));
  await press(page, 'Control+a');
  await page.keyboard.type('echo 2');
  await tabTo(page, editing.getByRole('button', { name: 'Run it like this' }));
  await press(page, 'Enter');
  expect((await second).stdout).toBe('2\n');
  const third = sandbox.run('echo three');
  await expect(held(page)).toContainText('echo three');
  await press(page, 'F10');
  expect((await third).stdout).toBe('three\n');
  const runTo = page.getByRole('button', { name: 'Run to' });
  await tabTo(page, runTo);
  await press(page, 'Enter');
  await expect(page.getByRole('menuitem', { name: 'Run to the next call' })).toBeFocused();
  await press(page, 'Enter');
  const fourth = sandbox.run('echo four');
  await expect(held(page)).toContainText('echo four');
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  await press(page, 'F8');
  expect((await fourth).stdout).toBe('four\n');
  await expect(pill(page, 'Running')).toBeVisible();
});

test('control is taken with Alt+C and handed back with Escape; a private moment begins and ends', async ({
  browser,
}) => {
  await using at = await world.open(browser, `/s/${sandbox.id}`, desk);
  const { page } = at;
  await begin(page);
  await press(page, 'Alt+c');
  await expect(page.getByRole('button', { name: 'Hand back' })).toBeVisible();
  await press(page, 'Escape');
  const dialog = page.getByRole('dialog', { name: 'Hand back control' });
  await expect(dialog.getByLabel('Note to the agent')).toBeFocused();
  await page.keyboard.type('Done.');
  await tabTo(page, dialog.getByRole('button', { name: 'Hand back' }));
  await press(page, 'Enter');
  await expect(page.getByRole('button', { name: 'Take control' })).toBeVisible();
  await perform(page, 'Begin a private moment');
  const strip = page.getByRole('complementary', { name: 'Private moment' });
  await tabTo(page, strip.getByRole('button', { name: 'End it' }));
  await press(page, 'Enter');
  await expect(strip).toHaveCount(0);
});

test('who drives loses control to somebody else: both are told, and the old keys count no more', async ({
  browser,
}) => {
  await using mine = await world.open(browser, `/s/${sandbox.id}`, desk);
  const fences = sentFences(mine.page);
  await mine.page.reload();
  const { secret } = await world.client.request('createToken', { body: { name: 'Ana', role: 'operator' } });
  await using hers = await world.open(browser, `/s/${sandbox.id}`, { ...desk, token: secret });
  await begin(mine.page);
  await begin(hers.page);
  await press(mine.page, 'Alt+c');
  await expect(mine.page.getByRole('button', { name: 'Hand back' })).toBeVisible();
  const { fence } = (await sandbox.gate.get()).control;
  await mine.page.locator('.xterm-helper-textarea').last().focus();
  await mine.page.keyboard.type('x');
  await expect.poll(fences).toContain(fence);

  await press(hers.page, 'Alt+c');
  const dialog = hers.page.getByRole('dialog', { name: /^Take control from/ });
  await expect(dialog.getByLabel(/^Why/)).toBeFocused();
  await hers.page.keyboard.type('The bank waits');
  await tabTo(hers.page, dialog.getByRole('button', { name: 'Take control' }));
  await press(hers.page, 'Enter');
  await expect(hers.page.getByRole('button', { name: 'Hand back' })).toBeVisible();
  await expect(mine.page.getByText('Ana took control').first()).toBeVisible();
  await expect(mine.page.getByText('The bank waits').first()).toBeVisible();
  await expect(mine.page.getByRole('button', { name: 'Ana drives' })).toBeVisible();
  await expect(mine.page.getByText('Ana has control. You are watching; take control to type.')).toBeVisible();
  const said = (await sandbox.gate.get()).control;
  expect(said.fence).toBe(fence + 1);
  await hers.page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  await press(hers.page, 'Escape');
  const back = hers.page.getByRole('dialog', { name: 'Hand back control' });
  await expect(back.getByLabel('Note to the agent')).toBeFocused();
  await press(hers.page, 'Control+Enter');
  await expect(mine.page.getByRole('button', { name: 'Take control' })).toBeVisible();
});

/** The fences of what a page typed into terminals, as its socket carried them. */
function sentFences(page: Page): () => unknown[] {
  const sent: unknown[] = [];
  page.on('websocket', (socket) =>
    socket.on('framesent', ({ payload }) => {
      if (typeof payload !== 'string') return;
      const message = JSON.parse(payload);
      if (message.type === 'terminalInput') sent.push(message.fence);
    }),
  );
  return () => sent;
}
