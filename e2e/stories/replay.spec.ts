/** A developer goes back, a reviewer looks through what has ended: one console, at any moment. */
import { chromium, expect, type Page, test } from '@playwright/test';
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

async function playToLive(page: Page): Promise<void> {
  const controls = page.getByRole('toolbar', { name: 'Replay' });
  await controls.getByRole('button', { name: 'Speed of the replay' }).click();
  await page.getByRole('menuitemradio', { name: '16×' }).click();
  await page.keyboard.press('Escape');
  await controls.getByRole('button', { name: 'Play', exact: true }).click();
  await expect(past(page)).toHaveCount(0, { timeout: 60_000 });
}

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
  // n and N walk the places from wherever one is.
  await page.getByRole('combobox', { name: 'Search this recording' }).fill('echo');
  await expect(places.nth(1)).toBeVisible();
  await page.getByRole('slider', { name: 'Playhead' }).focus();
  await page.keyboard.press('Home');
  await expect(screenOf(page)).toContainText('not open yet');
  await page.keyboard.press('n');
  await expect(screenOf(page)).toContainText('echo first-');
  const walked = page.getByRole('status').filter({ hasText: ' of ' });
  await expect(walked).toHaveText(/^1 of/);
  // Before the first comes the last.
  await page.keyboard.press('Shift+N');
  await expect(walked).toHaveText(/^(\d+) of \1$/);
  await page.getByRole('combobox', { name: 'Search this recording' }).fill('nothing has these words');
  await expect(
    page.getByText('Nothing in calls, output, files, requests, window titles, pages and notes has these words.'),
  ).toBeVisible();
});

test('playing past the end joins live', async ({ browser }) => {
  await using person = await world.open(browser, `/s/${sandbox.id}?terminal=${terminal.id}&t=${betweenUs}`);
  const { page } = person;
  await expect(screenOf(page)).toContainText('first-42');
  await playToLive(page);
  await expect(screenOf(page)).toContainText('second-44');
  await page.locator('.xterm-helper-textarea').last().focus();
  await page.keyboard.type('echo live-$((1+1))\r');
  await expect(screenOf(page)).toContainText('live-2');
});

