import { afterEach, beforeEach, expect, it } from 'vitest';
import { ServerWorld } from '../../test/serverWorld.ts';
import { sandboxA } from '../../test/stubServices.ts';
import { createMcpDoor } from '../doors/mcp/door.ts';

let world: ServerWorld;
beforeEach(async () => {
  world = await ServerWorld.start({ doors: [createMcpDoor({ version: 'test' })] });
});
afterEach(async () => await world[Symbol.asyncDispose]());

interface Described {
  readonly name: string;
  readonly variables: Record<string, string>;
  readonly snippets: { readonly id: string; readonly text: string }[];
}

it('says how agents come in, with a word in the place of a token', async () => {
  const { json } = await world.ask(`/v1/doors?sandbox=${sandboxA}`);
  const { items } = json as { items: Described[] };
  expect(items.map(({ name }) => name)).toEqual(['mcp', 'native']);
  expect(items[0]!.variables).toEqual({ url: `${world.origin}/mcp`, token: 'YOUR_TOKEN' });
  for (const { text } of items.flatMap(({ snippets }) => snippets)) expect(text).toContain('YOUR_TOKEN');
  expect(JSON.stringify(items)).not.toContain(world.secret);
});

it('makes a token of one sandbox, and puts it where it belongs', async () => {
  const body = JSON.stringify({ name: 'my agent', sandbox: sandboxA });
  const { status, json } = await world.ask('/v1/doors/connect', { body });
  expect(status).toBe(201);
  const { token, doors } = json as { token: { secret: string; role: string; scope: unknown }; doors: Described[] };
  expect(token).toMatchObject({ role: 'operator', scope: { kind: 'sandbox', sandbox: sandboxA } });
  for (const { text } of doors.flatMap(({ snippets }) => snippets)) expect(text).toContain(token.secret);
  // What it says works: the token opens this sandbox and nothing else.
  const mayUse = await world.ask(`/v1/sandboxes/${sandboxA}`, { token: token.secret });
  expect(mayUse.status).toBe(200);
  const mayNot = await world.ask('/v1/tokens', { token: token.secret });
  expect(mayNot.status).toBe(403);
});

it('only an admin makes tokens; a token of one sandbox sees the doors of its own', async () => {
  const operator = await world.token({ role: 'operator', scope: { kind: 'sandbox', sandbox: sandboxA } });
  expect((await world.ask('/v1/doors/connect', { token: operator.secret, body: '{}' })).status).toBe(403);
  expect((await world.ask(`/v1/doors?sandbox=${sandboxA}`, { token: operator.secret })).status).toBe(200);
  expect((await world.ask('/v1/doors?sandbox=sbx_bbbb', { token: operator.secret })).status).toBe(403);
});
