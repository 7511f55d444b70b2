/** One person's first hour, as one story on one desktop: each step stands on the one before. */

import { type BrowserContext, expect, type Page, test } from '@playwright/test';
import type { Sandbox } from '@sandglass/client/node';
import { AppError } from '@sandglass/protocol';
import { useWorld } from '../world.ts';

test.describe.configure({ mode: 'serial' });

const world = useWorld();
let sandbox: Sandbox;
let context: BrowserContext;
let page: Page;

/** What the program in the sandbox serves: one large button; a click anywhere on the page leaves a file. */
const PAGE = `
import http.server, pathlib
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        name = {'/': 'opened', '/drawn': 'drawn', '/clicked': 'clicked'}.get(self.path)
        if name: pathlib.Path('/home/user/' + name).write_text('yes')
        body = b'<body onclick="fetch(\\'/clicked\\')" style="margin:0"><h1>Click me</h1><script>requestAnimationFrame(() => setTimeout(() => fetch("/drawn"), 200))</script>'
        self.send_response(200); self.send_header('content-type', 'text/html'); self.end_headers(); self.wfile.write(body)
    def log_message(self, *_): pass
http.server.ThreadingHTTPServer(('127.0.0.1', 3000), Handler).serve_forever()
`;

test.beforeAll(async ({ browser }) => {
  test.setTimeout(240_000);
  context = await browser.newContext({ viewport: { width: 1600, height: 1000 } });
  page = await context.newPage();
});

test.afterAll(async () => {
  await context?.close();
});

const exists = async (path: string): Promise<boolean> => {
  try {
    await sandbox.files.stat(path);
    return true;
  } catch (error) {
    // While it is being put back it answers nothing.
    if (error instanceof AppError && (error.code === 'notFound' || error.code === 'wrongState')) return false;
    throw error;
  }
};

/** Types a line into the visible terminal, as a person does. */
async function typeInShell(line: string): Promise<void> {
  await page.locator('.xterm-helper-textarea').last().focus();
  await page.keyboard.type(line);
  await page.keyboard.press('Enter');
}

const shell = () => page.locator('.xterm-rows').last();
const transport = (name: string) => page.getByRole('toolbar', { name: 'Transport' }).getByRole('button', { name });

test('opens on an empty wall and makes a desktop', async () => {
  await page.goto(
    world.server.ready.url.includes('#')
      ? world.server.ready.url
      : `${world.server.origin}/#token=${world.server.ready.token}`,
  );
  await expect(page.getByRole('region', { name: 'Getting started' })).toBeVisible();
  expect(page.url()).not.toContain(world.server.ready.token);
  await page.getByRole('button', { name: 'New sandbox' }).first().click();
  const sheet = page.getByRole('dialog', { name: 'New sandbox' });
  await sheet
    .getByRole('button', { name: 'Desktop' })
    .or(sheet.getByRole('radio', { name: 'Desktop' }))
    .first()
    .click();
  await sheet.getByLabel('Name').fill('first hour');
  await sheet.getByRole('button', { name: /^Create/ }).click();
  await expect(page.getByRole('heading', { name: 'first hour' })).toBeVisible();
  await expect(page.getByText('Running').first()).toBeVisible();
  const { items } = await world.client.sandboxes.list();
  sandbox = items[0]!;
});

test('types in a shell', async () => {
  await expect(shell()).toContainText('$');
  await typeInShell('echo sum-$((40+2))');
  await expect(shell()).toContainText('sum-42');
});

