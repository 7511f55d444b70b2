/** The gate: an agent's calls wait for a person, who approves, edits, answers, rejects, takes over and hands back. */
import { expect, type Page, test } from '@playwright/test';
import type { Sandbox } from '@sandglass/client/node';
import { expectAccessible } from '../access.ts';
import { nothingWarm, useWorld } from '../world.ts';

test.describe.configure({ mode: 'serial' });

const world = useWorld(nothingWarm);
let sandbox: Sandbox;

test.use({ actionTimeout: 15_000 });
const desk = { viewport: { width: 1600, height: 1000 } };

test.beforeAll(async () => {
  test.setTimeout(120_000);
  sandbox = await world.client.sandboxes.create({ image: 'base', name: 'checkout' });
});

test.afterEach(async () => {
  await sandbox.gate.continue();
});

const held = (page: Page) => page.getByRole('region', { name: /^Held before this call/ });
const pill = (page: Page, text: string) => page.locator('.ui-pill', { hasText: text }).first();
const run = async (command: string) => {
  const { stdout, exit } = await sandbox.run(command);
  return { stdout, code: exit?.code };
};
const outcome = (work: Promise<unknown>): Promise<unknown> => work.catch((error: unknown) => error);

/** What an agent asks for now waits; its programs run on. */
const holdCalls = () => sandbox.gate.pause({ freeze: false });

async function openConsole(page: Page): Promise<void> {
  await expect(pill(page, 'Running')).toBeVisible();
  await expect(page.getByRole('log', { name: 'Events' })).toBeVisible();
  await page.getByRole('heading', { level: 1 }).click();
}

test('a call waits; a person approves it by one key, and the agent goes on', async ({ browser }) => {
  await using at = await world.open(browser, `/s/${sandbox.id}`, desk);
  const { page } = at;
  await openConsole(page);
  await holdCalls();
  const asked = run('echo paid');
  await expect(held(page)).toContainText('exec');
  await expect(held(page)).toContainText('"echo paid"');
  await expect(pill(page, 'Paused')).toBeVisible();
  await expectAccessible(page, 'a held call');
  await page.keyboard.press('a');
  expect(await asked).toMatchObject({ stdout: 'paid\n' });
  await expect(held(page)).toHaveCount(0);
});

test('its arguments are edited, and the agent gets what came of them', async ({ browser }) => {
  await using at = await world.open(browser, `/s/${sandbox.id}`, desk);
  const { page } = at;
  await openConsole(page);
  await holdCalls();
  const asked = run('echo -12.50');
  await expect(held(page)).toBeVisible();
  await page.keyboard.press('e');
  const dialog = page.getByRole('dialog', { name: 'Edit exec' });
  await expect(dialog.getByRole('button', { name: 'Run it like this' })).toBeDisabled();
  await expectAccessible(page, 'editing a call');
  await dialog.getByLabel('command').fill('echo 12.50');
  await dialog.getByRole('button', { name: 'Run it like this' }).click();
  expect(await asked).toMatchObject({ stdout: '12.50\n' });
  await expect(dialog).toBeHidden();
});

test('what is no arguments of that call is refused, and what was typed stays', async ({ browser }) => {
  await using at = await world.open(browser, `/s/${sandbox.id}`, desk);
  const { page } = at;
  await openConsole(page);
  await holdCalls();
  const asked = outcome(sandbox.run('echo kept', { timeoutMs: 60_000 }));
  await expect(held(page)).toBeVisible();
  await page.keyboard.press('e');
  const dialog = page.getByRole('dialog', { name: 'Edit exec' });
  await dialog.getByLabel('timeoutMs').fill('{"no": 1');
  await dialog.getByRole('button', { name: 'Run it like this' }).click();
  await expect(dialog.getByText('This is not JSON')).toBeVisible();
  await dialog.getByLabel('timeoutMs').fill('"soon"');
  await dialog.getByRole('button', { name: 'Run it like this' }).click();
  await expect(dialog.getByRole('alert')).toBeVisible();
  await expect(dialog.getByLabel('timeoutMs')).toHaveValue('"soon"');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await page.keyboard.press('a');
  expect(await asked).toMatchObject({ stdout: 'kept\n' });
});

