/** Breakpoints: a person writes what is to hold the agent, sees what it would have matched, and the agent is held or refused. */
import { readFile } from 'node:fs/promises';
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
  sandbox = await world.client.sandboxes.create({ image: 'base', name: 'shop' });
  for (const command of ['ls', 'rm -rf build', 'npm test']) await sandbox.run(command);
});

async function openPane(page: Page): Promise<void> {
  await page.getByRole('tab', { name: 'Breakpoints' }).click();
  await expect(page.getByRole('region', { name: 'Built-in sets' })).toBeVisible();
}
const rule = (page: Page, name: string) =>
  page.getByRole('list', { name: 'Breakpoints' }).getByRole('listitem', { name });
const held = (page: Page) => page.getByRole('region', { name: /^Held before this call/ });
const writing = (page: Page) => page.getByRole('dialog', { name: 'New breakpoint' });

test('a rule built by form shows what it would have matched, then holds the agent', async ({ browser }) => {
  await using at = await world.open(browser, `/s/${sandbox.id}`, desk);
  const { page } = at;
  await openPane(page);
  await expect(page.getByText('No breakpoint yet')).toBeVisible();
  await page.getByRole('button', { name: 'Add a breakpoint' }).click();
  const dialog = writing(page);
  await expect(dialog.getByRole('button', { name: 'Add', exact: true })).toBeDisabled();
  await dialog.getByRole('textbox', { name: 'Value' }).fill('rm -rf');
  await expect(dialog.getByLabel('The rule as text')).toHaveText('before exec matching "rm -rf" → hold');
  await expect(dialog.getByText('Would have matched 1 time (3 looked at)')).toBeVisible();
  await expect(dialog.getByRole('list', { name: 'Matches, the newest first' })).toContainText('exec rm -rf build');
  await expectAccessible(page, 'a new breakpoint');
  await dialog.getByRole('textbox', { name: 'Name' }).fill('No rm');
  await page.keyboard.press('Enter');
  await expect(rule(page, 'No rm')).toContainText('never matched');
  const asked = sandbox.run('rm -rf cache && echo gone');
  await page.getByRole('tab', { name: 'Activity' }).click();
  await expect(held(page)).toContainText('No rm');
  await expect(page.locator('.ui-pill', { hasText: 'Held' }).first()).toBeVisible();
  await held(page)
    .getByRole('button', { name: /^Approve/ })
    .click();
  expect((await asked).stdout).toBe('gone\n');
  await openPane(page);
  await expect(rule(page, 'No rm')).toContainText('1 hit');
  await expectAccessible(page, 'breakpoints');
});

test('a rule by hand is refused at the character, then refuses the agent with its reason', async ({ browser }) => {
  await using at = await world.open(browser, `/s/${sandbox.id}`, desk);
  const { page } = at;
  await openPane(page);
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  const dialog = writing(page);
  await dialog.getByRole('button', { name: 'Text', exact: true }).click();
  const text = dialog.getByRole('textbox', { name: 'Rule' });
  await text.fill('before exec where exit is 1 -> hold');
  await expect(dialog.getByRole('status')).toContainText(
    'Line 1, column 19: “exit” is only known after a call. Write “after”.',
  );
  await expect(dialog.locator('mark')).toHaveText('exit');
  await expect(dialog.getByRole('button', { name: 'Add', exact: true })).toBeDisabled();
  await text.fill('before exec matching "curl" -> refuse "ask the team about {argument.command}"');
  await dialog.getByRole('button', { name: 'Add', exact: true }).click();
  await expect(dialog).toBeHidden();
  await expect(sandbox.run('curl example.com')).rejects.toThrow('ask the team about curl example.com');
  const refusing = rule(page, 'before exec matching "curl"');
  await expect(refusing).toContainText('1 hit');
  await refusing.getByRole('switch').click();
  await expect(refusing.getByRole('switch')).not.toBeChecked();
  expect((await sandbox.run('echo curl')).stdout).toBe('curl\n');
});

