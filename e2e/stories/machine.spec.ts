/** What runs in a sandbox, what it listens on, whom it calls, what it uses. */
import { expect, type Page, test } from '@playwright/test';
import type { Sandbox } from '@sandglass/client/node';
import { expectAccessible } from '../access.ts';
import { nothingWarm, useWorld } from '../world.ts';

test.describe.configure({ mode: 'serial' });

const world = useWorld(nothingWarm);
let sandbox: Sandbox;

test.use({ actionTimeout: 15_000 });
/** A desk. */
const desk = { viewport: { width: 1600, height: 1000 } };

const show = async (page: Page, view: string) => {
  await page.getByRole('tab', { name: 'Machine' }).click();
  await page.getByRole('navigation', { name: 'Views of the machine' }).getByRole('button', { name: view }).click();
};

test.beforeAll(async () => {
  test.setTimeout(120_000);
  sandbox = await world.client.sandboxes.create({ image: 'base', name: 'machine' });
});

test('a process is found, stopped, continued and killed by keyboard alone', async ({ browser }) => {
  await sandbox.start(['sleep', '4321']);
  await using at = await world.open(browser, `/s/${sandbox.id}`, desk);
  const { page } = at;
  await show(page, 'Processes');
  const tree = page.getByRole('treegrid', { name: 'Processes' });
  const row = tree.getByRole('row', { name: /sleep 4321/ });
  await expect(row).toBeVisible();
  await page.getByLabel('Filter processes').focus();
  await page.keyboard.type('sleep 4321');
  await expect(tree.getByRole('row', { name: /bash/ })).toHaveCount(0);
  await tree.getByRole('row').nth(1).focus();
  await page.keyboard.press('End');
  await expect(row).toHaveAttribute('aria-selected', 'true');
  const detail = page.getByRole('region', { name: /^Process \d+$/ });
  await expect(detail.getByText('sleep 4321')).toBeVisible();
  await expectAccessible(page, 'processes', '.machine');
  await detail.getByRole('button', { name: 'Stop', exact: true }).press('Enter');
  await expect(row.getByText('stopped')).toBeVisible();
  // Chosen still, after the numbers were asked for again.
  await expect(row).toHaveAttribute('aria-selected', 'true');
  await detail.getByRole('button', { name: 'Continue' }).press('Enter');
  await expect(row.getByText('stopped')).toHaveCount(0);
  await detail.getByRole('button', { name: 'Kill' }).press('Enter');
  await expect(page.getByText('No process is like that')).toBeVisible();
});

test('what the machine itself runs on is not ended unasked', async ({ browser }) => {
  await using at = await world.open(browser, `/s/${sandbox.id}`, desk);
  const { page } = at;
  await show(page, 'Processes');
  await page.getByLabel('Filter processes').fill('/opt/sandglass/');
  await page
    .getByRole('treegrid')
    .getByRole('row', { name: /^(guest|node) / })
    .click();
  await page
    .getByRole('region', { name: /^Process/ })
    .getByRole('button', { name: 'Kill' })
    .click();
  const question = page.getByRole('dialog', { name: /^Kill process/ });
  await expect(
    question.getByText('Terminals, files and commands of this sandbox go through it.', { exact: false }),
  ).toBeVisible();
  await expectAccessible(page, 'a question before a kill', '.ui-dialog');
  await question.getByRole('button', { name: 'Cancel' }).click();
  expect((await sandbox.run('echo alive')).stdout).toBe('alive\n');
});

