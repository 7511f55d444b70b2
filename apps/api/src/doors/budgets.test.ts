/**
 * A run whose budget is spent, through the doors that have no shape of their own for it: the native one and computer use. Those of E2B, MCP
 * and models are tried beside them.
 */
import { type ComputerUseResult, RunId, type SandboxId } from '@sandglass/protocol';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { person } from '../sandboxes/testWorld.ts';
import { DoorWorld } from './doorWorld.ts';

let world: DoorWorld;
let sandbox: SandboxId;
beforeEach(async () => {
  world = await DoorWorld.open([]);
  sandbox = (await world.rooms.create({ image: 'base' })).id;
});
afterEach(() => world[Symbol.asyncDispose]());

const post = (path: string, body: unknown) =>
  fetch(`${world.url}/v1/sandboxes/${sandbox}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${world.secret}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
const use = (name: string, input: object) => ({ type: 'tool_use', id: 'toolu_1', name, input });
const spent = 'The budget of this run is spent: 1 of 1 minute.';
const asked = () => world.rooms.events(sandbox, 'call.asked').length;

test('the native door answers with a typed error, and goes on when the budget is raised', async () => {
  const run = (await (await post('/runs', { goal: 'Be quick', budget: { minutes: 1 } })).json()) as { id: string };
  expect((await post('/execs', { command: 'true' })).status).toBe(201);
  world.rooms.clock.advance(60_000);
  const refused = await post('/execs', { command: 'echo never' });
  expect(refused.status).toBe(402);
  expect(await refused.json()).toMatchObject({ code: 'budgetSpent', detail: expect.stringContaining(spent) });
  // A person raises it: no agent gives itself more.
  await world.rooms.services.runs.update(person, sandbox, RunId.parse(run.id), {
    budget: { minutes: 5 },
    reason: 'Go on.',
  });
  expect((await post('/execs', { command: 'true' })).status).toBe(201);
});

test('computer use answers in each vendor’s shape, for the model to read', async () => {
  await post('/runs', { goal: 'Be quick', budget: { minutes: 1 } });
  const [first] = (await (await post('/computer', use('bash', { command: 'true' }))).json()) as ComputerUseResult[];
  expect(first).not.toMatchObject({ is_error: true });
  world.rooms.clock.advance(60_000);
  const before = asked();
  const editor = { command: 'create', path: '/home/user/a', file_text: 'a' };
  const refused = await post('/computer', [use('bash', { command: 'echo never' }), use('str_replace_editor', editor)]);
  expect(await refused.json()).toMatchObject(
    [1, 2].map(() => ({ type: 'tool_result', is_error: true, content: [{ text: expect.stringContaining(spent) }] })),
  );
  // What was refused is in the record, and nothing of it ran.
  expect(asked()).toBe(before + 2);
  expect(world.rooms.events(sandbox, 'file.changed')).toEqual([]);
});
