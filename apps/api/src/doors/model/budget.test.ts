/** Budgets at the model door, with the vendors’ own clients; and how a spent one is refused at the doors beside it. */
import Anthropic from '@anthropic-ai/sdk';
import type { Run, SandboxId } from '@sandglass/protocol';
import OpenAI from 'openai';
import { afterEach, expect, test, vi } from 'vitest';
import { json, type ModelUpstream, openModelUpstream, sse } from '../../../test/modelUpstream.ts';
import { DoorWorld } from '../doorWorld.ts';
import { createMcpDoor } from '../mcp/door.ts';
import { Host } from '../mcp/mcpWorld.ts';
import { readBudget, spendingOf } from './budget.ts';
import { createModelDoor } from './door.ts';

let world: DoorWorld;
let upstream: ModelUpstream;
let sandbox: SandboxId;

async function start(): Promise<void> {
  upstream = await openModelUpstream();
  const at = { url: upstream.url, key: 'real-key' };
  const prices = { 'claude-*': { input: 3, output: 15 } };
  world = await DoorWorld.open([
    createModelDoor({ upstreams: { anthropic: at, openai: at }, prices, now: () => performance.now() }),
    createMcpDoor({ version: '0' }),
  ]);
  sandbox = (await world.rooms.create({ image: 'base' })).id;
  upstream.answer = (_asked, reply) => json(reply, 200, whole);
}
afterEach(async () => {
  await world[Symbol.asyncDispose]();
  await upstream[Symbol.asyncDispose]();
});

