/** A rule holds what a model replied, before its agent sees any of it; with the vendors’ own clients. */
import Anthropic from '@anthropic-ai/sdk';
import type { Decision, HeldCall, SandboxId } from '@sandglass/protocol';
import OpenAI from 'openai';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { json, type ModelUpstream, openModelUpstream, sse } from '../../../test/modelUpstream.ts';
import { person } from '../../sandboxes/testWorld.ts';
import { DoorWorld } from '../doorWorld.ts';
import { createModelDoor } from './door.ts';

let world: DoorWorld;
let upstream: ModelUpstream;
let sandbox: SandboxId;
let pingEveryMs: number;

async function start(): Promise<void> {
  upstream = await openModelUpstream();
  const at = { url: upstream.url, key: 'real-key' };
  const upstreams = { anthropic: at, openai: at };
  world = await DoorWorld.open([createModelDoor({ upstreams, prices: {}, pingEveryMs, now: () => performance.now() })]);
  sandbox = (await world.rooms.create({ image: 'base' })).id;
  await world.rooms.services.rules.create(
    person,
    { kind: 'sandbox', sandbox },
    { name: 'Read first', text: 'after model.reply → hold' },
  );
  upstream.answer = ({ body }, reply) => {
    if (!body.includes('"stream":true')) return json(reply, 200, whole);
    reply.writeHead(200, { 'content-type': 'text/event-stream', 'request-id': 'req_upstream' });
    for (let at = 0; at < bytes.length; at += 11) reply.write(bytes.subarray(at, at + 11));
    reply.end();
  };
}
beforeEach(() => {
  pingEveryMs = 60_000;
});
afterEach(async () => {
  await world[Symbol.asyncDispose]();
  await upstream[Symbol.asyncDispose]();
});

const whole = {
  ...{ id: 'msg_1', type: 'message', role: 'assistant', model: 'claude-test', stop_reason: 'end_turn' },
  content: [{ type: 'text', text: 'rm -rf /' }],
  usage: { input_tokens: 3, output_tokens: 1 },
};
const bytes = Buffer.from(
  sse([
    { type: 'message_start', message: { ...whole, content: [], stop_reason: null } } as never,
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } } as never,
    { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'rm -rf / — ünï' } } as never,
    { type: 'content_block_stop', index: 0 } as never,
    { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 9 } } as never,
    { type: 'message_stop' },
  ]),
);
const hello = { model: 'claude-test', max_tokens: 64, messages: [{ role: 'user' as const, content: 'go' }] };
const anthropic = () =>
  new Anthropic({ baseURL: `${world.url}/model/${sandbox}/anthropic`, apiKey: world.secret, maxRetries: 0 });
const openai = () =>
  new OpenAI({ baseURL: `${world.url}/model/${sandbox}/openai/v1`, apiKey: world.secret, maxRetries: 0 });
const raw = async (): Promise<Response> =>
  await fetch(`${world.url}/model/${sandbox}/anthropic/v1/messages`, {
    method: 'POST',
    headers: { 'x-api-key': world.secret, 'content-type': 'application/json' },
    body: JSON.stringify({ ...hello, stream: true }),
  });

const held = async (): Promise<HeldCall> =>
  await vi.waitFor(() => {
    const [one] = world.rooms.services.gate.get(sandbox).held;
    expect(one).toMatchObject({ when: 'after', name: 'model.reply' });
    return one!;
  });
const decide = async (decision: Decision): Promise<void> => {
  const { call } = await held();
  await world.rooms.services.gate.decide(person, sandbox, call, decision);
};

test('a stream waits whole, the person sees what it says, and it is let go byte for byte', async () => {
  await start();
  let hasCome = false;
  const asked = raw().then(async (response) => {
    hasCome = true;
    return { headers: response.headers, body: Buffer.from(await response.arrayBuffer()) };
  });
  expect(await held()).toMatchObject({ result: { text: 'rm -rf / — ünï' }, may: { answer: true, edit: false } });
  expect(hasCome).toBe(false);
  await decide({ kind: 'approve' });
  const { headers, body } = await asked;
  expect(body.equals(bytes)).toBe(true);
  expect(headers.get('request-id')).toBe('req_upstream');
});

