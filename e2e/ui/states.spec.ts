/** Every pane in every state it can be in, at a desk and on a phone: on its way, broken, empty, for looking only, last known, not here. */
import { expect, type Locator, type Page, test } from '@playwright/test';
import { type Sandbox, Sandglass } from '@sandglass/client/node';
import { ConsoleServer } from './consoleServer.ts';

const BROKEN = 'The disk of the server answered with an error.';
const problem = {
  type: 'about:blank',
  code: 'internal',
  title: 'Internal error',
  status: 500,
  detail: BROKEN,
  retryable: false,
};
const widths = [1280, 390] as const;

interface Place {
  readonly name: string;
  readonly path: (sandbox: string) => string;
  /** What it asks the server for. */
  readonly asks: RegExp;
  /** What it says when there is nothing; undefined: there always is something. */
  readonly empty: string | undefined;
}

const inBench = (pane: string) => (sandbox: string) => `/s/${sandbox}?pane=${pane}`;
const places: readonly Place[] = [
  { name: 'files', path: inBench('files'), asks: /\/files(\?|$)/, empty: 'Empty' },
  { name: 'changes', path: inBench('changes'), asks: /\/changes(\?|$)/, empty: 'Nothing has changed' },
  { name: 'checkpoints', path: inBench('checkpoints'), asks: /\/checkpoints(\?|$)/, empty: 'No checkpoint yet' },
  { name: 'breakpoints', path: inBench('breakpoints'), asks: /\/rules(\?|$)/, empty: 'No breakpoint yet' },
  { name: 'notes', path: inBench('notes'), asks: /\/notes(\?|$)/, empty: 'No note yet' },
  {
    name: 'conversation',
    path: inBench('conversation'),
    asks: /\/conversations(\?|$)/,
    empty: 'Nothing said yet',
  },
  { name: 'network', path: inBench('network'), asks: /^$/, empty: 'Nothing has tried to leave' },
  { name: 'find', path: inBench('find'), asks: /^$/, empty: 'Find in files' },
  { name: 'runs', path: () => '/runs', asks: /\/v1\/runs(\?|$)/, empty: 'No agent has run here yet' },
  { name: 'tokens', path: () => '/settings', asks: /\/v1\/tokens(\?|$)/, empty: undefined },
  { name: 'webhooks', path: () => '/settings', asks: /\/v1\/webhooks(\?|$)/, empty: 'Nobody else is told yet' },
];
const asking = places.filter(({ asks }) => asks.source !== '^$');

let server: ConsoleServer;
let client: Sandglass;
let sandbox: Sandbox;

test.setTimeout(300_000);
// What the worker of an installed console asks for does not pass the routes of the page; it has its own tests.
test.use({ actionTimeout: 20_000, serviceWorkers: 'block' });
test.beforeAll(async () => {
  server = await ConsoleServer.start();
  client = new Sandglass({ url: server.url, token: server.token });
  sandbox = await client.sandboxes.create({ name: 'bare' });
});
test.afterAll(async () => {
  client.close();
  await server[Symbol.asyncDispose]();
});

/** Signed in once: a token that is tried over and over is made to wait. */
async function open(page: Page, path: string, token = server.token): Promise<void> {
  const isSignedIn = (await page.context().cookies()).length > 0;
  // From nowhere: another fragment alone would not load the page anew.
  await page.goto('about:blank');
  await page.goto(`${server.url}${path}${isSignedIn ? '' : `#token=${token}`}`);
}
const seen = (locator: Locator, what: string) =>
  expect(locator.filter({ visible: true }).first(), what).toBeVisible({ timeout: 45_000 });
const fits = async (page: Page, what: string) =>
  expect(
    await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth),
    `${what}: too wide by`,
  ).toBeLessThanOrEqual(0);

