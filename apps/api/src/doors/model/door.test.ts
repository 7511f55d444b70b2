import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { afterEach, expect, test } from 'vitest';
import { json, type ModelUpstream, openModelUpstream, sse, stream } from '../../../test/modelUpstream.ts';
import { ServerWorld } from '../../../test/serverWorld.ts';
import { sandboxA } from '../../../test/stubServices.ts';
import type { AskedCall, Caller } from '../../services.ts';
import { createModelDoor } from './door.ts';

interface Passed {
  readonly caller: Caller;
  readonly sandbox: string;
  readonly name: string;
  readonly summary: string;
  readonly given: Record<string, unknown>;
  readonly result: Record<string, unknown> | undefined;
  readonly said: string;
}

let world: ServerWorld;
let upstream: ModelUpstream;
const passed: Passed[] = [];
/** What a person decides of the next call. */
let decided: { answer?: unknown; edit?: (given: Record<string, unknown>) => unknown } = {};

async function start({ key = 'real-key', sandboxKnown = true } = {}): Promise<void> {
  passed.length = 0;
  decided = {};
  upstream = await openModelUpstream();
  const at = { url: upstream.url, key: key === '' ? null : key };
  world = await ServerWorld.start({
    doors: [
      createModelDoor({
        upstreams: { anthropic: at, openai: at },
        prices: { 'claude-*': { input: 3, output: 15, cached: 0.3 } },
        now: () => performance.now(),
      }),
    ],
  });
  const { calls } = world.stub.services;
  Object.assign(calls, {
    lastSandbox: () => (sandboxKnown ? sandboxA : null),
    pass: async (
      caller: Caller,
      sandbox: string,
      asked: AskedCall<Record<string, unknown>, unknown>,
      work: (given: Record<string, unknown>) => Promise<unknown>,
    ) => {
      const facts = {
        caller,
        sandbox,
        name: asked.name,
        summary: asked.summary(asked.arguments),
        given: asked.arguments,
      };
      try {
        const value =
          decided.answer !== undefined
            ? asked.answer!.parse(decided.answer)
            : await work(
                decided.edit === undefined ? asked.arguments : asked.schema!.parse(decided.edit(asked.arguments)),
              );
        const { summary, result } = asked.outcome(value);
        passed.push({ ...facts, result, said: summary });
        return value;
      } catch (error) {
        passed.push({ ...facts, result: undefined, said: (error as Error).message });
        throw error;
      }
    },
  });
}

afterEach(async () => {
  await world[Symbol.asyncDispose]();
  await upstream[Symbol.asyncDispose]();
});

const anthropic = () =>
  new Anthropic({ baseURL: `${world.origin}/model/anthropic`, apiKey: world.secret, maxRetries: 0 });
const openai = () => new OpenAI({ baseURL: `${world.origin}/model/openai/v1`, apiKey: world.secret, maxRetries: 0 });

const hello = { model: 'claude-test', max_tokens: 64, messages: [{ role: 'user' as const, content: 'hello' }] };
const streamed = [
  {
    type: 'message_start',
    message: {
      id: 'msg_1',
      type: 'message',
      role: 'assistant',
      model: 'claude-test',
      content: [],
      stop_reason: null,
      stop_sequence: null,
      usage: { input_tokens: 20, cache_read_input_tokens: 100, cache_creation_input_tokens: 0, output_tokens: 1 },
    },
  },
  { type: 'content_block_start', index: 0, content_block: { type: 'thinking', thinking: '', signature: '' } },
  { type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking: 'The total is ' } },
  { type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking: 'negative.' } },
  { type: 'content_block_stop', index: 0 },
  { type: 'content_block_start', index: 1, content_block: { type: 'text', text: '' } },
  { type: 'content_block_delta', index: 1, delta: { type: 'text_delta', text: 'I will press Pay — ünïcode' } },
  { type: 'content_block_stop', index: 1 },
  {
    type: 'content_block_start',
    index: 2,
    content_block: { type: 'tool_use', id: 'toolu_1', name: 'bash', input: {} },
  },
  { type: 'content_block_delta', index: 2, delta: { type: 'input_json_delta', partial_json: '{"command":' } },
  { type: 'content_block_delta', index: 2, delta: { type: 'input_json_delta', partial_json: '"ls"}' } },
  { type: 'content_block_stop', index: 2 },
  { type: 'message_delta', delta: { stop_reason: 'tool_use', stop_sequence: null }, usage: { output_tokens: 42 } },
  { type: 'message_stop' },
];