test('while it waits the stream is kept alive as its provider does it, and the SDK notices nothing', async () => {
  pingEveryMs = 5;
  await start();
  const stream = anthropic().messages.stream(hello);
  const kinds: string[] = [];
  stream.on('streamEvent', ({ type }) => kinds.push(type));
  const response = await raw();
  const reader = response.body!.getReader();
  const first = Buffer.from((await reader.read()).value!).toString();
  expect(first.startsWith('event: ping\ndata: {"type": "ping"}\n\n')).toBe(true);
  await decide({ kind: 'approve' });
  await vi.waitFor(() => expect(world.rooms.services.gate.get(sandbox).held).toHaveLength(1));
  await decide({ kind: 'approve' });
  expect((await stream.finalMessage()).content).toMatchObject([{ text: 'rm -rf / — ünï' }]);
  let rest = first;
  for (;;) {
    const { value, done } = await reader.read();
    if (done) break;
    rest += Buffer.from(value).toString('utf8');
  }
  expect(rest.replaceAll('event: ping\ndata: {"type": "ping"}\n\n', '')).toBe(bytes.toString('utf8'));
});

test('a person answers in its place, before anything was said and after the first ping', async () => {
  for (const every of [60_000, 5]) {
    pingEveryMs = every;
    await start();
    const stream = anthropic().messages.stream(hello);
    const begun = new Promise<void>((resolve) => stream.once('connect', () => resolve()));
    const final = stream.finalMessage();
    if (every === 5) await begun;
    await decide({ kind: 'answer', result: { text: 'ls -l' } });
    expect((await final).content).toMatchObject([{ type: 'text', text: 'ls -l' }]);
    if (every === 5) break;
    await world[Symbol.asyncDispose]();
    await upstream[Symbol.asyncDispose]();
  }
});

test('rejected, each SDK raises its own error: by the status, or in the stream when it has begun', async () => {
  await start();
  const asked = anthropic().messages.stream(hello).finalMessage();
  const refused = expect(asked).rejects.toMatchObject({ status: 403, message: expect.stringContaining('not that') });
  await decide({ kind: 'reject', reason: 'not that' });
  await refused;
  await world[Symbol.asyncDispose]();
  await upstream[Symbol.asyncDispose]();
  pingEveryMs = 5;
  await start();
  const stream = anthropic().messages.stream(hello);
  const late = expect(stream.finalMessage()).rejects.toThrow(/not that/);
  await new Promise<void>((resolve) => stream.once('connect', () => resolve()));
  await decide({ kind: 'reject', reason: 'not that' });
  await late;
  const chunks = await Promise.all([
    openai().chat.completions.create({ model: 'gpt-test', stream: true, messages: hello.messages }),
    held(),
  ]).then(([iterator]) => iterator);
  const heard = expect(
    (async () => {
      for await (const _ of chunks);
    })(),
  ).rejects.toThrow(/nor that/);
  await decide({ kind: 'reject', reason: 'nor that' });
  await heard;
});

test('a reply that is not streamed, and a refusal of the provider, are held and let go too', async () => {
  await start();
  const asked = anthropic().messages.create(hello);
  await decide({ kind: 'approve' });
  expect((await asked).content).toEqual(whole.content);
  upstream.answer = (_asked, reply) =>
    json(reply, 429, { type: 'error', error: { type: 'rate_limit_error' } }, { 'retry-after': '7' });
  const limited = anthropic()
    .messages.create(hello)
    .catch((error: unknown) => error as InstanceType<typeof Anthropic.APIError>);
  await decide({ kind: 'approve' });
  const error = await limited;
  expect(error).toMatchObject({ status: 429, error: { error: { type: 'rate_limit_error' } } });
  expect((error as InstanceType<typeof Anthropic.APIError>).headers?.get('retry-after')).toBe('7');
});

test('an agent that goes away while its reply waits holds nobody up', async () => {
  await start();
  const stream = anthropic().messages.stream(hello);
  const gone = stream.finalMessage().catch(() => {});
  await held();
  stream.abort();
  await gone;
  await vi.waitFor(() => expect(world.rooms.services.gate.get(sandbox).held).toEqual([]));
});

test('where no rule could hold it, it goes out as it comes', async () => {
  await start();
  const { rules } = world.rooms.services;
  for (const { id } of rules.listAll().items) await rules.remove(person, { kind: 'sandbox', sandbox }, id);
  await rules.create(
    person,
    { kind: 'sandbox', sandbox },
    { name: 'Only written down', text: 'after model.reply → log' },
  );
  let finish = () => {};
  upstream.answer = (_asked, reply) => {
    reply.writeHead(200, { 'content-type': 'text/event-stream' });
    reply.write(bytes.subarray(0, 400));
    finish = () => reply.end(bytes.subarray(400));
  };
  const reader = (await raw()).body!.getReader();
  expect(Buffer.from((await reader.read()).value!).length).toBeGreaterThan(0);
  finish();
});
