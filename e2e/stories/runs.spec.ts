/** A reviewer works through a queue of runs with the keyboard: notes, verdicts, and all of it there again later. */
import { expect, type Page, test } from '@playwright/test';
import type { Sandbox } from '@sandglass/client/node';
import { expectAccessible } from '../access.ts';
import { nothingWarm, useWorld } from '../world.ts';

test.describe.configure({ mode: 'serial' });

const world = useWorld(nothingWarm);
let desktop: Sandbox;

/** An agent that says what it does. */
async function work(name: string, goal: string, command: string): Promise<Sandbox> {
  const sandbox = await world.client.sandboxes.create({ name, labels: { suite: 'nightly' } });
  await sandbox.run({ goal, agent: 'claude' }, async (run) => {
    await run.say('First I look around.', { sort: 'plan' });
    const done = await sandbox.run(command);
    await run.end(done.exit?.code === 0 ? 'succeeded' : 'failed', { cost: { usd: 0.25 } });
  });
  await sandbox.kill();
  return sandbox;
}

test.beforeAll(async () => {
  await work('invoice', 'Download the October invoice', 'echo invoice-4711');
  await work('timezones', 'Make test_timezones pass', 'echo expected UTC; exit 1');
  await work('catalog', 'Collect the prices', 'echo 2000 prices');
});

const row = (page: Page, name: string) => page.getByRole('row', { name: new RegExp(`^${name}`) });
const bar = (page: Page) => page.getByRole('region', { name: 'Run' });
const chosen = (page: Page) => page.getByRole('complementary', { name: 'Chosen run' });

test('a queue of three is judged by keys, with a note and a reason, and found again after a reload', async ({
  browser,
}) => {
  await using person = await world.open(browser, '/');
  const { page } = person;
  await page.getByRole('link', { name: 'Runs' }).click();
  await expect(page.getByRole('grid', { name: 'Runs' })).toBeVisible();
  await page.getByRole('button', { name: 'To review 3' }).click();
  await page.keyboard.press('j');
  // The newest first: judged in the list, it leaves its place to the next.
  await expect(row(page, 'catalog')).toHaveAttribute('aria-selected', 'true');
  await expect(chosen(page)).toContainText('Collect the prices');
  await page.keyboard.press('1');
  await expect(row(page, 'timezones')).toHaveAttribute('aria-selected', 'true');
  await expect(row(page, 'catalog')).toHaveCount(0);
  await expectAccessible(page, 'the runs');

  await page.keyboard.press('Enter');
  await expect(bar(page)).toContainText('1 of 2');
  await expect(bar(page)).toContainText('Make test_timezones pass');
  await expect(page.getByRole('complementary', { name: 'The past is shown' })).toBeVisible();
  await page.keyboard.press(']');
  await page.keyboard.press('m');
  const words = page.getByRole('textbox', { name: 'Note' });
  await expect(words).toBeFocused();
  await page.keyboard.type('It compares with local time');
  // Half a note survives the page.
  await page.reload();
  await expect(words).toHaveValue('It compares with local time');
  await words.press('Enter');
  await expect(page.getByRole('list', { name: 'Notes' })).toContainText('It compares with local time');
  await expect(page.getByRole('button', { name: /^Note at .*local time/ })).toBeVisible();
  await expectAccessible(page, 'a run in the console');
  await page.keyboard.press('v');
  const verdict = page.getByRole('dialog', { name: 'Verdict' });
  await expect(verdict).toBeVisible();
  await page.keyboard.press('2');
  await expect(verdict.getByRole('textbox', { name: 'Reason' })).toBeFocused();
  await page.keyboard.type('the clock was never frozen');
  await page.keyboard.press('Control+Enter');
  await expect(verdict).toHaveCount(0);
  await expect(bar(page).getByRole('button', { name: 'Fail' })).toHaveAttribute('aria-pressed', 'true');

  await page.keyboard.press('j');
  await expect(bar(page)).toContainText('2 of 2');
  await expect(bar(page)).toContainText('Download the October invoice');
  await page.keyboard.press('3');
  await expect(bar(page).getByRole('button', { name: 'Unsure' })).toHaveAttribute('aria-pressed', 'true');
  await page.keyboard.press('u');
  await expect(page.getByText('Nothing is left to review')).toBeVisible();

  await page.getByRole('button', { name: 'Show all runs' }).click();
  await page.reload();
  await expect(row(page, 'catalog')).toContainText('Pass');
  await expect(row(page, 'timezones')).toContainText('Fail');
  await expect(row(page, 'invoice')).toContainText('Unsure');
  await row(page, 'timezones').click();
  await expect(chosen(page)).toContainText('the clock was never frozen');
  await expect(chosen(page)).toContainText('It compares with local time');
  // By the words of a note, and by what a program printed.
  await page.keyboard.press('/');
  await page.keyboard.type('local time');
  await expect(page.getByRole('row')).toHaveCount(2);
  await expect(row(page, 'timezones')).toBeVisible();
  await page.getByRole('searchbox', { name: 'Search the runs' }).fill('invoice-4711');
  await expect(row(page, 'timezones')).toHaveCount(0);
  await expect(row(page, 'invoice')).toBeVisible();
});