test('a streamed reply of the Anthropic SDK: the agent gets it whole, the record has its thoughts, tool uses, tokens and cost', async () => {
  await start();
  upstream.answer = (_asked, reply) => stream(reply, sse(streamed));
  const message = await anthropic().messages.stream(hello).finalMessage();
  expect(message.content.map((block) => block.type)).toEqual(['thinking', 'text', 'tool_use']);
  expect(upstream.asked[0]).toMatchObject({ path: '/v1/messages', headers: { 'x-api-key': 'real-key' } });
  expect(JSON.stringify(upstream.asked[0]!.headers)).not.toContain(world.secret);
  expect(passed).toEqual([
    expect.objectContaining({
      name: 'model.reply',
      summary: 'claude-test · 1 message',
      sandbox: sandboxA,
      caller: { actor: 'agent', door: 'model', token: 'tok_start' },
      said: 'bash · 120 + 42 tokens',
      result: expect.objectContaining({
        thinking: 'The total is negative.',
        text: 'I will press Pay — ünïcode',
        toolUses: [{ id: 'toolu_1', name: 'bash', input: { command: 'ls' } }],
        tokens: { input: 120, cached: 100, output: 42 },
        costUsd: (20 * 3 + 100 * 0.3 + 42 * 15) / 1e6,
        stopReason: 'tool_use',
      }),
    }),
  ]);
  expect(passed[0]!.result).not.toHaveProperty('cut');
});

test('every byte of a stream is as the upstream sent it, however it was cut into pieces', async () => {
  await start();
  const bytes = Buffer.from(sse(streamed), 'utf8');
  upstream.answer = (_asked, reply) => {
    reply.writeHead(200, { 'content-type': 'text/event-stream' });
    for (let at = 0; at < bytes.length; at += 7) reply.write(bytes.subarray(at, at + 7));
    reply.end();
  };
  const answer = await world.ask('/model/anthropic/v1/messages', { body: JSON.stringify({ ...hello, stream: true }) });
  expect(answer.body.equals(bytes)).toBe(true);
  expect(passed[0]!.result).toMatchObject({ text: 'I will press Pay — ünïcode' });
});

test('of a conversation each message is recorded once, and pictures by their size', async () => {
  await start();
  upstream.answer = (_asked, reply) =>
    json(reply, 200, { ...streamed[0]!.message, content: [{ type: 'text', text: 'ok' }], stop_reason: 'end_turn' });
  const picture = { type: 'base64' as const, media_type: 'image/png' as const, data: 'A'.repeat(5_000) };
  const second = [
    ...hello.messages,
    { role: 'assistant' as const, content: 'ok' },
    { role: 'user' as const, content: [{ type: 'image' as const, source: picture }] },
  ];
  await anthropic().messages.create({ ...hello, system: 'Be brief' });
  await anthropic().messages.create({ ...hello, system: 'Be brief', messages: second });
  expect(passed[0]!.given).toMatchObject({ messages: 1, system: 'Be brief', added: hello.messages });
  expect(passed[1]!.given).toMatchObject({ messages: 3, since: 1 });
  expect(passed[1]!.given).not.toHaveProperty('system');
  expect(JSON.stringify(passed[1]!.given)).toContain('… (5000 characters)');
  expect(JSON.parse(upstream.asked[1]!.body).messages[2].content[0].source.data).toHaveLength(5_000);
});

test('Chat Completions of the OpenAI SDK, streamed, with a tool call', async () => {
  await start();
  const chunk = (delta: object, finish: string | null = null) => ({
    id: 'c1',
    object: 'chat.completion.chunk',
    created: 1,
    model: 'gpt-test',
    choices: [{ index: 0, delta, finish_reason: finish }],
  });
  upstream.answer = (_asked, reply) =>
    stream(
      reply,
      `${sse(
        [
          chunk({ role: 'assistant', content: 'Looking' }),
          chunk({
            tool_calls: [{ index: 0, id: 'call_1', type: 'function', function: { name: 'exec', arguments: '{"a"' } }],
          }),
          chunk({ tool_calls: [{ index: 0, function: { arguments: ':1}' } }] }),
          chunk({}, 'tool_calls'),
          { id: 'c1', choices: [], model: 'gpt-test', usage: { prompt_tokens: 9, completion_tokens: 4 } } as object,
        ],
        false,
      )}data: [DONE]\n\n`,
    );
  const reply = await openai()
    .chat.completions.stream({ model: 'gpt-test', messages: [{ role: 'user', content: 'go' }] })
    .finalChatCompletion();
  expect(reply.choices[0]!.message.tool_calls![0]).toMatchObject({ function: { name: 'exec', arguments: '{"a":1}' } });
  expect(upstream.asked[0]).toMatchObject({
    path: '/v1/chat/completions',
    headers: { authorization: 'Bearer real-key' },
  });
  expect(passed[0]!.result).toMatchObject({
    text: 'Looking',
    toolUses: [{ id: 'call_1', name: 'exec', input: { a: 1 } }],
    tokens: { input: 9, output: 4, cached: 0 },
    stopReason: 'tool_calls',
  });
});

