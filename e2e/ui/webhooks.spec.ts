/** Webhooks by hand: an admin makes one, tries it, switches it off, changes it and removes it. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from '@playwright/test';
import { Sandglass } from '@sandglass/client/node';
import { ConsoleServer } from './consoleServer.ts';

interface Heard extends AsyncDisposable {
  readonly url: string;
  readonly kinds: string[];
  status: number;
}

async function listen(): Promise<Heard> {
  const heard = { url: '', kinds: [] as string[], status: 204 };
  const server: Server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      heard.kinds.push(JSON.parse(Buffer.concat(parts).toString()).kind);
      response.writeHead(heard.status).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  heard.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  return Object.assign(heard, {
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => server.close(() => resolve())),
  });
}

test('one is made, tried, switched off, changed and removed', async ({ page }) => {
  test.setTimeout(120_000);
  await using server = await ConsoleServer.start();
  await using chat = await listen();
  await page.goto(`${server.url}/settings#token=${server.token}`);
  const part = page.getByRole('region', { name: 'Webhooks' });
  await expect(part.getByText('Nobody else is told yet')).toBeVisible({ timeout: 20_000 });
  await part.getByRole('button', { name: 'New webhook' }).click();
  const dialog = page.getByRole('dialog', { name: 'New webhook' });
  await dialog.getByLabel('Address').fill('ftp://nowhere');
  await dialog.getByRole('button', { name: 'Make the webhook' }).click();
  await expect(dialog.getByText('must be an http or https address')).toBeVisible();
  await dialog.getByLabel('Address').fill(chat.url);
  await page.keyboard.press('Enter');
  await expect(dialog).toBeHidden();
  await expect(part.locator('.settings-secret code')).toHaveText(/^whs_/);
  await part.getByRole('button', { name: 'I have it' }).click();
  const hook = part.getByRole('listitem', { name: chat.url });
  await hook.getByRole('button', { name: /^Send a test/ }).click();
  await expect(hook.getByRole('status')).toContainText('Test: delivered');
  expect(chat.kinds).toEqual(['test']);
  chat.status = 404;
  await hook.getByRole('button', { name: /^Send a test/ }).click();
  await expect(hook.getByRole('status')).toContainText('Test: not delivered');

  await hook.getByRole('button', { name: /^Edit/ }).click();
  const editing = page.getByRole('dialog', { name: 'Edit the webhook' });
  await editing.getByRole('checkbox', { name: 'An agent asks a person' }).click();
  await editing.getByRole('button', { name: 'Save' }).click();
  await expect(hook).not.toContainText('An agent asks a person');
  await hook.getByRole('switch').click();
  await expect(hook.getByRole('switch')).not.toBeChecked();
  await hook.getByRole('button', { name: /^Remove/ }).click();
  await page.getByRole('dialog', { name: 'Remove this webhook?' }).getByRole('button', { name: 'Remove' }).click();
  await expect(part.getByText('Nobody else is told yet')).toBeVisible();
  using client = new Sandglass({ url: server.url, token: server.token });
  expect((await client.request('webhooks')).items).toEqual([]);
});

test('who is no admin is told whose they are', async ({ page }) => {
  await using server = await ConsoleServer.start();
  using client = new Sandglass({ url: server.url, token: server.token });
  const { secret } = await client.request('createToken', { body: { name: 'Ann', role: 'operator' } });
  await page.goto(`${server.url}/settings#token=${secret}`);
  const part = page.getByRole('region', { name: 'Webhooks' });
  await expect(part.getByText('Webhooks are an admin’s')).toBeVisible({ timeout: 20_000 });
  await expect(part.getByRole('button', { name: 'New webhook' })).toHaveCount(0);
});
