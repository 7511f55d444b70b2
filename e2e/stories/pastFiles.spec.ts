/** A developer goes back to how a file was, and brings it back; in a file to take away the same is to be seen. */
import { expect, type Page, test } from '@playwright/test';
import type { Sandbox, Terminal } from '@sandglass/client/node';
import { expectAccessible } from '../access.ts';
import { nothingWarm, useWorld } from '../world.ts';

test.describe.configure({ mode: 'serial' });

const world = useWorld(nothingWarm);
const path = '/home/user/app/price.py';
let sandbox: Sandbox;
let terminal: Terminal;
let beforeUs: number;
let firstUs: number;

const clockUs = async () =>
  (await world.client.request('recording', { params: { sandbox: sandbox.id }, query: {} })).nowUs;
const textAt = async (atUs: number) =>
  new TextDecoder().decode(
    await world.client.request('readPastFile', {
      params: { sandbox: sandbox.id },
      query: { atUs, path, text: 'true' },
    }),
  );
/** Written in a shell, and recorded. */
const write = async (command: string, text: string) => {
  await expect.poll(() => terminal.type(`${command}\r`)).toBe(true);
  await expect.poll(async () => await textAt(await clockUs()).catch(() => '')).toBe(text);
  return await clockUs();
};
const past = (page: Page) => page.getByRole('complementary', { name: 'The past is shown' });
const tree = (page: Page) => page.getByRole('tree', { name: 'Files as they were' });
const shown = (page: Page) => page.getByRole('region', { name: 'File as it was' });
const now = async () =>
  new TextDecoder().decode(
    await world.client.request('readFile', { params: { sandbox: sandbox.id }, query: { path, text: 'true' } }),
  );

test.beforeAll(async () => {
  sandbox = await world.client.sandboxes.create({ name: 'edited' });
  terminal = await sandbox.terminals.open({ name: 'agent', owner: 'agent' });
  terminal.attach({});
  // The tree of the start is recorded when it runs.
  await expect
    .poll(async () =>
      world.client
        .request('pastFiles', { params: { sandbox: sandbox.id }, query: { atUs: await clockUs(), path: '/home/user' } })
        .then(
          ({ items }) => items.length,
          () => 0,
        ),
    )
    .toBeGreaterThan(0);
  beforeUs = await clockUs();
  firstUs = await write('mkdir app && echo "total = 1" > app/price.py', 'total = 1\n');
  await write('echo "total = 2" > app/price.py; rm -f app/none; touch app/later.py', 'total = 2\n');
});

test('the tree and the open file follow the playhead', async ({ browser }) => {
  await using person = await world.open(browser, `/s/${sandbox.id}?file=${encodeURIComponent(path)}&t=${firstUs}`);
  const { page } = person;
  await expect(past(page)).toBeVisible();
  await expect(shown(page)).toContainText('total = 1');
  await expect(shown(page)).not.toContainText('total = 2');
  await expectAccessible(page, 'a file as it was');
  await page.getByRole('button', { name: 'Show in Files' }).last().click();
  await expect(tree(page).getByRole('treeitem', { name: /price\.py/ })).toBeVisible();
  await expect(tree(page).getByRole('treeitem', { name: /later\.py/ })).toHaveCount(0);
  await past(page).getByRole('button', { name: 'Back to live' }).click();
  await expect(page.getByRole('tree', { name: 'Files', exact: true })).toContainText('later.py');
  await page.goto(`${world.server.origin}/s/${sandbox.id}?file=${encodeURIComponent(path)}&t=${beforeUs}`);
  await expect(page.getByText('It was not there yet, or no more')).toBeVisible();
});

test('a version is brought back, and that is taken back', async ({ browser }) => {
  await using person = await world.open(browser, `/s/${sandbox.id}?file=${encodeURIComponent(path)}&t=${firstUs}`);
  const { page } = person;
  await expect(shown(page)).toContainText('total = 1');
  await page.getByRole('button', { name: 'Restore this version' }).click();
  await expect(page.getByText('price.py is again what it was then.')).toBeVisible();
  expect(await now()).toBe('total = 1\n');
  await page.getByRole('button', { name: 'Undo', exact: true }).click();
  await expect(page.getByText('Taken back: price.py is what it was before.')).toBeVisible();
  expect(await now()).toBe('total = 2\n');
  const { items } = await world.client.request('events', {
    params: { sandbox: sandbox.id },
    query: { limit: 5_000 },
  });
  const asked = items.filter((event) => event.kind === 'call.asked' && event.data.name === 'write');
  expect(asked.map(({ actor }) => actor)).toEqual(['person', 'person']);
});

test('who may only watch sees it, and brings nothing back', async ({ browser }) => {
  const { secret } = await world.client.request('createToken', { body: { name: 'watcher', role: 'viewer' } });
  await using person = await world.open(browser, `/s/${sandbox.id}?file=${encodeURIComponent(path)}&t=${firstUs}`, {
    token: secret,
  });
  const { page } = person;
  await expect(shown(page)).toContainText('total = 1');
  await expect(page.getByRole('button', { name: 'Restore this version' })).toBeDisabled();
});

test('a recording to take away has the tree and the file', async ({ browser }) => {
  await sandbox.kill();
  await using person = await world.open(browser, `/s/${sandbox.id}?t=${firstUs}`);
  const { page } = person;
  await expect(page.getByText('This sandbox has ended')).toBeVisible();
  await page.getByRole('tab', { name: 'Files' }).click();
  await tree(page).getByRole('treeitem', { name: /^app/ }).click();
  await tree(page)
    .getByRole('treeitem', { name: /price\.py/ })
    .click();
  await expect(shown(page)).toContainText('total = 1');
  await expect(page.getByRole('button', { name: 'Restore this version' })).toHaveCount(0);
  const bundle = await world.client.request('bundle', { params: { sandbox: sandbox.id }, query: {} });
  await page.goto(`${world.server.origin}/replay`);
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Open a recording…' }).click();
  await (await chooser).setFiles({
    name: 'edited.sandglass',
    mimeType: 'application/octet-stream',
    buffer: Buffer.from(bundle),
  });
  await page.getByRole('tab', { name: 'Files' }).click();
  await tree(page).getByRole('treeitem', { name: /^app/ }).click();
  await tree(page)
    .getByRole('treeitem', { name: /price\.py/ })
    .click();
  await expect(shown(page)).toContainText('total = 2');
  await page.getByRole('slider', { name: 'Playhead' }).focus();
  await page.keyboard.press('Home');
  await expect(
    page.getByText('No files were recorded yet').or(page.getByText('It was not there yet')).first(),
  ).toBeVisible();
});