test('Responses of the OpenAI SDK, streamed: the last event is what counts', async () => {
  await start();
  const response = {
    id: 'resp_1',
    object: 'response',
    created_at: 1,
    model: 'gpt-test',
    status: 'completed',
    error: null,
    incomplete_details: null,
    output: [
      { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 'Find the bug.' }] },
      {
        type: 'message',
        id: 'm_1',
        role: 'assistant',
        status: 'completed',
        content: [{ type: 'output_text', text: 'Done.', annotations: [] }],
      },
      {
        type: 'function_call',
        id: 'fc_1',
        call_id: 'call_9',
        name: 'exec',
        arguments: '{"cmd":"ls"}',
        status: 'completed',
      },
    ],
    usage: { input_tokens: 5, input_tokens_details: { cached_tokens: 2 }, output_tokens: 7 },
  };
  upstream.answer = (_asked, reply) =>
    stream(
      reply,
      sse([
        { type: 'response.created', response: { ...response, status: 'in_progress', output: [] } } as object,
        { type: 'response.output_text.delta', output_index: 1, delta: 'Do' } as object,
        { type: 'response.completed', response } as object,
      ]),
    );
  const events = await openai().responses.create({ model: 'gpt-test', input: 'go', stream: true });
  const kinds: string[] = [];
  for await (const event of events) kinds.push(event.type);
  expect(kinds).toEqual(['response.created', 'response.output_text.delta', 'response.completed']);
  expect(passed[0]!.given).toMatchObject({ added: [{ role: 'user', content: 'go' }] });
  expect(passed[0]!.result).toMatchObject({
    thinking: 'Find the bug.',
    text: 'Done.',
    toolUses: [{ id: 'call_9', name: 'exec', input: { cmd: 'ls' } }],
    tokens: { input: 5, cached: 2, output: 7 },
  });
});

test('a 429 goes back as it came, so that the SDK does as it always does, and the call says so', async () => {
  await start();
  upstream.answer = (_asked, reply) =>
    json(
      reply,
      429,
      { type: 'error', error: { type: 'rate_limit_error', message: 'slow down' } },
      { 'retry-after': '7' },
    );
  const failed = await anthropic()
    .messages.create(hello)
    .catch((error: unknown) => error);
  expect(failed).toBeInstanceOf(Anthropic.RateLimitError);
  expect((failed as InstanceType<typeof Anthropic.APIError>).headers?.get('retry-after')).toBe('7');
  expect(passed[0]!.said).toBe('The model’s server answered 429: too many requests.');
});

test('a stream that is cut reaches the agent as cut, and the record says so', async () => {
  await start();
  upstream.answer = (_asked, reply) => {
    reply.writeHead(200, { 'content-type': 'text/event-stream', 'content-length': '100000' });
    reply.write(sse(streamed.slice(0, 4)), () => reply.destroy());
  };
  await expect(anthropic().messages.stream(hello).finalMessage()).rejects.toThrow();
  await expect.poll(() => passed.length).toBe(1);
  expect(passed[0]!.said).toContain('broke off half-way');
});

test('an agent that goes away ends the request at the upstream, too', async () => {
  await start();
  const left = new Promise<void>((resolve) => {
    upstream.answer = (_asked, reply) => {
      reply.once('close', resolve);
      reply.writeHead(200, { 'content-type': 'text/event-stream' });
      reply.write(sse(streamed.slice(0, 4)));
    };
  });
  const running = anthropic().messages.stream(hello);
  running.on('streamEvent', () => running.abort());
  await expect(running.finalMessage()).rejects.toThrow();
  await left;
  await expect.poll(() => passed[0]?.said).toBe('The agent closed the connection.');
});

test('no key, a wrong token, a viewer, another sandbox’s token, an unknown provider: errors in the provider’s own shape', async () => {
  await start({ key: '' });
  const viewer = await world.token({ role: 'viewer' });
  const ask = async (path: string, token: string) => {
    const answer = await world.ask(path, { token: null, headers: { 'x-api-key': token }, body: JSON.stringify(hello) });
    return [answer.status, answer.json];
  };
  const error = (type: string, message: unknown) => ({ type: 'error', error: { type, message } });
  expect(await ask('/model/anthropic/v1/messages', world.secret)).toEqual([
    503,
    error('api_error', 'No key for anthropic is set on this server. Start it with SANDGLASS_ANTHROPIC_API_KEY.'),
  ]);
  expect(await ask('/model/anthropic/v1/messages', 'sgt_wrong')).toEqual([
    401,
    error('authentication_error', expect.any(String)),
  ]);
  expect(await ask('/model/anthropic/v1/messages', viewer.secret)).toEqual([
    403,
    error('permission_error', expect.stringContaining('operator')),
  ]);
  expect(await ask('/model/mistral/v1/messages', world.secret)).toEqual([
    404,
    error('not_found_error', expect.any(String)),
  ]);
  expect((await ask('/model/openai/v1/responses', world.secret))[1]).toMatchObject({ error: { type: 'server_error' } });
  expect(upstream.asked).toEqual([]);
});