test('a rejection reaches the agent with the person’s words', async ({ browser }) => {
  await using at = await world.open(browser, `/s/${sandbox.id}`, desk);
  const { page } = at;
  await openConsole(page);
  await holdCalls();
  const asked = outcome(run('rm -rf /home/user/shop'));
  await expect(held(page)).toBeVisible();
  await page.keyboard.press('x');
  const dialog = page.getByRole('dialog', { name: 'Reject exec' });
  await dialog.getByLabel('Why').fill('Move it to the trash instead.');
  await dialog.getByRole('button', { name: 'Reject' }).click();
  expect(String(await asked)).toContain('Move it to the trash instead.');
});

test('F8 pauses the machine and its agent; F8 again lets both go on', async ({ browser }) => {
  await using at = await world.open(browser, `/s/${sandbox.id}`, desk);
  const { page } = at;
  await openConsole(page);
  await page.keyboard.press('F8');
  await expect(pill(page, 'Paused')).toBeVisible();
  await expect(page).toHaveTitle(/^Paused · checkout/);
  const asked = run('echo after');
  await expect(held(page)).toBeVisible();
  await page.keyboard.press('F8');
  expect(await asked).toMatchObject({ stdout: 'after\n' });
  await expect(pill(page, 'Running')).toBeVisible();
});