test('an agent that knows nothing of runs has one; a note belongs to a place on its screen', async ({ browser }) => {
  desktop = await world.client.sandboxes.create({ image: 'desktop', name: 'silent agent' });
  await desktop.run('true');
  await expect
    .poll(async () => (await world.client.request('stills', { params: { sandbox: desktop.id } })).total)
    .toBeGreaterThan(0);
  await using person = await world.open(browser, '/runs');
  const { page } = person;
  await expect(row(page, 'silent agent')).toContainText('running');
  await row(page, 'silent agent').dblclick();
  await expect(bar(page)).toContainText('its agent said no goal');
  // Reviewed side by side: no shell of one's own is opened for it.
  await expect(page.getByRole('tab', { name: 'Notes' })).toBeVisible();
  await page.getByRole('button', { name: 'Back to live' }).first().click();
  const screen = page.locator('.screen-canvas');
  await expect(screen).toBeVisible();
  await expect(screen).not.toHaveAttribute('data-empty');
  await page.keyboard.press('m');
  await expect(page.getByRole('textbox', { name: 'Note' })).toBeFocused();
  await page.keyboard.type('The menu is here');
  await page.getByTestId('note-stage').click({ position: { x: 40, y: 30 } });
  await expect(page.getByText('at a place on the screen')).toBeVisible();
  await page.getByRole('textbox', { name: 'Note' }).press('Enter');
  const note = page.getByRole('list', { name: 'Notes' }).getByRole('button', { name: /The menu is here/ });
  await note.click();
  await expect(page.getByRole('figure', { name: 'Note: The menu is here' })).toBeVisible();
  expect(await desktop.terminals.list()).toEqual([]);
  // Found in the recording, and gone when it is removed.
  await page.getByRole('combobox', { name: 'Search this recording' }).fill('menu is here');
  await expect(page.getByRole('listbox', { name: 'Places found' }).getByRole('option')).toHaveCount(1);
  await page.getByRole('button', { name: 'End the search' }).click();
  await note.hover();
  await page.getByRole('button', { name: 'Remove the note…' }).click();
  await page.getByRole('alertdialog').or(page.getByRole('dialog')).getByRole('button', { name: 'Remove' }).click();
  await expect(page.getByText('No note yet')).toBeVisible();
  await expect(page.getByRole('figure')).toHaveCount(0);
});

test('who may only watch reads verdicts and notes and is offered no way to write them', async ({ browser }) => {
  const viewer = await world.client.request('createToken', { body: { name: 'guest', role: 'viewer' } });
  await using person = await world.open(browser, '/runs', { token: viewer.secret });
  const { page } = person;
  await row(page, 'timezones').click();
  await expect(chosen(page)).toContainText('the clock was never frozen');
  await expect(page.getByRole('group', { name: 'Verdict' })).toHaveCount(0);
  await page.keyboard.press('1');
  await page.keyboard.press('Enter');
  await expect(bar(page)).toContainText('Fail');
  await page.getByRole('tab', { name: 'Notes' }).click();
  await expect(page.getByRole('list', { name: 'Notes' })).toContainText('It compares with local time');
  await page.keyboard.press('m');
  await expect(page.getByRole('textbox', { name: 'Note' })).toHaveCount(0);
  await expect(page.getByRole('button', { name: /Edit the note|Remove the note|Pin a note/ })).toHaveCount(0);
});

test('on a phone a run is opened and judged with a thumb', async ({ browser }) => {
  await using person = await world.open(browser, '/runs', { viewport: { width: 390, height: 844 }, hasTouch: true });
  const { page } = person;
  await row(page, 'catalog').tap();
  await expect(bar(page)).toContainText('Collect the prices');
  await bar(page).getByRole('button', { name: 'Unsure' }).tap();
  await expect(bar(page).getByRole('button', { name: 'Unsure' })).toHaveAttribute('aria-pressed', 'true');
  await expectAccessible(page, 'a run on a phone');
});