const ask = async (path: string, method: string, body: object): Promise<Response> =>
  await fetch(`${world.url}/v1/sandboxes/${sandbox}${path}`, {
    method,
    headers: { authorization: `Bearer ${world.secret}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
const begin = async (budget: Run['budget']): Promise<Run> =>
  (await (await ask('/runs', 'POST', { goal: 'Within its means', budget })).json()) as Run;
const now = (run: Run): Run => world.rooms.services.runs.get(sandbox, run.id);
const anthropic = (headers: Record<string, string> = {}) =>
  new Anthropic({
    baseURL: `${world.url}/model/${sandbox}/anthropic`,
    apiKey: world.secret,
    maxRetries: 3,
    defaultHeaders: headers,
  });
const openai = () =>
  new OpenAI({ baseURL: `${world.url}/model/${sandbox}/openai/v1`, apiKey: world.secret, maxRetries: 3 });
const hello = { model: 'claude-test', max_tokens: 64, messages: [{ role: 'user' as const, content: 'hello' }] };
const whole = {
  ...{ id: 'msg_1', type: 'message', role: 'assistant', model: 'claude-test', stop_reason: 'end_turn' },
  content: [{ type: 'text', text: 'hi' }],
  usage: { input_tokens: 30, output_tokens: 10 },
};
const begun = { ...whole, content: [], stop_reason: null, usage: { input_tokens: 30, output_tokens: 1 } };
const streamed = [
  { type: 'message_start', message: begun },
  { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
  { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'One. ' } },
];
const rest = [
  { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Two.' } },
  { type: 'content_block_stop', index: 0 },
  { type: 'message_delta', delta: { stop_reason: 'end_turn', stop_sequence: null }, usage: { output_tokens: 20 } },
  { type: 'message_stop' },
];

test('up to the limit replies come; after it each SDK raises its own error at once, and the upstream hears nothing', async () => {
  await start();
  const run = await begin({ tokens: 80 });
  await anthropic().messages.create(hello);
  await anthropic().messages.create(hello);
  expect(now(run).spent).toEqual({ usd: 0.00048, tokens: 80 });
  const refused = await anthropic()
    .messages.create(hello)
    .catch((error: unknown) => error as InstanceType<typeof Anthropic.APIError>);
  expect(refused).toBeInstanceOf(Anthropic.APIError);
  expect(refused).toMatchObject({ status: 402, error: { type: 'error', error: { type: 'billing_error' } } });
  expect(String(refused)).toContain('80 of 80 tokens');
  const other = await openai()
    .chat.completions.create({ model: 'gpt-test', messages: hello.messages })
    .catch((error: unknown) => error as InstanceType<typeof OpenAI.APIError>);
  expect(other).toBeInstanceOf(OpenAI.APIError);
  expect(other).toMatchObject({ status: 402, code: 'insufficient_quota', type: 'insufficient_quota' });
  expect(upstream.asked).toHaveLength(2);
  // Beside it: the native API, and a tool of the MCP door.
  const native = await ask('/execs', 'POST', { command: 'true' });
  expect([native.status, native.headers.get('content-type')]).toEqual([402, 'application/problem+json; charset=utf-8']);
  expect(await native.json()).toMatchObject({ code: 'budgetSpent', details: { run: run.id, limit: 'tokens' } });
  await using host = await Host.connect(world.url, world.secret, { sandbox });
  expect(await host.refusal('bash', { command: 'true' })).toContain('The budget of this run is spent');
  expect(world.rooms.events(sandbox, 'run.budget').map(({ state }) => state)).toEqual(['spent']);
});

test('a stream that is on its way when the budget is spent is finished and counted', async () => {
  await start();
  const run = await begin({ tokens: 40 });
  let finish = () => {};
  upstream.answer = ({ body }, reply) => {
    if (!body.includes('"stream":true')) return json(reply, 200, whole);
    reply.writeHead(200, { 'content-type': 'text/event-stream' });
    reply.write(sse(streamed));
    finish = () => reply.end(sse(rest));
  };
  const stream = anthropic().messages.stream(hello);
  await new Promise<void>((resolve) => stream.once('text', () => resolve()));
  await anthropic().messages.create(hello);
  expect(now(run).spent.tokens).toBe(40);
  await expect(anthropic().messages.create(hello)).rejects.toMatchObject({ status: 402 });
  finish();
  expect((await stream.finalMessage()).content).toMatchObject([{ text: 'One. Two.' }]);
  expect(now(run).spent.tokens).toBe(90);
});

test('a stream that breaks off counts with what was said of it, one that nobody hears to its end, too', async () => {
  await start();
  const run = await begin({ tokens: 1_000 });
  const said = 'x'.repeat(400);
  const parts = [...streamed.slice(0, 2), { ...streamed[2]!, delta: { type: 'text_delta', text: said } }];
  upstream.answer = (_asked, reply) => {
    reply.writeHead(200, { 'content-type': 'text/event-stream' });
    reply.write(sse(parts), () => reply.destroy());
  };
  await expect(anthropic({}).messages.stream(hello, { maxRetries: 0 }).finalMessage()).rejects.toThrow();
  expect(now(run).spent.tokens).toBe(30 + 100);
  upstream.answer = (_asked, reply) => {
    reply.writeHead(200, { 'content-type': 'text/event-stream' });
    reply.write(sse(parts));
  };
  const left = anthropic().messages.stream(hello);
  await new Promise<void>((resolve) => left.once('text', () => resolve()));
  left.abort();
  await left.finalMessage().catch(() => {});
  await vi.waitFor(() => expect(now(run).spent.tokens).toBe(2 * (30 + 100)));
});

test('dollars: without a price for the model nothing is asked of it', async () => {
  await start();
  await begin({ usd: 1 });
  await anthropic().messages.create(hello);
  await expect(openai().chat.completions.create({ model: 'gpt-test', messages: hello.messages })).rejects.toMatchObject(
    { status: 422, message: expect.stringContaining('SANDGLASS_MODEL_PRICES') },
  );
  expect(upstream.asked).toHaveLength(1);
});

test('by a header of the client alone an agent that knows nothing of runs has a budget', async () => {
  await start();
  const client = anthropic({ 'x-sandglass-budget': 'tokens=40, minutes=30' });
  await client.messages.create(hello);
  expect(upstream.asked[0]!.headers).not.toHaveProperty('x-sandglass-budget');
  await expect(client.messages.create(hello)).rejects.toMatchObject({ status: 402 });
  const { items } = await world.rooms.services.runs.list({ sort: 'newest', limit: 10 });
  expect(items).toMatchObject([{ origin: 'seen', budget: { tokens: 40, minutes: 30 }, spent: { tokens: 40 } }]);
  await expect(anthropic({ 'x-sandglass-budget': 'much' }).messages.create(hello)).rejects.toMatchObject({
    status: 400,
  });
});

test('a header is read strictly', () => {
  expect(readBudget(undefined)).toBeNull();
  expect(readBudget(' usd=1.5 ,tokens=10')).toEqual({ usd: 1.5, tokens: 10 });
  for (const wrong of ['', 'usd', 'usd=', 'usd=0', 'tokens=1.5', 'euros=1', 'usd=1,,tokens=2', 'usd=-1'])
    expect(() => readBudget(wrong), wrong).toThrow('x-sandglass-budget is read as in');
});

test('where a provider says no tokens, written text stands for them; where it said nothing, nothing is counted', () => {
  const reply = {
    id: null,
    model: 'm',
    text: 'x'.repeat(40),
    thinking: '',
    toolUses: [],
    usage: null,
    stopReason: null,
  };
  const request = { messages: [{ role: 'user', content: 'y'.repeat(57) }] };
  expect(spendingOf({ ...reply, error: null, complete: true }, request, {})).toEqual({ usd: null, tokens: 10 + 25 });
  expect(spendingOf({ ...reply, text: '', error: null, complete: false }, request, {})).toBeNull();
  expect(spendingOf(null, request, {})).toBeNull();
});
