/** The timeline under the workbench: what happened, live, by mouse, by keyboard alone and by touch. */
import { expect, type Locator, type Page, test } from '@playwright/test';
import type { Sandbox } from '@sandglass/client/node';
import { expectAccessible } from '../access.ts';
import { nothingWarm, useWorld } from '../world.ts';

const world = useWorld(nothingWarm);
let sandbox: Sandbox;

test.beforeAll(async () => {
  sandbox = await world.client.sandboxes.create({ image: 'base', name: 'timeline' });
  await sandbox.files.write('notes.txt', 'one\n');
  await sandbox.run('echo first');
  await sandbox.run('exit 7');
  await sandbox.checkpoint({ name: 'kept' });
  await sandbox.freeze();
  await sandbox.thaw();
});

const timelineOf = (page: Page) => page.getByRole('region', { name: 'Timeline' });
const lanesOf = (page: Page) => timelineOf(page).getByRole('application', { name: 'Lanes' });
const said = (page: Page) => timelineOf(page).getByRole('status').last();
const live = (page: Page) => timelineOf(page).getByRole('button', { name: 'Live', exact: true });

/** Where in the lanes, as shares of their width and height. */
async function at(lanes: Locator, shareX: number, shareY: number): Promise<{ x: number; y: number }> {
  const box = (await lanes.locator('canvas').boundingBox())!;
  return { x: box.x + box.width * shareX, y: box.y + box.height * shareY };
}

test('a call appears while one looks, and is stepped to, told and opened by keyboard alone', async ({ browser }) => {
  await using open = await world.open(browser, `/s/${sandbox.id}`);
  const { page } = open;
  const lanes = lanesOf(page);
  await expect(lanes).toHaveAccessibleDescription(/Agent: \d+ calls, 1 failed.*1 checkpoint.*Live/);
  const before = await lanes.getAttribute('aria-describedby');
  const calls = async () =>
    Number(/Agent: (\d+) calls/.exec((await page.locator(`[id="${before}"]`).textContent()) ?? '')?.[1]);
  const had = await calls();
  await sandbox.run('echo seen-at-once');
  await expect.poll(calls).toBe(had + 1);

  await page.keyboard.press('t');
  await expect(lanes).toBeFocused();
  await page.keyboard.press('[');
  await expect(said(page)).toContainText('exec');
  await expect(said(page)).toContainText('echo seen-at-once, Agent, at 00:');
  await page.keyboard.press('[');
  await expect(said(page)).toContainText('exit 7, Agent');
  await expect(said(page)).toContainText('failed after');
  await page.keyboard.press(']');
  await expect(said(page)).toContainText('seen-at-once');
  await page.keyboard.press('ArrowDown');
  await expect(said(page)).not.toContainText('seen-at-once');
  await page.keyboard.press('ArrowUp');
  await expect(said(page)).toContainText('Agent');
  await expectAccessible(page, 'a focused call');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/event=\d+/);
  await expect(page.getByRole('tab', { name: 'Activity', selected: true })).toBeVisible();
  await expect(page.locator('[aria-current]').filter({ hasText: 'exec' })).toBeVisible();
  await lanes.focus();
  await page.keyboard.press('Escape');
  await expect(timelineOf(page).getByRole('button', { name: /Open in Activity/ })).toBeHidden();
});

test('the keyboard zooms, pans, leaves live and comes back', async ({ browser }) => {
  await using open = await world.open(browser, `/s/${sandbox.id}`);
  const { page } = open;
  const lanes = lanesOf(page);
  const span = timelineOf(page).getByTitle('How much of the recording is in view');
  await expect(span).toHaveText('all');
  await lanes.focus();
  for (let step = 0; step < 5; step++) await page.keyboard.press('+');
  await expect(span).not.toHaveText('all');
  await expect(live(page)).toHaveAttribute('aria-pressed', 'true');
  await page.keyboard.press('Home');
  await expect(live(page)).toHaveAttribute('aria-pressed', 'false');
  await expect(live(page)).toContainText('Back to live');
  await page.keyboard.press('End');
  await expect(live(page)).toHaveAttribute('aria-pressed', 'true');
  await page.keyboard.press('Home');
  await page.keyboard.press('l');
  await expect(live(page)).toHaveAttribute('aria-pressed', 'true');
  await page.keyboard.press('0');
  await expect(span).toHaveText('all');
  await page.keyboard.press('Shift+ArrowRight');
  await page.keyboard.press('Shift+ArrowRight');
  await expect(timelineOf(page).getByRole('region', { name: 'Selected range' })).toBeVisible();
  await expect(said(page)).toContainText('Selected');
});

test('the mouse hovers, zooms around itself, selects a range and links to it', async ({ browser }) => {
  await using open = await world.open(browser, `/s/${sandbox.id}`);
  const { page, context } = open;
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const lanes = lanesOf(page);
  const timeline = timelineOf(page);
  await expect(lanes).toHaveAccessibleDescription(/Agent: /);
  const left = await at(lanes, 0.001, 0.5);
  const right = await at(lanes, 0.6, 0.5);
  await page.mouse.move(left.x, left.y);
  await page.keyboard.down('Shift');
  await page.mouse.down();
  await page.mouse.move(right.x, right.y, { steps: 4 });
  await page.mouse.up();
  await page.keyboard.up('Shift');
  await page.mouse.move(right.x, 300);
  const range = timeline.getByRole('region', { name: 'Selected range' });
  await expect(range).toContainText(/\d+ calls?/);
  await expectAccessible(page, 'a selected range');
  await range.getByRole('button', { name: 'Copy link' }).click();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  expect(link).toMatch(/\/s\/sbx_\w+\?from=\d+&to=\d+$/);
  await range.getByRole('button', { name: 'Zoom to it' }).click();
  await expect(timeline.getByTitle('How much of the recording is in view')).not.toHaveText('all');
  await lanes.focus();
  await page.keyboard.press('Escape');
  await expect(range).toBeHidden();
  await page.mouse.move(right.x, right.y);
  for (let step = 0; step < 12; step++) await page.mouse.wheel(0, 240);
  await expect(timeline.getByTitle('How much of the recording is in view')).toHaveText('all');
  await page.goto(link);
  await expect(timelineOf(page).getByRole('region', { name: 'Selected range' })).toBeVisible();
});

