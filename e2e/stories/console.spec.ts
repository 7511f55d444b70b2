/** The console itself, on shells that are quick to make: by keyboard alone, for every eye, for every role, and when things go wrong. */

import { expect, type Page, test } from '@playwright/test';
import type { Sandbox } from '@sandglass/client/node';
import { expectAccessible, tabTo } from '../access.ts';
import { useWorld } from '../world.ts';

test.describe.configure({ mode: 'serial' });

const world = useWorld();

const pill = (page: Page, label: string) => page.getByRole('banner').getByText(label, { exact: true });
const shell = (page: Page) => page.locator('.xterm-rows').last();

test('a token is asked for, and the wrong one is told so', async ({ browser }) => {
  await using at = await world.open(browser, '/', { token: null });
  const { page } = at;
  await expect(page.getByRole('heading', { name: 'Sandglass needs a token' })).toBeVisible();
  await page.getByLabel('Token').fill('not-the-token');
  await page.keyboard.press('Enter');
  await expect(page.getByText('That token is not known here')).toBeVisible();
  await expectAccessible(page, 'sign-in');
  await page.getByLabel('Token').fill(world.server.ready.token);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('region', { name: 'Getting started' })).toBeVisible();
  await expectAccessible(page, 'empty wall');
});

test('from the wall to a kill without a mouse', async ({ browser }) => {
  await using at = await world.open(browser, '/');
  const { page } = at;
  await tabTo(page, page.getByRole('banner').getByRole('button', { name: 'New sandbox' }));
  await page.keyboard.press('Enter');
  const sheet = page.getByRole('dialog', { name: 'New sandbox' });
  await expect(sheet).toBeVisible();
  await expectAccessible(page, 'create sheet');
  await tabTo(
    page,
    sheet.getByRole('radio', { name: /Desktop|Shell/ }).and(sheet.locator(':checked, [aria-checked=true]')),
  );
  for (let step = 0; step < 4 && !(await sheet.getByRole('radio', { name: /Shell/ }).isChecked()); step++)
    await page.keyboard.press('ArrowRight');
  await tabTo(page, sheet.getByLabel('Name'));
  await page.keyboard.type('by keyboard');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'by keyboard' })).toBeVisible();
  await expect(pill(page, 'Running')).toBeVisible();

  // The first look opens a shell.
  await expect(shell(page)).toContainText('$');
  await tabTo(page, page.locator('.xterm-helper-textarea').last());
  await page.keyboard.type('echo sum-$((40+2))');
  await page.keyboard.press('Enter');
  await expect(shell(page)).toContainText('sum-42');

  // A terminal takes every key but those that leave it.
  await page.keyboard.press('Control+Alt+Escape');
  await expect(page.getByRole('tab', { name: 'you · bash' })).toBeFocused();
  await page.keyboard.press('F8');
  await expect(pill(page, 'Paused')).toBeVisible();
  await page.keyboard.press('F8');
  await expect(pill(page, 'Running')).toBeVisible();
  await page.keyboard.press('c');
  const activity = page.getByRole('tab', { name: 'Activity' });
  for (let step = 0; step < 5 && !(await activity.evaluate((tab) => tab === document.activeElement)); step++)
    await page.keyboard.press('F6');
  await expect(activity).toBeFocused();
  const points = page.getByRole('tab', { name: 'Checkpoints' });
  for (let step = 0; step < 5 && !(await points.evaluate((tab) => tab === document.activeElement)); step++)
    await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('tab', { name: 'Checkpoints', selected: true })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Restore #1' })).toBeVisible();
  await expectAccessible(page, 'workbench');

  await page.getByRole('button', { name: 'Restore #1' }).press('Enter');
  await expect(page.getByRole('dialog', { name: 'Restore #1?' })).toBeVisible();
  await expectAccessible(page, 'restore dialog');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Fork #1' }).press('Enter');
  await expect(page.getByRole('dialog', { name: /^Fork/ })).toBeVisible();
  await expectAccessible(page, 'fork dialog');
  await page.keyboard.press('Escape');

  await page.getByRole('button', { name: 'Kill', exact: true }).press('Enter');
  const question = page.getByRole('dialog');
  await expect(question).toBeVisible();
  await expectAccessible(page, 'kill dialog');
  await tabTo(page, question.getByRole('button', { name: /^Kill/ }));
  await page.keyboard.press('Enter');
  await expect(page.getByText('This sandbox has ended')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Fork from a checkpoint' })).toBeVisible();
  await expectAccessible(page, 'ended');
});

let kept: Sandbox;