test('before the first sandbox it forwards, and says that nothing was recorded', async () => {
  await start({ sandboxKnown: false });
  upstream.answer = (_asked, reply) => json(reply, 200, { data: [] });
  const answer = await world.ask('/model/anthropic/v1/models?limit=2', { token: world.secret });
  expect(answer.status).toBe(200);
  expect(answer.headers['x-sandglass-recorded']).toBe('no');
  expect(upstream.asked[0]!.path).toBe('/v1/models?limit=2');
  expect(passed).toEqual([]);
});

test('an upstream that cannot be reached is said in words', async () => {
  await start();
  await upstream[Symbol.asyncDispose]();
  await expect(anthropic().messages.create(hello)).rejects.toThrow(/cannot be reached \(ECONNREFUSED\)/);
});

test('what the model thought and said stands among what its agent does', async () => {
  await start();
  upstream.answer = (_asked, reply) => stream(reply, sse(streamed));
  await anthropic().messages.stream(hello).finalMessage();
  const said = world.stub
    .log(sandboxA)
    .events(1, 100)
    .filter((event) => event.kind === 'agent.said');
  expect(said.map(({ data, actor, by }) => [actor, by, data])).toEqual([
    ['agent', 'tok_start', { sort: 'thought', text: 'The total is negative.' }],
    ['agent', 'tok_start', { sort: 'message', text: 'I will press Pay — ünïcode' }],
  ]);
});

test('a request that a person edited goes out edited, with the pictures that the record leaves out', async () => {
  await start();
  upstream.answer = (_asked, reply) =>
    json(reply, 200, { ...streamed[0]!.message, content: [{ type: 'text', text: 'ok' }], stop_reason: 'end_turn' });
  const data = 'B'.repeat(4_000);
  const messages = [
    {
      role: 'user' as const,
      content: [
        { type: 'image' as const, source: { type: 'base64' as const, media_type: 'image/png' as const, data } },
      ],
    },
    { role: 'user' as const, content: 'buy it' },
  ];
  decided.edit = (given) => ({
    ...given,
    model: 'claude-other',
    added: [(given['added'] as unknown[])[0], { role: 'user', content: 'do not buy it' }],
  });
  await anthropic().messages.create({ ...hello, messages });
  expect(JSON.parse(upstream.asked[0]!.body)).toEqual({
    ...hello,
    model: 'claude-other',
    messages: [messages[0], { role: 'user', content: 'do not buy it' }],
  });
  decided.edit = () => ({ added: 'nonsense' });
  await expect(anthropic().messages.create({ ...hello, messages })).rejects.toThrow();
});

test('a person answers in the model’s stead, in each provider’s shape, whole and streamed', async () => {
  await start();
  decided.answer = { text: 'Ask first.', toolUses: [{ name: 'exec', input: { cmd: 'ls' } }] };
  const whole = await anthropic().messages.create(hello);
  expect(whole.content).toMatchObject([
    { type: 'text', text: 'Ask first.' },
    { type: 'tool_use', name: 'exec', input: { cmd: 'ls' } },
  ]);
  const flowing = await anthropic().messages.stream(hello).finalMessage();
  expect(flowing.content).toMatchObject([{ text: 'Ask first.' }, { name: 'exec', input: { cmd: 'ls' } }]);
  expect(flowing.stop_reason).toBe('tool_use');
  const ask = { model: 'gpt-test', messages: [{ role: 'user' as const, content: 'go' }] };
  for (const completion of [
    await openai().chat.completions.create(ask),
    await openai().chat.completions.stream(ask).finalChatCompletion(),
  ])
    expect(completion.choices[0]).toMatchObject({
      message: { content: 'Ask first.', tool_calls: [{ function: { name: 'exec', arguments: '{"cmd":"ls"}' } }] },
      finish_reason: 'tool_calls',
    });
  for (const response of [
    await openai().responses.create({ model: 'gpt-test', input: 'go' }),
    await openai().responses.stream({ model: 'gpt-test', input: 'go' }).finalResponse(),
  ])
    expect(response.output).toMatchObject([
      { content: [{ text: 'Ask first.' }] },
      { type: 'function_call', name: 'exec', arguments: '{"cmd":"ls"}' },
    ]);
  expect(upstream.asked).toEqual([]);
});