test('a call under the playhead is pointed at and opened all the same; the playhead itself is dragged', async ({
  browser,
}) => {
  await using open = await world.open(browser, `/s/${sandbox.id}`);
  const { page } = open;
  const lanes = lanesOf(page);
  const grip = timelineOf(page).getByRole('slider', { name: 'Playhead' });
  await expect(lanes).toHaveAccessibleDescription(/Agent: /);
  await expect(grip).toHaveAttribute('aria-valuetext', 'Live');
  await lanes.focus();
  // The first calls hardly move while the recording grows.
  for (let step = 0; step < 8; step++) await page.keyboard.press('[');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('complementary', { name: 'The past is shown' })).toBeVisible();
  const box = (await grip.boundingBox())!;
  const spot = { x: box.x + box.width / 2, y: (await at(lanes, 0, 0.1)).y };
  await page.mouse.move(spot.x, spot.y);
  await expect(
    timelineOf(page)
      .getByText(/^(write|exec)/)
      .first(),
  ).toBeVisible();
  await page.mouse.click(spot.x, spot.y);
  await expect(page).toHaveURL(/event=\d+/);
  const shown = await grip.getAttribute('aria-valuetext');
  await page.mouse.down();
  await page.mouse.move(spot.x + 300, spot.y, { steps: 4 });
  await page.mouse.up();
  await expect(grip).not.toHaveAttribute('aria-valuetext', shown!);
  await page.keyboard.press('l');
  await expect(grip).toHaveAttribute('aria-valuetext', 'Live');
  await expect(page.getByRole('complementary', { name: 'The past is shown' })).toBeHidden();
});

test('its height and whether it is shown are kept', async ({ browser }) => {
  await using open = await world.open(browser, `/s/${sandbox.id}`);
  const { page } = open;
  const timeline = timelineOf(page);
  const handle = timeline.getByRole('separator', { name: 'Height of the timeline' });
  await handle.focus();
  for (let step = 0; step < 3; step++) await page.keyboard.press('ArrowUp');
  await expect(handle).toHaveAttribute('aria-valuenow', '200');
  await page.reload();
  await expect(handle).toHaveAttribute('aria-valuenow', '200');
  await timeline.getByRole('button', { name: 'Hide the timeline' }).click();
  await expect(lanesOf(page)).toBeHidden();
  await page.reload();
  await expect(timeline.getByRole('button', { name: 'Show the timeline' })).toBeVisible();
  await expectAccessible(page, 'a hidden timeline');
  await timeline.getByRole('button', { name: 'Show the timeline' }).click();
  await expect(lanesOf(page)).toBeVisible();
});

test('on a phone a finger taps a call and two fingers are not needed to come back', async ({ browser }) => {
  await using open = await world.open(browser, `/s/${sandbox.id}`, {
    viewport: { width: 390, height: 844 },
    hasTouch: true,
    isMobile: true,
  });
  const { page } = open;
  const timeline = timelineOf(page);
  await expect(lanesOf(page)).toHaveAccessibleDescription(/Agent: /);
  await expectAccessible(page, 'the timeline on a phone');
  // The first call is at the beginning, whatever the log's length.
  await lanesOf(page).focus();
  for (let step = 0; step < 3; step++) await page.keyboard.press('[');
  await page.keyboard.press('Escape');
  const spot = await at(lanesOf(page), 0.01, 0.3);
  await page.touchscreen.tap(spot.x, spot.y);
  await timeline.getByRole('button', { name: /Open in Activity/ }).tap();
  await expect(page).toHaveURL(/event=\d+/);
});

test('a past that does not load says so and can be asked for again', async ({ browser }) => {
  await using open = await world.open(browser, '/');
  const { page } = open;
  let broken = true;
  await page.route('**/timeline?*', (route) =>
    broken
      ? route.fulfill({ status: 500, contentType: 'application/problem+json', body: '{"code":"internal"}' })
      : route.continue(),
  );
  await page.goto(`${world.server.origin}/s/${sandbox.id}`);
  const timeline = timelineOf(page);
  await expect(timeline.getByRole('alert')).toContainText('The past did not load');
  await expectAccessible(page, 'a timeline that did not load');
  broken = false;
  await timeline.getByRole('button', { name: 'Try again' }).click();
  await expect(timeline.getByRole('alert')).toBeHidden();
  await expect(lanesOf(page)).toHaveAccessibleDescription(/Agent: /);
});

test('an ended sandbox keeps its timeline, which ends with it', async ({ browser }) => {
  const ended = await world.client.sandboxes.create({ image: 'base', name: 'over' });
  await ended.run('echo last words');
  await ended.kill();
  await using open = await world.open(browser, `/s/${ended.id}`);
  const { page } = open;
  await expect(timelineOf(page).getByText('Recorded', { exact: true })).toBeVisible();
  await expect(live(page)).toBeHidden();
  await page.keyboard.press('[');
  await expect(said(page)).toContainText('last words');
  await expectAccessible(page, 'the timeline of an ended sandbox');
});
