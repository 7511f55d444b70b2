/** Through each door an agent drives a desktop while a person watches, stops on a call, changes it, takes over and hands back. */
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, type Page, test } from '@playwright/test';
import type { Sandbox } from '@sandglass/client/node';
import { openScriptedModel } from '../scriptedModel.ts';
import { nothingWarm, useWorld } from '../world.ts';

test.describe.configure({ mode: 'serial' });
test.use({ actionTimeout: 15_000 });

let model: Awaited<ReturnType<typeof openScriptedModel>>;
const world = useWorld(async () => {
  model = await openScriptedModel();
  return { ...nothingWarm, SANDGLASS_ANTHROPIC_URL: model.url, SANDGLASS_ANTHROPIC_API_KEY: 'the real key' };
});
let sandbox: Sandbox;
let running: ChildProcess | undefined;

type Doors = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** A program of its own, with what `npm start -- --json` prints and nothing else; resolves to what it said. */
async function runAgent(name: string): Promise<string> {
  const { url, token, doors } = world.server.ready as typeof world.server.ready & { doors: Doors };
  const program = spawn(
    process.execPath,
    ['--import', 'tsx', fileURLToPath(new URL(`../agents/${name}.mjs`, import.meta.url))],
    {
      env: {
        ...process.env,
        ...doors['e2b'],
        MCP_URL: doors['mcp']!['url']!,
        CDP_URL: doors['cdp']!['urlTemplate']!.replace('{sandbox}', sandbox?.id ?? ''),
        SANDGLASS_URL: new URL(url).origin,
        SANDGLASS_TOKEN: token,
        SANDBOX: sandbox?.id ?? '',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  running = program;
  let said = '';
  let complaint = '';
  program.stdout.on('data', (chunk: Buffer) => (said += String(chunk)));
  program.stderr.on('data', (chunk: Buffer) => (complaint += String(chunk)));
  const code = await new Promise((resolve) => program.once('close', resolve));
  if (code !== 0) throw new Error(`The agent ${name} ended with ${code}: ${complaint}`);
  return said.trim();
}

test.beforeAll(async () => {
  test.setTimeout(120_000);
  sandbox = await world.client.sandboxes.get(`sbx_${await runAgent('makeDesktop')}`);
});

test.afterAll(() => model?.close());
test.afterEach(async () => {
  running?.kill();
  await sandbox.gate.continue().catch(() => {});
});

const held = (page: Page) => page.getByRole('region', { name: /^Held before this call/ });

for (const { door, argument } of [
  { door: 'e2b', argument: 'command' },
  { door: 'mcp', argument: 'command' },
  { door: 'cdp', argument: 'text' },
  { door: 'computer', argument: 'command' },
  { door: 'native', argument: 'command' },
  { door: 'model', argument: 'command' },
])
  test(`${door}: a person stops the agent, edits a call, takes over and hands back`, async ({ browser }) => {
    test.setTimeout(90_000);
    await using at = await world.open(browser, `/s/${sandbox.id}`, { viewport: { width: 1600, height: 1000 } });
    const { page } = at;
    await expect(page.getByRole('log', { name: 'Events' })).toBeVisible();
    await page.getByRole('heading', { level: 1 }).click();
    await sandbox.gate.pause({ freeze: false });
    const agent = runAgent(door);
    agent.catch(() => {});

    // What comes before is let through, call by call, by one key.
    const wanted = held(page).filter({ hasText: 'agent' });
    const nextHeld = async () => (await sandbox.gate.get()).held[0];
    for (;;) {
      await expect.poll(async () => (await nextHeld())?.call, { timeout: 20_000 }).toBeTruthy();
      const next = await nextHeld();
      await expect(held(page)).toBeVisible();
      if (next?.summary.includes('agent')) break;
      await page.keyboard.press('a');
      await expect.poll(async () => (await nextHeld())?.call, { timeout: 20_000 }).not.toBe(next?.call);
    }

    await expect(wanted).toBeVisible();
    await page.keyboard.press('e');
    const editing = page.getByRole('dialog', { name: /^Edit / });
    await editing.getByLabel(argument, { exact: true }).fill(argument === 'text' ? 'person' : 'echo person');
    await editing.getByRole('button', { name: 'Run it like this' }).click();
    await expect(editing).toBeHidden();

    // The next one waits; from now on because a person drives.
    await expect.poll(async () => (await nextHeld())?.summary ?? 'agent', { timeout: 20_000 }).not.toContain('agent');
    const desktop = page.getByRole('tabpanel', { name: 'Desktop' });
    await desktop.getByRole('button', { name: 'Take control' }).click();
    await expect(page.getByRole('button', { name: 'Hand back' })).toBeVisible();
    await page.getByRole('heading', { level: 1 }).click();
    // The step is over: F8 goes on, and does not hold anew.
    await expect(page.getByRole('button', { name: 'Continue' })).toBeEnabled();
    await page.keyboard.press('F8');
    await expect.poll(async () => (await sandbox.gate.get()).mode.kind, { timeout: 20_000 }).toBe('open');
    await expect
      .poll(async () => (await sandbox.gate.get()).held.map(({ reason }) => reason.kind), { timeout: 20_000 })
      .toEqual(['control']);
    await page.getByRole('button', { name: 'Hand back' }).click();
    const handing = page.getByRole('dialog', { name: 'Hand back control' });
    await handing.getByLabel('Note to the agent').fill('Go on.');
    await handing.getByRole('button', { name: 'Hand back' }).click();
    expect(await agent).toContain('person');
    await expect(page.getByRole('log', { name: 'Events' })).toContainText('You released control');
  });
