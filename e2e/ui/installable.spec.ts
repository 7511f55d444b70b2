/** The console as a program of its own: it can be installed, keeps nothing of a person, and says when there is a newer one. */
import { expect, type Page, test } from '@playwright/test';
import { Sandglass } from '@sandglass/client/node';
import { ConsoleServer } from './consoleServer.ts';

async function signIn(page: Page, server: ConsoleServer): Promise<void> {
  await page.goto(server.entrance);
  await expect(page.getByRole('navigation', { name: 'Places' })).toBeVisible();
  await page.evaluate(async () => {
    await navigator.serviceWorker.ready;
  });
}

/** Everything the worker has put away. */
const kept = (page: Page): Promise<string[]> =>
  page.evaluate(async () => {
    const names = await caches.keys();
    const lists = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
    return lists.flat().map(({ url }) => new URL(url).pathname);
  });

const strip = (page: Page) => page.getByRole('status').filter({ hasText: 'A new version is ready' });

test('it can be installed, under the policy of the server, and keeps files of the build alone', async ({ page }) => {
  await using server = await ConsoleServer.start();
  const refused: string[] = [];
  page.on('console', (message) => /Content Security Policy/i.test(message.text()) && refused.push(message.text()));
  await signIn(page, server);
  const devtools = await page.context().newCDPSession(page);
  const { errors } = await devtools.send('Page.getAppManifest');
  expect(errors).toEqual([]);
  const { installabilityErrors } = await devtools.send('Page.getInstallabilityErrors');
  expect(installabilityErrors.map(({ errorId }) => errorId).filter((id) => id !== 'in-incognito')).toEqual([]);
  // Controlled from now on.
  await page.reload();
  await expect(page.getByRole('navigation', { name: 'Places' })).toBeVisible();
  expect(await page.evaluate(() => navigator.serviceWorker.controller !== null)).toBe(true);
  const paths = await kept(page);
  expect(paths.length).toBeGreaterThan(20);
  expect(
    paths.filter((path) => !/^\/(assets\/|icons\/|icon[a-z-]*\.svg$|index\.html$|manifest\.webmanifest$)/.test(path)),
  ).toEqual([]);
  expect(paths.filter((path) => /monaco-editor|xterm\/|pdfjs-dist|\.worker-/.test(path))).toEqual([]);
  expect(refused).toEqual([]);
});

test('who signed out meets the sign-in, whatever is kept', async ({ page, context }) => {
  await using server = await ConsoleServer.start();
  await signIn(page, server);
  await page.reload();
  await context.clearCookies();
  await page.goto(`${server.url}/`);
  await expect(page.getByRole('navigation', { name: 'Places' })).toBeHidden();
  await expect(page.getByRole('textbox', { name: /token/i })).toBeVisible();
});

test('a new build is told and waits to be asked for', async ({ page }) => {
  await using server = await ConsoleServer.start();
  await signIn(page, server);
  await page.reload();
  await expect(page.getByRole('navigation', { name: 'Places' })).toBeVisible();
  await expect(strip(page)).toBeHidden();
  await page.evaluate(() => Object.assign(window, { same: true }));
  await server.deploy();
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
  await expect(strip(page)).toBeVisible();
  expect(await page.evaluate(() => 'same' in window)).toBe(true);
  await strip(page).getByRole('button', { name: 'Reload' }).click();
  await page.waitForFunction(() => !('same' in window));
  await expect(page.getByRole('navigation', { name: 'Places' })).toBeVisible();
  expect(await page.locator('script[type=module]').getAttribute('src')).toContain('index-next');
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
  await expect(strip(page)).toBeHidden();
});

test('what is not saved makes the browser ask before the reload; staying keeps the page and the offer', async ({
  page,
}) => {
  await using server = await ConsoleServer.start();
  await signIn(page, server);
  await page.evaluate(() => window.addEventListener('beforeunload', (event) => event.preventDefault()));
  await server.deploy();
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
  const asked = page.waitForEvent('dialog');
  // The click waits for the answer, and the answer for the click.
  void strip(page)
    .getByRole('button', { name: 'Reload' })
    .click({ noWaitAfter: true })
    .catch(() => undefined);
  const dialog = await asked;
  expect(dialog.type()).toBe('beforeunload');
  await dialog.dismiss();
  await expect(strip(page)).toBeVisible();
});

test('without its server it still opens, and says so', async ({ page }) => {
  await using server = await ConsoleServer.start();
  await signIn(page, server);
  await page.reload();
  await expect(page.getByRole('navigation', { name: 'Places' })).toBeVisible();
  await server.stop();
  await page.goto(`${server.url}/`);
  await expect(
    page.getByText(/does not answer|cannot be reached|could not be reached|no answer/i).first(),
  ).toBeVisible();
});

test.describe('without a worker that keeps the files of the page', () => {
  test.use({ serviceWorkers: 'block', viewport: { width: 1280, height: 800 } });

  test('a pane and a page of the build before are said in their place; what was typed outlives the reload', async ({
    page,
  }) => {
    await using server = await ConsoleServer.start();
    const client = new Sandglass({ url: server.url, token: server.token });
    const sandbox = await client.sandboxes.create({ name: 'updated' });
    await sandbox.files.write('/home/user/notes.txt', 'one\n');
    client.close();
    await page.goto(`${server.url}/s/${sandbox.id}?file=/home/user/notes.txt#token=${server.token}`);
    await page.locator('.monaco-editor .view-line').first().click();
    await page.keyboard.type('kept ');
    await expect(page.locator('.view-lines')).toContainText('kept');
    await server.deploy();
    await page.getByRole('tab', { name: 'Breakpoints' }).click();
    const gone = page.getByText('Sandglass was updated', { exact: true });
    await expect(gone).toBeVisible();
    await expect(page.getByRole('log', { name: 'Events' })).toBeHidden();
    await expect(page.locator('.view-lines')).toContainText('kept');
    await page.getByRole('link', { name: 'Runs' }).click();
    await expect(gone).toBeVisible();
    await expect(page.getByText('There is no such page')).toHaveCount(0);
    await page.goBack();
    await expect(page.locator('.view-lines')).toContainText('kept');
    page.on('dialog', (dialog) => void dialog.accept());
    await page.getByRole('tab', { name: 'Breakpoints' }).click();
    await gone.locator('..').getByRole('button', { name: 'Reload' }).click();
    // The editor is fetched anew.
    await expect(page.locator('.view-lines')).toContainText('kept', { timeout: 20_000 });
    await expect(page.getByText('Your unsaved text from before is back.')).toBeVisible();
    expect(await page.locator('script[type=module]').getAttribute('src')).toContain('index-next');
  });

  test('an address that names no sandbox has a page that says so', async ({ page }) => {
    await using server = await ConsoleServer.start();
    await page.goto(`${server.url}/s/nothing#token=${server.token}`);
    await expect(page.getByText('There is no such page')).toBeVisible();
  });
});