test('who changes their mind goes on before what is in flight has ended', async ({ browser }) => {
  await using at = await world.open(browser, `/s/${sandbox.id}`, desk);
  const { page } = at;
  await openConsole(page);
  const running = run('until [ -e ended ]; do sleep 0.1; done; echo ended');
  await expect(page.getByRole('log', { name: 'Events' })).toContainText('until [ -e ended ]');
  const pausing = sandbox.gate.pause({ inFlight: 'finish' });
  await expect(pill(page, 'Pausing…')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Continue' })).toBeEnabled();
  await page.keyboard.press('F8');
  await pausing;
  await expect(pill(page, 'Running')).toBeVisible();
  expect((await sandbox.gate.get()).mode.kind).toBe('open');
  await sandbox.files.write('ended', '');
  expect(await running).toMatchObject({ stdout: 'ended\n' });
});

test('one call at a time: a step lets the first through and holds the next', async ({ browser }) => {
  await using at = await world.open(browser, `/s/${sandbox.id}`, desk);
  const { page } = at;
  await openConsole(page);
  await holdCalls();
  const first = run('echo one');
  await expect(held(page)).toHaveCount(1);
  const second = run('echo two');
  await expect(held(page)).toHaveCount(2);
  await page.getByRole('heading', { level: 1 }).click();
  await page.keyboard.press('F10');
  expect(await first).toMatchObject({ stdout: 'one\n' });
  await expect(held(page)).toHaveCount(1);
  await expect(held(page)).toContainText('echo two');
  await page.keyboard.press('F8');
  expect(await second).toMatchObject({ stdout: 'two\n' });
});

test('one person drives, the other watches; what the agent changes waits, and it is told what changed', async ({
  browser,
}) => {
  await using driving = await world.open(browser, `/s/${sandbox.id}`, desk);
  await using watching = await world.open(browser, `/s/${sandbox.id}`, desk);
  await openConsole(driving.page);
  await openConsole(watching.page);
  await driving.page.getByRole('button', { name: 'Take control' }).click();
  await expect(driving.page.getByRole('button', { name: 'Hand back' })).toBeVisible();
  await expect(watching.page.getByRole('button', { name: /drives$/ })).toBeVisible();
  await expect(watching.page.getByText('You are watching; take control to type.')).toBeVisible();

  const asked = run('echo mine');
  await expect.poll(async () => (await sandbox.gate.get()).held.map(({ reason }) => reason.kind)).toEqual(['control']);
  const shell = driving.page.locator('.xterm-helper-textarea').last();
  await shell.focus();
  await driving.page.keyboard.type('echo fixed > /home/user/fix.txt\n');
  await expect.poll(async () => (await sandbox.files.list('/home/user')).map(({ name }) => name)).toContain('fix.txt');
  await driving.page.getByRole('button', { name: 'Hand back' }).click();
  const dialog = driving.page.getByRole('dialog', { name: 'Hand back control' });
  await dialog.getByLabel('Note to the agent').fill('I fixed the discount.');
  await dialog.getByRole('button', { name: 'Hand back' }).click();
  expect(await asked).toMatchObject({ stdout: 'mine\n' });
  await expect(watching.page.getByRole('button', { name: 'Take control' })).toBeVisible();
  const { items } = await world.client.request('takeNotices', { params: { sandbox: sandbox.id } });
  expect(items.map(({ text }) => text).join('\n')).toContain('I fixed the discount.');
  expect(items.flatMap(({ files }) => files)).toContain('/home/user/fix.txt');
});

test('the agent asks, and is answered from a phone; the wall says who waits', async ({ browser }) => {
  const asked = sandbox.gate.ask({ question: 'Which plan?', choices: ['Small', 'Large'] });
  await using at = await world.open(browser, '/', {
    viewport: { width: 390, height: 844 },
    hasTouch: true,
    isMobile: true,
  });
  const { page } = at;
  const asking = page.getByRole('article', { name: 'checkout' });
  await expect(asking.getByText('Asks you', { exact: true })).toBeVisible();
  await expect(asking.getByText('Which plan?', { exact: true })).toBeVisible();
  await expect(page).toHaveTitle(/^\(1\)/);
  await page.getByRole('link', { name: /checkout/ }).tap();
  const card = page.getByRole('region', { name: 'The agent asks you' });
  await expect(card).toContainText('Which plan?');
  await expectAccessible(page, 'a question on a phone');
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  // The list between the question and the line for messages gives way; nothing lies behind the tabs.
  const line = await page.getByLabel('Message to the agent').boundingBox();
  const tabs = await page.getByRole('tablist').last().boundingBox();
  expect((line?.y ?? 844) + (line?.height ?? 0)).toBeLessThanOrEqual(tabs?.y ?? 0);
  await card.getByRole('button', { name: 'Large' }).tap();
  expect(await asked).toMatchObject({ choice: 'Large' });
  await expect(card).toHaveCount(0);
});

test('a variable is set for what starts next, seen in the activity and on the lane of people, and taken back', async ({
  browser,
}) => {
  await using at = await world.open(browser, `/s/${sandbox.id}`, desk);
  const { page } = at;
  await openConsole(page);
  const section = page.getByRole('region', { name: /^Variables/ });
  await section.getByRole('button', { name: 'Variables…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Variables' });
  await dialog.getByLabel('Name').fill('1BAD');
  await dialog.getByRole('button', { name: 'Set' }).click();
  await expect(dialog.getByText('does not begin with a digit')).toBeVisible();
  await dialog.getByLabel('Name').fill('GREETING');
  await dialog.getByLabel('Value').fill('good morning');
  await dialog.getByRole('button', { name: 'Set' }).click();
  const item = dialog.getByRole('listitem', { name: 'GREETING' });
  await expect(item).toContainText('good morning');
  await expectAccessible(page, 'variables');
  expect(await run('echo $GREETING')).toMatchObject({ stdout: 'good morning\n' });
  await dialog.getByRole('button', { name: 'Close' }).first().click();
  await expect(section).toContainText('GREETING');

  const row = page.getByRole('log', { name: 'Events' }).getByRole('article').filter({ hasText: 'GREETING' });
  await expect(row.first()).toContainText('You changed variables');
  await row.first().getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByText('took back variables').first()).toBeVisible();
  await expect(section).not.toContainText('GREETING');
  expect(await run('echo [$GREETING]')).toMatchObject({ stdout: '[]\n' });
  const { items } = await world.client.request('events', { params: { sandbox: sandbox.id }, query: { limit: 5_000 } });
  const changes = items.filter((event) => event.kind === 'environment.changed');
  expect(changes.map(({ actor }) => actor)).toEqual(['person', 'person']);
});

