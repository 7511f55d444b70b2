/** The pages for those who enlarge them to twice their size, whose system paints with few colours, and who want more contrast. */
import AxeBuilder from '@axe-core/playwright';
import { expect, type Page, test } from '@playwright/test';
import { Sandglass } from '@sandglass/client/node';
import { ConsoleServer } from './consoleServer.ts';
import { expectFocusSeen, expectNothingLost } from './reach.ts';

/** A page whose every part is drawn, on a busy host. */
const patient = { timeout: 20_000 };

let server: ConsoleServer;
let client: Sandglass;
let pages: readonly { readonly name: string; readonly path: string; readonly ready: (page: Page) => Promise<void> }[];

test.beforeAll(async () => {
  server = await ConsoleServer.start();
  client = new Sandglass({ url: server.url, token: server.token });
  const sandbox = await client.sandboxes.create({ name: 'checkout' });
  await sandbox.files.write('notes.txt', 'one\n');
  await sandbox.run({ goal: 'Find the total', agent: 'claude' }, async (run) => {
    await sandbox.run('ls');
    await run.end('succeeded');
  });
  const other = await client.sandboxes.create({ name: 'other' });
  await other.freeze();
  await sandbox.gate.pause({ freeze: false });
  void sandbox.run('echo held').catch(() => {});
  await sandbox.gate.nextHeld();
  const held = (page: Page) =>
    expect(page.getByRole('region', { name: /^Held before this call/ })).toBeVisible(patient);
  pages = [
    {
      name: 'wall',
      path: '/',
      ready: (page) => expect(page.getByRole('article', { name: 'checkout' })).toBeVisible(patient),
    },
    { name: 'workbench', path: `/s/${sandbox.id}?pane=activity`, ready: held },
    {
      name: 'breakpoints',
      path: `/s/${sandbox.id}?pane=breakpoints`,
      ready: (page) => expect(page.getByRole('region', { name: 'Built-in sets' })).toBeVisible(patient),
    },
    {
      name: 'runs',
      path: '/runs',
      ready: (page) => expect(page.getByText('Find the total').first()).toBeVisible(patient),
    },
    {
      name: 'settings',
      path: '/settings',
      ready: (page) => expect(page.getByRole('heading', { name: 'Settings' })).toBeVisible(patient),
    },
  ];
});
test.use({ serviceWorkers: 'block' });
test.afterAll(async () => {
  client.close();
  await server[Symbol.asyncDispose]();
});

async function open(page: Page, at: (typeof pages)[number]): Promise<void> {
  await page.goto(`${server.url}${at.path}#token=${server.token}`);
  await at.ready(page);
}

test('at twice the size nothing is lost and nothing lies over another', async ({ page }) => {
  test.setTimeout(240_000);
  await page.setViewportSize({ width: 640, height: 400 });
  for (const at of pages) {
    await open(page, at);
    await expectNothingLost(page, at.name);
  }
});

test('on a narrow phone nothing is lost and no page is wider than it', async ({ page }) => {
  test.setTimeout(240_000);
  await page.setViewportSize({ width: 360, height: 740 });
  for (const at of pages.filter(({ name }) => name !== 'breakpoints')) {
    await open(page, at);
    await expectNothingLost(page, at.name);
  }
});

test('with the colours of the system, focus, states and buttons are seen', async ({ page }) => {
  test.setTimeout(240_000);
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.emulateMedia({ forcedColors: 'active' });
  for (const at of pages) {
    await open(page, at);
    await expectFocusSeen(page, 25);
    const bare = await page.evaluate(() =>
      [...document.querySelectorAll<HTMLElement>('.ui-button, .transport-button, .ui-input, .ui-pill')]
        .filter((each) => each.checkVisibility())
        .filter((each) => {
          const { borderTopStyle, borderTopWidth, borderTopColor } = getComputedStyle(each);
          return borderTopStyle === 'none' || borderTopWidth === '0px' || borderTopColor === 'rgba(0, 0, 0, 0)';
        })
        .map((each) => `${each.className}: ${each.textContent?.slice(0, 30)}`),
    );
    expect.soft(bare, `${at.name}: without an edge`).toEqual([]);
    const chosen = page.locator('[aria-pressed="true"], [aria-selected="true"], [aria-current="page"]');
    const plain = page.locator('[aria-pressed="false"], [aria-selected="false"], nav a:not([aria-current])');
    if ((await chosen.count()) > 0 && (await plain.count()) > 0)
      expect.soft(await lookOf(chosen.first()), `${at.name}: the chosen one`).not.toEqual(await lookOf(plain.first()));
  }
});

const lookOf = (locator: ReturnType<Page['locator']>) =>
  locator.evaluate((element) => {
    const { backgroundColor, color, borderTopColor, borderBottomColor, fontWeight, boxShadow, outlineStyle } =
      getComputedStyle(element);
    return { backgroundColor, color, borderTopColor, borderBottomColor, fontWeight, boxShadow, outlineStyle };
  });

for (const [name, media] of [
  ['dark', { colorScheme: 'dark', contrast: 'no-preference' }],
  ['light', { colorScheme: 'light', contrast: 'no-preference' }],
  ['contrast', { colorScheme: 'dark', contrast: 'more' }],
] as const)
  test(`axe finds nothing on any page in ${name}`, async ({ page }) => {
    test.setTimeout(240_000);
    await page.emulateMedia({ ...media, reducedMotion: 'reduce' });
    await page.setViewportSize({ width: 1280, height: 800 });
    for (const at of pages) {
      await open(page, at);
      await expect(page.locator('html')).toHaveAttribute('data-theme', name);
      const { violations } = await new AxeBuilder({ page })
        .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
        .exclude('.xterm-screen')
        .analyze();
      const found = violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 160)}`));
      expect.soft(found, `${at.name}, ${name}`).toEqual([]);
    }
  });