for (const width of widths) {
  test.describe(`at ${width} px`, () => {
    test.use({ viewport: { width, height: 800 } });

    test('what is on its way is said, and nothing else is claimed', async ({ page }) => {
      for (const place of asking) {
        const stop = new AbortController();
        await page.route(place.asks, async (route) => {
          await new Promise((resolve) => stop.signal.addEventListener('abort', resolve));
          await route.abort().catch(() => {});
        });
        await open(page, place.path(sandbox.id));
        await seen(page.locator('[aria-busy="true"], .ui-loading'), `${place.name}: on its way`);
        if (place.empty !== undefined && place.empty !== 'Empty')
          await expect(page.getByText(place.empty), `${place.name}: empty before it is known`).toHaveCount(0);
        await fits(page, place.name);
        stop.abort();
        await page.unroute(place.asks);
      }
    });

    test('what went wrong is said where it was to be seen, with a way to try again', async ({ page }) => {
      for (const place of asking) {
        await page.route(place.asks, (route) =>
          route.request().method() === 'GET'
            ? route.fulfill({ status: 500, contentType: 'application/problem+json', body: JSON.stringify(problem) })
            : route.continue(),
        );
        await open(page, place.path(sandbox.id));
        const alert = page.getByRole('alert').filter({ hasText: BROKEN });
        await seen(alert, `${place.name}: broken`);
        await fits(page, place.name);
        await page.unroute(place.asks);
        await alert
          .filter({ visible: true })
          .first()
          .getByRole('button', { name: /try again|again/i })
          .click();
        await expect(alert.filter({ visible: true }), `${place.name}: well again`).toHaveCount(0, { timeout: 45_000 });
      }
    });

    test('where there is nothing it says what will be there', async ({ page }) => {
      for (const place of places) {
        if (place.empty === undefined) continue;
        await open(page, place.path(sandbox.id));
        await seen(page.getByText(place.empty, { exact: place.empty === 'Empty' }), `${place.name}: empty`);
        await fits(page, place.name);
      }
    });

    test('who may only watch finds no way to change anything, and why', async ({ page }) => {
      const { secret } = await client.request('createToken', { body: { name: `watcher ${width}`, role: 'viewer' } });
      const acts =
        /^(New file|New folder|Add|Add a breakpoint|New checkpoint…|New token|New webhook|Variables…|Allowed hosts…|Take control|Pause|New sandbox)$/;
      for (const place of places) {
        await open(page, place.path(sandbox.id), secret);
        if (place.empty !== undefined && place.name !== 'webhooks')
          await seen(page.getByText(place.empty, { exact: place.empty === 'Empty' }), `${place.name}: for who watches`);
        else await seen(page.getByText(/are an admin’s$/), `${place.name}: whose it is`);
        await expect(page.getByRole('button', { name: acts }), place.name).toHaveCount(0);
        await fits(page, place.name);
      }
    });
  });
}

test('a conversation opens at its newest, stays with it, and keeps the place of who reads what is older', async ({
  page,
}) => {
  const use = { type: 'tool_use', id: 'toolu_0123', name: 'bash', input: { command: 'npm test' } };
  const said = Array.from({ length: 100 }, (_, at) => ({
    ...{ role: at % 2 === 0 ? 'user' : 'assistant', sizeBytes: 1 },
    content: {
      content: at === 99 ? [use] : at === 98 ? `Message ${at} of ${'many words '.repeat(9)}` : `Message ${at}`,
    },
  }));
  const summary = { id: 'aaaaaaaaaaaa', sandbox: sandbox.id, provider: 'anthropic', model: 'claude', seq: 3, atUs: 9 };
  await page.route(/\/conversations(\?|$)/, (route) =>
    route.fulfill({ json: { items: [{ ...summary, messages: said.length }] } }),
  );
  await page.route(/\/conversations\/aaaaaaaaaaaa/, (route) =>
    route.fulfill({ json: { ...summary, messages: said.length, system: null, said } }),
  );
  await page.setViewportSize({ width: 1280, height: 800 });
  await open(page, `/s/${sandbox.id}?pane=conversation`);
  const messages = page.getByRole('region', { name: 'Messages' });
  const newest = messages.getByRole('article').last();
  await expect(newest).toContainText(/uses\s*bash/);
  await expect(newest).not.toContainText('toolu_0123');
  await expect(newest.getByRole('definition')).toHaveText('npm test');
  await expect(newest).toBeInViewport();
  const jump = page.getByRole('button', { name: 'Jump to newest' });
  await expect(jump).toBeHidden();
  await messages.press('Home');
  await expect(jump).toBeVisible();
  await expect(newest).not.toBeInViewport();
  const read = messages.getByText('Message 40', { exact: true });
  await expect(read).toBeInViewport();
  await messages.getByRole('button', { name: 'Show 40 earlier messages' }).click();
  await expect(messages.getByText('Message 0', { exact: true })).toBeAttached();
  await expect(read).toBeInViewport();
  await jump.press('Enter');
  await expect(newest).toBeInViewport();
  await expect(jump).toBeHidden();
});