test('from a phone a call is approved, another is rejected, control is taken and handed back', async ({ browser }) => {
  await using at = await world.open(browser, `/s/${sandbox.id}?pane=activity`, {
    viewport: { width: 390, height: 844 },
    hasTouch: true,
    isMobile: true,
  });
  const { page } = at;
  await expect(pill(page, 'Running')).toBeVisible();
  await holdCalls();
  const approved = run('echo from a phone');
  await held(page)
    .getByRole('button', { name: /^Approve/ })
    .tap();
  expect(await approved).toMatchObject({ stdout: 'from a phone\n' });
  const refused = outcome(run('rm notes'));
  await held(page).getByRole('button', { name: 'Reject' }).tap();
  const dialog = page.getByRole('dialog', { name: 'Reject exec' });
  await dialog.getByLabel('Why').fill('Not today.');
  await dialog.getByRole('button', { name: 'Reject' }).tap();
  expect(String(await refused)).toContain('Not today.');
  await sandbox.gate.continue();
  await page.getByRole('tab', { name: 'Actions' }).tap();
  await page.getByRole('button', { name: /^Take control/ }).tap();
  await expect.poll(async () => (await sandbox.gate.get()).control.holder.kind).toBe('person');
  await page.getByRole('button', { name: /^Hand back control/ }).tap();
  await page.getByRole('dialog', { name: 'Hand back control' }).getByRole('button', { name: 'Hand back' }).tap();
  await expect.poll(async () => (await sandbox.gate.get()).control.holder.kind).toBe('nobody');
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
});

test('a selection on the wall is paused at once and goes on at once', async ({ browser }) => {
  const other = await world.client.sandboxes.create({ image: 'base', name: 'second' });
  await using at = await world.open(browser, '/', desk);
  const { page } = at;
  for (const name of ['checkout', 'second'])
    await page
      .getByRole('article', { name })
      .getByRole('checkbox', { name: `Select ${name}` })
      .check({ force: true });
  const modes = async () => [(await sandbox.gate.get()).mode.kind, (await other.gate.get()).mode.kind];
  await page.getByRole('button', { name: /^Pause/ }).click();
  await expect.poll(modes).toEqual(['paused', 'paused']);
  await page.getByRole('button', { name: /^Continue/ }).click();
  await expect.poll(modes).toEqual(['open', 'open']);
  await other.kill();
});

test('a message waits for the agent, and is shown as not read until it has it', async ({ browser }) => {
  await using at = await world.open(browser, `/s/${sandbox.id}`, desk);
  const { page } = at;
  await openConsole(page);
  await page.getByLabel('Message to the agent').fill('Use the staging shop.');
  await page.keyboard.press('Enter');
  const unread = page.getByRole('list', { name: 'Not read by the agent yet' });
  await expect(unread).toContainText('Use the staging shop.');
  const { items } = await world.client.request('takeNotices', { params: { sandbox: sandbox.id } });
  expect(items.map(({ text }) => text).join()).toContain('Use the staging shop.');
  await expect(unread).toHaveCount(0);
});

test('who may only watch sees what waits and has nothing to decide', async ({ browser }) => {
  const { secret } = await world.client.request('createToken', { body: { name: 'watcher', role: 'viewer' } });
  await using at = await world.open(browser, `/s/${sandbox.id}`, { ...desk, token: secret });
  const { page } = at;
  await expect(pill(page, 'Running')).toBeVisible();
  await holdCalls();
  const asked = run('echo watched');
  await expect(held(page)).toContainText('A person with the right to operate decides.');
  await expect(page.getByRole('button', { name: 'Approve' })).toHaveCount(0);
  await expect(page.getByRole('button', { name: 'Take control' })).toHaveCount(0);
  await sandbox.gate.continue();
  expect(await asked).toMatchObject({ stdout: 'watched\n' });
});