test('a built-in set is switched on and holds; what watches may only look', async ({ browser }) => {
  await using at = await world.open(browser, `/s/${sandbox.id}`, desk);
  const { page } = at;
  await openPane(page);
  await page.getByRole('switch', { name: 'Destructive shell' }).click();
  await expect(page.getByRole('switch', { name: 'Destructive shell' })).toBeChecked();
  const asked = sandbox.run('git reset --hard').catch((error: unknown) => error);
  await page.getByRole('tab', { name: 'Activity' }).click();
  await expect(held(page)).toContainText('Lose work in git');
  await sandbox.gate.continue();
  await asked;
  const { secret } = await world.client.request('createToken', { body: { name: 'watcher', role: 'viewer' } });
  await using watching = await world.open(browser, `/s/${sandbox.id}`, { ...desk, token: secret });
  await openPane(watching.page);
  await expect(rule(watching.page, 'No rm')).toContainText('on');
  await expect(watching.page.getByText('Your token may only look')).toBeVisible();
  await expect(watching.page.getByRole('switch')).toHaveCount(0);
  await expect(watching.page.getByRole('button', { name: 'Add', exact: true })).toHaveCount(0);
});

test('what is approved for good, and the templates of a set, are seen in the pane and taken back by keyboard', async ({
  browser,
}) => {
  const params = { sandbox: sandbox.id };
  const { id } = await world.client.request('createSandboxRule', {
    params,
    body: { text: 'before exec matching "deploy" → ask', name: 'Deploys' },
  });
  const asked = sandbox.run('echo deploy');
  for await (const { held } of sandbox.gate.watch()) {
    if (!held[0]) continue;
    await sandbox.gate.decide(held[0].call, { kind: 'approve', alike: true });
    break;
  }
  await asked;
  await using at = await world.open(browser, `/s/${sandbox.id}`, desk);
  const { page } = at;
  await openPane(page);
  const alike = page.getByRole('region', { name: 'Approved for good' });
  await expect(alike).toContainText('exec passes Deploys');
  await expect(alike).toContainText('until it is asked for again');
  await expectAccessible(page, 'what is approved for good');
  await alike.getByRole('button', { name: 'Ask again before exec that “Deploys” holds' }).press('Enter');
  await expect(alike).toHaveCount(0);
  expect((await sandbox.gate.get()).alike).toEqual([]);
  await world.client.request('removeSandboxRule', { params: { ...params, rule: id } });

  const sets = page.getByRole('region', { name: 'Built-in sets' });
  await sets.getByRole('button', { name: 'Template', exact: true }).first().press('Enter');
  await page.keyboard.type('bank');
  await page.keyboard.press('Enter');
  const out = sets.getByRole('button', { name: /out of template bank$/ });
  await expect(out).toBeVisible();
  await out.press('Enter');
  await expect(out).toHaveCount(0);
  const { sets: now } = await world.client.request('rules');
  expect(now.flatMap(({ templates }) => templates)).toEqual([]);
});

test('a call in the activity becomes a breakpoint; rules leave as a file and come back elsewhere', async ({
  browser,
}) => {
  await using at = await world.open(browser, `/s/${sandbox.id}`, desk);
  const { page } = at;
  const row = page.locator('.activity-row', { hasText: 'npm test' });
  await row.hover();
  await row.getByRole('button', { name: 'Break on this…' }).click();
  const dialog = writing(page);
  await expect(dialog.getByRole('textbox', { name: 'Rule' })).toHaveValue('before exec matching "npm test" → hold');
  await dialog.getByRole('button', { name: 'Add', exact: true }).click();
  await expect(rule(page, 'npm test')).toBeVisible();
  await page.getByRole('button', { name: 'Rules as a file' }).click();
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('menuitem', { name: 'Export this sandbox’s rules' }).click(),
  ]);
  expect(file.suggestedFilename()).toBe(`${sandbox.id}.rules.json`);
  const kept = await readFile(await file.path(), 'utf8');
  expect(JSON.parse(kept)).toMatchObject({ sandglassRules: 1, sets: ['destructive-shell'] });
  const other = await world.client.sandboxes.create({ image: 'base', name: 'other' });
  await page.goto(`${world.server.origin}/s/${other.id}`);
  await openPane(page);
  await page.getByRole('button', { name: 'Rules as a file' }).click();
  const [chooser] = await Promise.all([
    page.waitForEvent('filechooser'),
    page.getByRole('menuitem', { name: 'Import rules…' }).click(),
  ]);
  await chooser.setFiles({ name: 'rules.json', mimeType: 'application/json', buffer: Buffer.from(kept) });
  await expect(page.getByRole('list', { name: 'Breakpoints' }).getByRole('listitem')).toHaveCount(3);
  await rule(page, 'No rm').getByRole('button', { name: 'Remove No rm' }).click();
  await page.getByRole('button', { name: 'Remove', exact: true }).click();
  await expect(rule(page, 'No rm')).toHaveCount(0);
});
