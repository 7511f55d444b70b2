/** A developer goes back, a reviewer looks through what has ended: one console, at any moment. */
import { expect, type Page, test } from '@playwright/test';
import type { Sandbox, Terminal } from '@sandglass/client/node';
import type { LogEvent } from '@sandglass/protocol';
import { expectAccessible } from '../access.ts';
import { nothingWarm, useWorld } from '../world.ts';

test.describe.configure({ mode: 'serial' });

const world = useWorld(nothingWarm);
let sandbox: Sandbox;
let terminal: Terminal;
/** Between the first and the second thing that was printed. */
let betweenUs: number;

const says = (text: string) => async () =>
  (await world.client.request('searchSandbox', { params: { sandbox: sandbox.id }, query: { q: text } })).total;
const clockUs = async () =>
  (await world.client.request('recording', { params: { sandbox: sandbox.id }, query: {} })).nowUs;

test.beforeAll(async () => {
  sandbox = await world.client.sandboxes.create({ name: 'looked through' });
  terminal = await sandbox.terminals.open({ name: 'agent', owner: 'agent' });
  terminal.attach({});
  await expect.poll(() => terminal.type('echo first-$((40+2))\r')).toBe(true);
  await expect.poll(says('first-42')).toBeGreaterThan(0);
  betweenUs = await clockUs();
  await sandbox.run('exit 3');
  terminal.type('clear; echo second-$((40+4))\r');
  await expect.poll(says('second-44')).toBeGreaterThan(0);
});

const screenOf = (page: Page) => page.locator('.xterm-rows').last();
const past = (page: Page) => page.getByRole('complementary', { name: 'The past is shown' });

test('a link to a moment shows the terminal as it was, and nobody can type into it', async ({ browser }) => {
  await using person = await world.open(browser, `/s/${sandbox.id}?terminal=${terminal.id}&t=${betweenUs}`);
  const { page } = person;
  await expect(screenOf(page)).toContainText('first-42');
  await expect(screenOf(page)).not.toContainText('second-44');
  await expect(past(page)).toContainText('ago');
  // What had not happened yet is not told.
  const activity = page.getByRole('log', { name: 'Events' });
  await expect(activity).toContainText('created');
  await expect(activity).not.toContainText('exit 3');
  await page.locator('.xterm-helper-textarea').last().focus();
  await page.keyboard.type('echo never\r');
  await expectAccessible(page, 'the past');
  await past(page).getByRole('button', { name: 'Back to live' }).click();
  await expect(past(page)).toHaveCount(0);
  await expect(screenOf(page)).toContainText('second-44');
  await expect(screenOf(page)).not.toContainText('never');
  await expect(activity).toContainText('exit 3');
});

test('a click on the timeline goes there, keys step and go back', async ({ browser }) => {
  await using person = await world.open(browser, `/s/${sandbox.id}?terminal=${terminal.id}`);
  const { page } = person;
  await expect(screenOf(page)).toContainText('second-44');
  const lanes = page.getByRole('application', { name: 'Lanes' });
  const box = (await lanes.boundingBox())!;
  await page.mouse.click(box.x + 2, box.y + box.height - 40);
  await expect(past(page)).toBeVisible();
  await expect(page.getByRole('slider', { name: 'Playhead' })).toHaveAttribute('aria-valuetext', '00:00:00');
  await expect(screenOf(page)).toContainText('not open yet');
  // E: the next error, which is the command that failed.
  await page.keyboard.press('E');
  await expect(screenOf(page)).toContainText('first-42');
  await page.keyboard.press('L');
  await expect(past(page)).toHaveCount(0);
  await expect(screenOf(page)).toContainText('second-44');
  await expect(page).not.toHaveURL(/[?&]t=/);
});

test('what was printed is found, and leads to its moment', async ({ browser }) => {
  await using person = await world.open(browser, `/s/${sandbox.id}?terminal=${terminal.id}`);
  const { page } = person;
  await expect(screenOf(page)).toContainText('second-44');
  await page.getByRole('combobox', { name: 'Search this recording' }).fill('first-42');
  const places = page.getByRole('listbox', { name: 'Places found' }).getByRole('option');
  await expect(places.first()).toContainText('first-42');
  await page.keyboard.press('Enter');
  await expect(past(page)).toBeVisible();
  await expect(screenOf(page)).toContainText('first-42');
  await expect(screenOf(page)).not.toContainText('second-44');
  await page.getByRole('combobox', { name: 'Search this recording' }).fill('nothing has these words');
  await expect(
    page.getByText('Nothing in calls, output, files, requests, window titles, pages and notes has these words.'),
  ).toBeVisible();
});

test('playing past the end joins live', async ({ browser }) => {
  await using person = await world.open(browser, `/s/${sandbox.id}?terminal=${terminal.id}&t=${betweenUs}`);
  const { page } = person;
  await expect(screenOf(page)).toContainText('first-42');
  const controls = page.getByRole('toolbar', { name: 'Replay' });
  await controls.getByRole('button', { name: 'Speed of the replay' }).click();
  await page.getByRole('menuitemradio', { name: '16×' }).click();
  await page.keyboard.press('Escape');
  await controls.getByRole('button', { name: 'Play', exact: true }).click();
  await expect(past(page)).toHaveCount(0, { timeout: 60_000 });
  await expect(screenOf(page)).toContainText('second-44');
  await page.locator('.xterm-helper-textarea').last().focus();
  await page.keyboard.type('echo live-$((1+1))\r');
  await expect(screenOf(page)).toContainText('live-2');
});

test('what has ended is its recording', async ({ browser }) => {
  await sandbox.kill();
  const { items } = await world.client.request('events', { params: { sandbox: sandbox.id }, query: { limit: 5000 } });
  expect(items.at(-1) as LogEvent).toMatchObject({ kind: 'sandbox.phase', data: { to: 'dead' } });
  await using person = await world.open(browser, `/s/${sandbox.id}`);
  const { page } = person;
  await expect(page.getByText('This sandbox has ended')).toBeVisible();
  await expect(screenOf(page)).toContainText('second-44');
  await page.getByRole('slider', { name: 'Playhead' }).focus();
  await page.keyboard.press('Home');
  await expect(screenOf(page)).toContainText('not open yet');
  await page.goto(`${world.server.origin}/s/${sandbox.id}?t=${betweenUs}`);
  await expect(screenOf(page)).toContainText('first-42');
  await expect(screenOf(page)).not.toContainText('second-44');
  await expectAccessible(page, 'what has ended');
});