test('a port is labelled, for this person, and opens', async ({ browser }) => {
  await sandbox.run('mkdir -p site');
  await sandbox.files.write('site/index.html', '<h1>served inside</h1>');
  await sandbox.start('cd site && python3 -m http.server 3456');
  await using at = await world.open(browser, `/s/${sandbox.id}`, {
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  const { page, context } = at;
  await show(page, 'Ports');
  const port = page.getByRole('listitem', { name: 'Port 3456' });
  await expect(port).toContainText('python3');
  await expect(port).toContainText('http?');
  await port.getByRole('button', { name: 'Label port 3456' }).click();
  await page.keyboard.type('the shop');
  await page.keyboard.press('Enter');
  await expect(port).toContainText('the shop');
  await expectAccessible(page, 'ports', '.machine');
  await page.reload();
  await expect(port).toContainText('the shop');
  const opened = context.waitForEvent('page');
  await port.getByRole('button', { name: 'Open port 3456' }).click();
  await expect((await opened).getByRole('heading', { name: 'served inside' })).toBeVisible();
  await port.getByRole('button', { name: 'Copy address of port 3456' }).click();
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toMatch(/^http/);
});

test('a refused request becomes a rule from where it is seen, and back', async ({ browser }) => {
  await sandbox.run('curl -s -m 5 https://api.example.com/v1/orders; true');
  await using at = await world.open(browser, `/s/${sandbox.id}`, desk);
  const { page } = at;
  await page.getByRole('tab', { name: 'Network' }).click();
  const requests = page.getByRole('table', { name: 'Requests' });
  await expect(requests.getByRole('row', { name: /api\.example\.com/ })).toContainText('blocked');
  await page.getByLabel('Filter requests').fill('nowhere');
  await expect(page.getByText('No request is like that')).toBeVisible();
  await page.getByLabel('Filter requests').fill('example');
  await requests.getByRole('button', { name: 'Allow api.example.com' }).click();
  const question = page.getByRole('dialog', { name: 'Allow api.example.com:443?' });
  await expectAccessible(page, 'a question before a rule', '.ui-dialog');
  await question.getByRole('button', { name: 'Allow', exact: true }).click();
  await expect(page.getByText('Allowed api.example.com:443 from the next request on.')).toBeVisible();
  const rules = async () => (await world.client.request('sandbox', { params: { sandbox: sandbox.id } })).egress.allow;
  expect(await rules()).toEqual([{ host: 'api.example.com', port: 443 }]);
  await page.getByRole('tabpanel', { name: 'Network' }).getByRole('button', { name: 'Undo' }).click();
  await expect.poll(rules).toEqual([]);
  // Everything, and what is excepted from it.
  await show(page, 'Overview');
  await page.getByRole('button', { name: 'Allowed hosts…' }).click();
  const form = page.getByRole('dialog', { name: 'Allowed hosts' });
  await form.getByLabel('Hosts').fill('*');
  await form.getByLabel('Except').fill('*.example.com');
  await form.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('open, 1 denied')).toBeVisible();
  const refused = await sandbox.run('curl -s -m 5 http://api.example.com/');
  expect(refused.stdout).toContain('Its egress rules deny it');
  await sandbox.update({ egress: { allow: [] } });
});

test('charts are lines for the eye and numbers for everyone; the log tells its life', async ({ browser }) => {
  await using at = await world.open(browser, `/s/${sandbox.id}`, desk);
  const { page } = at;
  await show(page, 'Charts');
  await expect(page.getByRole('figure', { name: /^Memory: used .+ now, at most/ })).toBeVisible();
  await page.getByRole('button', { name: '60 min' }).click();
  await expectAccessible(page, 'charts', '.machine');
  await page.getByRole('switch', { name: 'As a table' }).click();
  const table = page.getByRole('table', { name: 'Resources over 60 minutes' });
  await expect(table.getByRole('row', { name: /^Memory, used/ })).toContainText('MB');
  // Recorded whether anybody looks or not.
  const { items } = await world.client.request('statsHistory', { params: { sandbox: sandbox.id } });
  expect(items.length).toBeGreaterThan(1);
  await show(page, 'Log');
  await expect(page.getByRole('list', { name: 'Log of the machine' })).toContainText('creating → running');
  await expectAccessible(page, 'log', '.machine');
});

test('who may only watch sees it all and can change nothing', async ({ browser }) => {
  const { secret } = await world.client.request('createToken', { body: { name: 'watcher', role: 'viewer' } });
  await using at = await world.open(browser, `/s/${sandbox.id}`, { ...desk, token: secret });
  const { page } = at;
  await show(page, 'Processes');
  await page
    .getByRole('treegrid')
    .getByRole('row', { name: /bash|tini/ })
    .first()
    .click();
  await expect(page.getByRole('region', { name: /^Process/ })).toBeVisible();
  await expect(page.getByRole('toolbar', { name: /^Signals/ })).toHaveCount(0);
  await show(page, 'Ports');
  await expect(page.getByRole('listitem', { name: 'Port 3456' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Open port 3456' })).toHaveCount(0);
  await page.getByRole('tab', { name: 'Network' }).click();
  await expect(page.getByRole('table', { name: 'Requests' })).toBeVisible();
  await expect(page.getByRole('button', { name: /^Allow / })).toHaveCount(0);
});