test('edits and saves a file that a program in the shell then prints', async () => {
  await page.getByRole('button', { name: 'New file' }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill('hello.py');
  await page.keyboard.press('Enter');
  const item = page.getByRole('treeitem', { name: /hello\.py/ });
  await expect(item).toBeVisible();
  const editor = page.locator('.monaco-editor').first();
  await expect(editor).toBeVisible();
  await editor.click();
  await page.keyboard.type('print("from the " + "editor")');
  await page.keyboard.press('Control+s');
  await expect
    .poll(async () => (await sandbox.files.readText('hello.py')).trim())
    .toBe('print("from the " + "editor")');
  await typeInShell('python3 hello.py');
  await expect(shell()).toContainText('from the editor');
});

test('clicks a page served in the sandbox, in its own Chromium, through the live view', async () => {
  await sandbox.files.write('page.py', PAGE);
  await sandbox.start('python3 page.py');
  await page.getByRole('tab', { name: 'Desktop' }).click();
  await sandbox.start(
    'until curl -sf --noproxy "*" localhost:3000 >/dev/null; do :; done; rm -f opened drawn clicked; chromium --new-window --start-maximized http://localhost:3000',
  );
  await expect.poll(() => exists('drawn'), { timeout: 60_000 }).toBe(true);
  const screen = page.locator('canvas[data-screen], .screen-stage canvas').first();
  const box = (await screen.boundingBox())!;
  await expect
    .poll(
      async () => {
        await page.mouse.click(box.x + box.width / 2, box.y + box.height * 0.6);
        return exists('clicked');
      },
      { timeout: 30_000 },
    )
    .toBe(true);
});

test('freezes and sees it stand still, then thaws', async () => {
  await typeInShell('while true; do date +%N > beat; done &');
  await expect.poll(() => exists('beat')).toBe(true);
  await transport('Freeze').click();
  await expect(page.getByText('Frozen').first()).toBeVisible();
  const before = await world.client.request('stats', { params: { sandbox: sandbox.id } });
  await expect
    .poll(async () => (await world.client.request('stats', { params: { sandbox: sandbox.id } })).atMs - before.atMs)
    .toBeGreaterThan(500);
  const after = await world.client.request('stats', { params: { sandbox: sandbox.id } });
  expect(after.cpuUsec - before.cpuUsec).toBeLessThan(20_000);
  await transport('Thaw').click();
  await expect(page.getByText('Running').first()).toBeVisible();
  await typeInShell('kill %1');
});

test('checkpoints, breaks something, restores', async () => {
  await transport('Checkpoint').click();
  await expect.poll(async () => (await sandbox.checkpoints.list()).length).toBe(1);
  await typeInShell('rm hello.py; echo broken-$((1+1))');
  await expect(shell()).toContainText('broken-2');
  expect(await exists('hello.py')).toBe(false);
  await page.getByRole('tab', { name: 'Checkpoints' }).click();
  await page.getByRole('button', { name: 'Restore #1' }).click();
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /^Restore/ })
    .click();
  await expect.poll(() => exists('hello.py'), { timeout: 60_000 }).toBe(true);
  await expect(page.getByText('Running').first()).toBeVisible();
});

test('makes a checkpoint with a name, and with its programs where this host can', async () => {
  await page.getByRole('button', { name: 'New checkpoint…' }).click();
  const dialog = page.getByRole('dialog', { name: 'New checkpoint' });
  await dialog.getByLabel('Name').fill('mended');
  const { memory } = sandbox.info.capabilities.checkpoint;
  const withPrograms = dialog.getByRole('checkbox', { name: /running programs/ });
  if (memory) await withPrograms.check();
  else await expect(withPrograms).toHaveCount(0);
  await dialog.getByRole('button', { name: 'Make it' }).click();
  await expect(dialog).toBeHidden({ timeout: 60_000 });
  const row = page.getByRole('listitem').filter({ hasText: 'mended' });
  await expect(row).toContainText(memory ? 'files + memory' : 'files');
  const [made] = (await sandbox.checkpoints.list()).filter(({ name }) => name === 'mended');
  expect(made?.holds.memory).toBe(memory);
});

test('forks, and the fork goes its own way', async () => {
  await page.getByRole('button', { name: 'Fork #1' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('the other way');
  await dialog.getByRole('button', { name: /^Fork/ }).click();
  await expect(page.getByRole('heading', { name: 'the other way' })).toBeVisible({ timeout: 60_000 });
  const { items } = await world.client.sandboxes.list();
  const fork = items.find((each) => each.info.name === 'the other way')!;
  expect(fork.info.parent?.sandbox).toBe(sandbox.id);
  await fork.files.write('hello.py', 'print("the other way")');
  expect((await fork.run('python3 hello.py')).stdout).toBe('the other way\n');
  expect((await sandbox.run('python3 hello.py')).stdout).toBe('from the editor\n');
  await fork.kill();
});

test('goes on after the server was killed', async () => {
  await page.goto(`${world.server.origin}/s/${sandbox.id}`);
  await page.getByRole('button', { name: 'New terminal' }).first().click();
  await expect(shell()).toContainText('$');
  await typeInShell('kept=alive-$((20+2)); echo $kept');
  await expect(shell()).toContainText('alive-22');
  await world.server.killServer();
  // The keeper starts it again; the page comes back by itself, and the shell is the same shell.
  await typeInShellUntil('echo again-$kept', 'again-alive-22');
  expect((await sandbox.run('cat hello.py')).stdout).toContain('editor');
});

async function typeInShellUntil(line: string, wanted: string): Promise<void> {
  await expect
    .poll(
      async () => {
        await typeInShell(line);
        return (await shell().textContent())?.includes(wanted);
      },
      { timeout: 60_000, intervals: [1_000] },
    )
    .toBe(true);
}