test('who may only watch finds nothing to press', async ({ browser }) => {
  kept = await world.client.sandboxes.create({ image: 'base', name: 'watched' });
  await kept.files.write('notes.txt', 'one\n');
  await kept.checkpoint({ name: 'a point' });
  await kept.terminals.open({ name: 'agent · bash', owner: 'agent' });
  const { secret } = await world.client.request('createToken', { body: { name: 'a watcher', role: 'viewer' } });
  await using at = await world.open(browser, `/s/${kept.id}`, { token: secret });
  const { page } = at;
  await expect(pill(page, 'Running')).toBeVisible();
  await expect(page.getByRole('tab', { name: 'agent · bash' })).toBeVisible();
  await page.getByRole('tab', { name: 'Checkpoints' }).click();
  await expect(page.getByText('a point')).toBeVisible();
  const acts = /^(Freeze|Thaw|Checkpoint|Fork|Restore|Remove|Kill|New terminal|New file|New folder|Upload|Rename|Save)/;
  for (const button of await page.getByRole('button', { name: acts }).all())
    await expect(button, (await button.getAttribute('aria-label')) ?? (await button.innerText())).toBeDisabled();
  await page.goto(`${world.server.origin}/`);
  await expect(page.getByRole('link', { name: 'watched' })).toBeVisible();
  await expectAccessible(page, 'filled wall');
  for (const button of await page.getByRole('button', { name: 'New sandbox' }).all())
    await expect(button).toBeDisabled();
});

test('a file that changed underneath is not written over unseen', async ({ browser }) => {
  await using at = await world.open(browser, `/s/${kept.id}?file=/home/user/notes.txt`);
  const { page } = at;
  const text = page.locator('.monaco-editor textarea, .monaco-editor .native-edit-context').first();
  await expect(page.locator('.view-line').first()).toContainText('one');
  await text.focus();
  await page.keyboard.press('Control+End');
  await page.keyboard.type('mine');
  await kept.files.write('notes.txt', 'one\ntheirs\n');
  await expect(page.getByText('The file changed in the sandbox. Your text is untouched.')).toBeVisible();
  await page.getByRole('button', { name: 'Compare' }).click();
  const conflict = page.getByRole('region', { name: 'The file changed in the sandbox' });
  await expect(conflict).toContainText('theirs');
  await expect(conflict).toContainText('mine');
  expect(await kept.files.readText('notes.txt')).toBe('one\ntheirs\n');
});

test('a window as narrow as a phone shows one pane at a time, and back', async ({ browser }) => {
  await using at = await world.open(browser, `/s/${kept.id}`);
  const { page } = at;
  const terminal = async () => (await kept.terminals.list()).find((each) => each.info.owner === 'agent')!.info;
  await page.getByRole('tab', { name: 'agent · bash' }).click();
  await expect(shell(page)).toContainText('$');
  const before = await terminal();
  await page.setViewportSize({ width: 390, height: 844 });
  const panes = page.getByRole('tabpanel').or(page.locator('.narrow-part')).filter({ visible: true });
  await expect(panes).toHaveCount(1);
  await expect(page.getByRole('navigation', { name: 'Places' })).toBeHidden();
  for (const name of ['Files', 'Activity', 'Actions', 'Terminal']) {
    await page.getByRole('tab', { name }).click();
    await expect(page.getByRole('tab', { name, selected: true })).toBeVisible();
    expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(0);
  }
  await expectAccessible(page, 'workbench at 390 px');
  await expect(shell(page)).toContainText('$');
  await page.setViewportSize({ width: 768, height: 1024 });
  await expect(page.locator('.bench-medium .dv-groupview')).toHaveCount(2);
  await page.setViewportSize({ width: 1280, height: 800 });
  await expect(page.locator('.bench-wide .dv-groupview')).toHaveCount(4);
  await page.setViewportSize({ width: 390, height: 844 });
  await expect(page.getByRole('tab', { name: 'Activity' })).toBeVisible();
  const after = await terminal();
  expect(after.columns, 'a phone never resizes a shared terminal').toBeGreaterThanOrEqual(Math.min(before.columns, 60));
});

test('a server that is away is told, and comes back by itself', async ({ browser }) => {
  await using at = await world.open(browser, `/s/${kept.id}`);
  const { page } = at;
  await expect(pill(page, 'Running')).toBeVisible();
  const strip = page.getByRole('status').filter({ hasText: 'Reconnecting' }).first();
  await world.server.killServer();
  await expect(strip).toBeVisible();
  await expect(page.getByRole('button', { name: /^Freeze/ })).toBeDisabled();
  await expect(strip).toBeHidden({ timeout: 60_000 });
  await expect(page.getByRole('button', { name: /^Freeze/ })).toBeEnabled();
});

test('an id that is not there says so', async ({ browser }) => {
  await using at = await world.open(browser, '/s/sbx_nosuchsandbox');
  const { page } = at;
  await expect(page.getByText('There is no such sandbox here')).toBeVisible();
  await expectAccessible(page, 'no such sandbox');
});
