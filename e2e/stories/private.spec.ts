/** A private moment: a person works where nothing is recorded, nobody else looks on, and everybody knows. */
import { expect, type Page, test } from '@playwright/test';
import { type Sandbox, Sandglass, type Terminal } from '@sandglass/client/node';
import { expectAccessible } from '../access.ts';
import { nothingWarm, useWorld } from '../world.ts';

test.describe.configure({ mode: 'serial' });
test.use({ actionTimeout: 15_000 });

const SECRET = 'hunter2-hunter2-hunter2';
const world = useWorld(nothingWarm);
let sandbox: Sandbox;
let terminal: Terminal;

const desk = { viewport: { width: 1600, height: 1000 } };
const screenOf = (page: Page) => page.locator('.xterm-rows').last();
const strip = (page: Page) => page.getByRole('complementary', { name: 'Private moment' });
const curtain = (page: Page, title: string) => page.locator('.screen-curtain', { hasText: title });
const drawn = (page: Page) =>
  expect(page.locator('.screen-stage canvas:not([data-empty])')).toBeVisible({ timeout: 60_000 });
const clockUs = async () =>
  (await world.client.request('recording', { params: { sandbox: sandbox.id }, query: {} })).nowUs;

async function perform(page: Page, words: string): Promise<void> {
  await page.getByRole('heading', { level: 1 }).click();
  await page.keyboard.press('Control+k');
  const palette = page.getByRole('dialog', { name: 'Everything that can be done' });
  await palette.getByRole('combobox').fill(words);
  await expect(palette.getByRole('option').first()).toContainText(words);
  await page.keyboard.press('Enter');
  await expect(palette).toBeHidden();
}

async function type(page: Page, text: string): Promise<void> {
  await page.locator('.xterm-helper-textarea').last().focus();
  await page.keyboard.type(text);
}

/** Everything that a server answers of a recording, to anybody. */
async function everythingKept(): Promise<string> {
  const params = { sandbox: sandbox.id };
  const { items } = await world.client.request('events', { params, query: { limit: 5000 } });
  const { tracks } = await world.client.request('recording', { params, query: {} });
  const parts = [JSON.stringify(items)];
  for (const { track, segments } of tracks)
    for (const { number } of segments) {
      const bytes = await world.client.request('recordingSegment', { params: { ...params, track, number } });
      parts.push(Buffer.from(bytes).toString('latin1'));
    }
  return parts.join('\n');
}

test.beforeAll(async () => {
  test.setTimeout(180_000);
  sandbox = await world.client.sandboxes.create({
    image: 'desktop',
    name: 'in private',
    secrets: { DEPLOY_WORD: SECRET },
  });
  terminal = await sandbox.terminals.open({ name: 'shell', owner: 'person' });
});

test('nothing of it is recorded or shown to others; its end and its place are', async ({ browser }) => {
  test.setTimeout(180_000);
  const { secret } = await world.client.request('createToken', { body: { name: 'Ann', role: 'viewer' } });
  const address = `/s/${sandbox.id}?terminal=${terminal.id}`;
  await using mine = await world.open(browser, address, desk);
  await using hers = await world.open(browser, address, { ...desk, token: secret });
  await drawn(mine.page);
  await drawn(hers.page);
  // On a busy host the page stands before its terminal takes what is typed.
  await expect(async () => {
    await type(mine.page, 'echo public-$((40+1))\r');
    await expect(screenOf(mine.page)).toContainText('public-41', { timeout: 5_000 });
  }).toPass({ timeout: 60_000 });
  await expect(screenOf(hers.page)).toContainText('public-41');

  await perform(mine.page, 'Begin a private moment');
  await expect(strip(mine.page)).toContainText('Nothing is recorded, and nobody else sees screen and terminals');
  await expect(strip(hers.page)).toContainText('Somebody works here in private');
  await expect(curtain(hers.page, 'Somebody works here in private')).toBeVisible();
  await expect(curtain(mine.page, 'private')).toHaveCount(0);
  await expect(mine.page.locator('.ui-pill', { hasText: 'Private' })).toBeVisible();
  await expectAccessible(mine.page, 'a private moment of mine');
  await expectAccessible(hers.page, 'a private moment of somebody else');
  await type(mine.page, 'echo private-$((40+2))\r');
  await expect(screenOf(mine.page)).toContainText('private-42');
  const withinUs = await clockUs();
  // The agent is not disturbed.
  expect(await sandbox.run('echo agent-$((40+3))')).toMatchObject({ stdout: 'agent-43\n' });
  await expect(screenOf(hers.page)).not.toContainText('private-42');

  await strip(mine.page).getByRole('button', { name: 'End it' }).click();
  await expect(strip(mine.page)).toHaveCount(0);
  await expect(strip(hers.page)).toHaveCount(0);
  await expect(curtain(hers.page, 'private')).toHaveCount(0);
  await type(mine.page, 'echo after-$((40+4))\r');
  await expect(screenOf(hers.page)).toContainText('after-44');
  await expect(screenOf(hers.page)).not.toContainText('private-42');
  await expect(hers.page.getByRole('log', { name: 'Events' })).toContainText('private moment');

  const kept = await everythingKept();
  expect(kept).toContain('after-44');
  for (const word of ['private-42', 'agent-43']) expect(kept).not.toContain(word);
  const found = await world.client.request('search', { query: { q: 'private-42' } });
  expect(found.items).toEqual([]);

  await using past = await world.open(browser, `/s/${sandbox.id}?t=${withinUs}`, desk);
  await expect(curtain(past.page, 'Private: nothing was recorded')).toBeVisible();
  await expectAccessible(past.page, 'the past of a private moment');
});

test('a secret that the machine was given is a mark for everybody who looks, and whole for its programs', async ({
  browser,
}) => {
  const agent = new Sandglass({ url: world.server.origin, token: world.server.ready.token });
  await using at = await world.open(browser, `/s/${sandbox.id}?terminal=${terminal.id}`, desk);
  const { page } = at;
  await expect(async () => {
    await type(page, 'clear; echo "<$DEPLOY_WORD>"; echo $DEPLOY_WORD | wc -c\r');
    await expect(screenOf(page)).toContainText('<•••>', { timeout: 5_000 });
  }).toPass({ timeout: 60_000 });
  await expect(screenOf(page)).toContainText(String(SECRET.length + 1));
  await expect(screenOf(page)).not.toContainText(SECRET);
  expect(await sandbox.run('echo $DEPLOY_WORD')).toMatchObject({ stdout: `${SECRET}\n` });
  const seen = await agent.request('sandbox', { params: { sandbox: sandbox.id } });
  expect(seen.secretNames).toEqual(['DEPLOY_WORD']);
  expect(JSON.stringify(seen)).not.toContain(SECRET);
  expect(await everythingKept()).not.toContain(SECRET);
  agent.close();
});