test('a screen that the machine has not is explained, not dead', async ({ page }) => {
  await open(page, `/s/${sandbox.id}`);
  await seen(page.getByRole('tab', { name: 'Activity' }), 'the workbench');
  await expect(page.getByRole('tab', { name: 'Desktop' })).toHaveCount(0);
});

test('a server that is gone: what was known stays, and says that it is old', async ({ page }) => {
  const gone = await ConsoleServer.start();
  const other = new Sandglass({ url: gone.url, token: gone.token });
  const { id } = await other.sandboxes.create({ name: 'left behind' });
  other.close();
  await page.goto(`${gone.url}/s/${id}#token=${gone.token}`);
  await seen(page.getByRole('log', { name: 'Events' }), 'activity');
  await gone.stop();
  await seen(page.getByText('Last known'), 'the activity says that it is old');
  await seen(page.getByText(/Reconnecting|connection/i), 'the page says what it does');
  await seen(page.getByRole('log', { name: 'Events' }), 'what was known stays');
  await gone[Symbol.asyncDispose]();
});

test('a server that goes away in the middle of an act: nothing is claimed, what was written stays, and can be sent again', async ({
  page,
}) => {
  await page.setViewportSize({ width: 1280, height: 800 });
  await open(page, `/s/${sandbox.id}?pane=activity`);
  const message = page.getByRole('textbox', { name: 'Message to the agent' });
  await seen(message, 'the line for the agent');
  const away = (address: URL) => address.pathname.startsWith('/v1/');
  await page.route(away, (route) =>
    route.request().method() === 'GET' ? route.continue() : route.abort('connectionreset'),
  );
  await page.locator('body').press('c');
  await seen(page.getByText('No checkpoint was made'), 'a checkpoint');
  await page.getByRole('button', { name: 'Take control' }).click();
  await seen(page.getByText('You do not have control'), 'control');
  await message.fill('look at line 3');
  await message.press('Enter');
  await seen(page.getByRole('alert').filter({ hasText: 'The server does not answer' }), 'a message');
  await expect(message).toHaveValue('look at line 3');
  await page.getByRole('button', { name: 'Panes and layout' }).click();
  await page.getByRole('menuitem', { name: 'Rename…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Rename' });
  await dialog.getByRole('textbox', { name: 'Name' }).fill('renamed at last');
  await dialog.getByRole('button', { name: 'Rename' }).click();
  await seen(dialog.getByRole('alert').filter({ hasText: 'The server does not answer' }), 'a name');
  // The page behind a dialog is hidden from roles.
  await expect(page.locator('h1', { hasText: 'bare' })).toBeAttached();
  await page.unroute(away);
  await dialog.getByRole('button', { name: 'Rename' }).click();
  await expect(dialog).toBeHidden();
  await seen(page.getByRole('heading', { name: 'renamed at last' }), 'the name');
  await message.press('Enter');
  await seen(page.getByRole('list', { name: 'Not read by the agent yet' }).getByText('look at line 3'), 'the message');
});
