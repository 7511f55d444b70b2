/** From what a model asks for to what is done, with the vendors’ own clients: each call says which tool use it carries out. */
import Anthropic from '@anthropic-ai/sdk';
import type { LogEvent, SandboxId } from '@sandglass/protocol';
import OpenAI from 'openai';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { json, type ModelUpstream, openModelUpstream, sse, stream } from '../../../test/modelUpstream.ts';
import { DoorWorld } from '../doorWorld.ts';
import { createMcpDoor } from '../mcp/door.ts';
import { Host } from '../mcp/mcpWorld.ts';
import { createModelDoor } from './door.ts';

let world: DoorWorld;
let upstream: ModelUpstream;
let sandbox: SandboxId;

beforeEach(async () => {
  upstream = await openModelUpstream();
  const at = { url: upstream.url, key: 'real-key' };
  const model = createModelDoor({ upstreams: { anthropic: at, openai: at }, prices: {}, now: () => performance.now() });
  world = await DoorWorld.open([model, createMcpDoor({ version: '0' })]);
  sandbox = (await world.rooms.create({ image: 'base' })).id;
});
afterEach(async () => {
  await world[Symbol.asyncDispose]();
  await upstream[Symbol.asyncDispose]();
});

type Asked = Extract<LogEvent, { kind: 'call.asked' }>['data'];
const asked = (): Asked[] => world.rooms.events(sandbox, 'call.asked');
const lastReply = () => asked().findLast(({ name }) => name === 'model.reply')!.call;
const causesOf = (name: string) =>
  asked()
    .filter((call) => call.name === name)
    .map(({ causedBy }) => causedBy);

const anthropic = () =>
  new Anthropic({ baseURL: `${world.url}/model/${sandbox}/anthropic`, apiKey: world.secret, maxRetries: 0 });
const hello = { model: 'claude-test', max_tokens: 64, messages: [{ role: 'user' as const, content: 'go' }] };
async function replyWith(...uses: { id: string; name: string; input: object }[]): Promise<void> {
  const message = {
    ...{ id: 'msg_1', type: 'message', role: 'assistant', model: 'claude-test', stop_reason: 'tool_use' },
    content: uses.map((use) => ({ type: 'tool_use', ...use })),
    usage: { input_tokens: 1, output_tokens: 1 },
  };
  upstream.answer = (_asked, reply) => json(reply, 200, message);
  await anthropic().messages.create(hello);
}
const post = async (path: string, body: unknown): Promise<unknown> => {
  const response = await fetch(`${world.url}/v1/sandboxes/${sandbox}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${world.secret}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(await response.text());
  return await response.json();
};

test('a command of the agent’s own tool, through the native API', async () => {
  await replyWith({ id: 'toolu_1', name: 'run_shell', input: { command: 'echo one' } });
  await post('/execs', { command: 'echo one' });
  await post('/execs', { command: 'echo one' });
  expect(causesOf('exec')).toEqual([{ call: lastReply(), toolUse: 'toolu_1' }, undefined]);
});

test('a streamed tool use, carried out before the agent has asked for more', async () => {
  upstream.answer = (_asked, reply) =>
    stream(
      reply,
      sse([
        {
          type: 'message_start',
          message: { id: 'm', type: 'message', role: 'assistant', model: 'c', content: [], usage: {} },
        } as never,
        {
          type: 'content_block_start',
          index: 0,
          content_block: { type: 'tool_use', id: 'toolu_7', name: 'sh', input: {} },
        } as never,
        {
          type: 'content_block_delta',
          index: 0,
          delta: { type: 'input_json_delta', partial_json: '{"cmd":"echo two"}' },
        } as never,
        { type: 'content_block_stop', index: 0 } as never,
        { type: 'message_delta', delta: { stop_reason: 'tool_use' }, usage: { output_tokens: 3 } } as never,
        { type: 'message_stop' },
      ]),
    );
  await anthropic().messages.stream(hello).finalMessage();
  await post('/execs', { command: 'echo two' });
  expect(causesOf('exec')).toEqual([{ call: lastReply(), toolUse: 'toolu_7' }]);
});

test('the computer-use endpoint, by the id of the tool use', async () => {
  const use = { id: 'toolu_2', name: 'bash', input: { command: 'echo three' } };
  await replyWith(use);
  await post('/computer', [{ type: 'tool_use', ...use }]);
  expect(causesOf('exec')[0]).toEqual({ call: lastReply(), toolUse: 'toolu_2' });
});

test('a tool of the MCP door, under the name that its host gave it, with OpenAI’s client', async () => {
  upstream.answer = (_asked, reply) =>
    json(reply, 200, {
      ...{ id: 'chatcmpl-1', object: 'chat.completion', created: 1, model: 'gpt-test' },
      choices: [
        {
          ...{ index: 0, finish_reason: 'tool_calls', logprobs: null },
          message: {
            role: 'assistant',
            content: null,
            tool_calls: [
              {
                id: 'call_5',
                type: 'function',
                function: { name: 'sandglass__write_file', arguments: '{"path":"/home/user/a.txt","content":"a"}' },
              },
            ],
          },
        },
      ],
      usage: { prompt_tokens: 1, completion_tokens: 1 },
    });
  const client = new OpenAI({
    baseURL: `${world.url}/model/${sandbox}/openai/v1`,
    apiKey: world.secret,
    maxRetries: 0,
  });
  await client.chat.completions.create({ model: 'gpt-test', messages: [{ role: 'user', content: 'go' }] });
  await using host = await Host.connect(world.url, world.secret, { sandbox });
  await host.words('write_file', { path: '/home/user/b.txt', content: 'a' });
  await host.words('write_file', { content: 'a', path: '/home/user/a.txt' });
  await host.words('write_file', { content: 'a', path: '/home/user/a.txt' });
  expect(causesOf('write')).toEqual([undefined, { call: lastReply(), toolUse: 'call_5' }, undefined]);
});

test('two alike in one reply, and one whose result was sent already: no link', async () => {
  const uses = [1, 2].map((at) => ({ id: `toolu_${at}`, name: 'sh', input: { command: 'echo same' } }));
  await replyWith(...uses);
  await post('/execs', { command: 'echo same' });
  await replyWith({ id: 'toolu_3', name: 'sh', input: { command: 'echo done' } });
  const result = { type: 'tool_result' as const, tool_use_id: 'toolu_3', content: 'done' };
  upstream.answer = (_asked, reply) => json(reply, 200, { type: 'message', role: 'assistant', content: [], usage: {} });
  await anthropic().messages.create({ ...hello, messages: [...hello.messages, { role: 'user', content: [result] }] });
  await post('/execs', { command: 'echo done' });
  expect(causesOf('exec')).toEqual([undefined, undefined]);
});