test('the timeline of a fork goes back into its parent’s past, and every pane with it', async ({ browser }) => {
  await sandbox.files.write('of-then.txt', 'from before the fork');
  // Its name is in the log when the kernel has told it.
  const toldOf = async () =>
    (await world.client.request('changes', { params: { sandbox: sandbox.id }, query: {} })).items.map(
      ({ path }) => path,
    );
  await expect.poll(toldOf).toContain('/home/user/of-then.txt');
  const checkpoint = await sandbox.checkpoint();
  await sandbox.files.write('of-the-parent.txt', 'of the parent alone');
  await using person = await world.open(browser, `/s/${sandbox.id}?pane=checkpoints`);
  const { page } = person;
  await page.getByRole('button', { name: `Fork #${checkpoint.number}` }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('with a past');
  await dialog.getByRole('button', { name: /^Fork/ }).click();
  await expect(page.getByRole('heading', { name: 'with a past' })).toBeVisible({ timeout: 60_000 });
  const { items } = await world.client.sandboxes.list();
  const fork = items.find(({ info }) => info.name === 'with a past')!;
  await fork.files.write('of-then.txt', 'of the fork');

  const theirs = page.getByRole('tab', { name: 'agent', exact: true });
  await expect(theirs).toHaveCount(0);
  // The playhead of a young recording runs away from who aims at where it was: a moment that stands still is clicked.
  const box = (await page.getByRole('application', { name: 'Lanes' }).boundingBox())!;
  await page.mouse.click(box.x + 2, box.y + box.height - 40);
  await expect(past(page).getByRole('link', { name: 'looked through' })).toBeVisible();
  await expect(theirs).toBeVisible();
  await page.getByRole('combobox', { name: 'Search this recording' }).fill('first-42');
  await expect(page.getByRole('listbox', { name: 'Places found' }).getByRole('option').first()).toContainText(
    'first-42',
  );
  await page.keyboard.press('Enter');
  await theirs.click();
  await expect(screenOf(page)).toContainText('first-42');
  await expect(screenOf(page)).not.toContainText('second-44');
  const untilUs = fork.info.parent!.atUs! - 1;
  await page.goto(
    `${world.server.origin}/s/${fork.id}?t=${untilUs}&file=${encodeURIComponent('/home/user/of-then.txt')}`,
  );
  await expect(page.getByText('from before the fork')).toBeVisible();
  await page.keyboard.press('Escape');
  await past(page).getByRole('button', { name: 'Back to live' }).click();
  await expect(past(page)).toHaveCount(0);
  await expect(theirs).toHaveCount(0);
  await expect(page.getByText('of the fork', { exact: true })).toBeVisible();
  await fork.kill();
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

test('a browser without a window: its picture, its page and what that asked for are those of the moment', async ({
  browser,
}) => {
  const { client, server } = world;
  const browsed = await client.sandboxes.create({ name: 'browsed', image: 'browser', headless: true });
  for (const colour of ['red', 'blue'])
    await browsed.files.write(
      `${colour}.html`,
      `<title>The ${colour} page</title><body style="background: ${colour}"><script>fetch('/no-${colour}')</script>`,
    );
  await browsed.run('python3 -m http.server 8090 >/dev/null 2>&1 &');
  await browsed.run('until curl -fs localhost:8090 >/dev/null; do sleep 0.1; done');
  await using person = await world.open(browser, `/s/${browsed.id}`);
  const { page } = person;
  // Through a JPEG.
  const colourOf = async (of: Page) =>
    await of.locator('.screen-stage canvas').evaluate((canvas) => {
      const [red = 0, , blue = 0] =
        (canvas as HTMLCanvasElement).getContext('2d')?.getImageData(400, 400, 1, 1).data ?? [];
      return red > 230 && blue < 25 ? 'red' : blue > 230 && red < 25 ? 'blue' : `${red} ${blue}`;
    });
  const events = async () =>
    (await client.request('events', { params: { sandbox: browsed.id }, query: { limit: 1000 } })).items as LogEvent[];
  const movedTo = async (colour: string) =>
    (await events()).find(({ kind, data }) => kind === 'page.navigated' && JSON.stringify(data).includes(colour))?.atUs;
  const drawnUs = async () =>
    (await client.request('recording', { params: { sandbox: browsed.id }, query: {} })).tracks
      .find(({ track }) => track === 'screen')
      ?.segments.at(-1)?.lastUs;

  const { doors } = server.ready as typeof server.ready & { doors: { cdp: { urlTemplate: string } } };
  const agent = await chromium.connectOverCDP(doors.cdp.urlTemplate.replace('{sandbox}', browsed.id));
  const tab = await agent.contexts()[0]!.newPage();
  await tab.goto('http://localhost:8090/red.html');
  await expect.poll(() => colourOf(page)).toBe('red');
  const bar = (of: Page) => of.getByRole('region', { name: 'Browser' });
  // Its title and what it asks for come after its picture; the next page would be sooner on a machine with nothing else to do.
  await expect(bar(page).getByRole('navigation', { name: 'Tabs' })).toContainText('The red page');
  await expect(page.getByRole('log', { name: 'Events' })).toContainText('/no-red');
  // What a viewer sees is in the log a moment later.
  await expect.poll(drawnUs).toBeGreaterThan((await movedTo('red'))!);
  await tab.goto('http://localhost:8090/blue.html');
  await expect.poll(() => colourOf(page)).toBe('blue');
  await expect(bar(page).getByLabel('Address')).toHaveValue('http://localhost:8090/blue.html');
  await agent.close();

  const redUs = (await movedTo('blue'))! - 1;
  await page.goto(`${server.origin}/s/${browsed.id}?t=${redUs}`);
  await expect(past(page)).toContainText('ago');
  await expect.poll(() => colourOf(page)).toBe('red');
  await expect(bar(page).getByLabel('Address')).toHaveValue('http://localhost:8090/red.html');
  await expect(bar(page).getByRole('navigation', { name: 'Tabs' })).toContainText('The red page');
  await expect(bar(page).getByRole('button', { name: 'New tab' })).toBeDisabled();
  const activity = page.getByRole('log', { name: 'Events' });
  await expect(activity).toContainText('/no-red');
  await expect(activity).not.toContainText('/no-blue');
  await expectAccessible(page, 'the past of a browser');

  await playToLive(page);
  await expect.poll(() => colourOf(page)).toBe('blue');
  await expect(bar(page).getByLabel('Address')).toHaveValue('http://localhost:8090/blue.html');
  await expect(activity).toContainText('/no-blue');
});
