/** A conversation is read back whole at any moment: of living and ended sandboxes, at checkpoints and in forks. */
import Anthropic from '@anthropic-ai/sdk';
import type { Checkpoint, Conversation, ConversationSummary, SandboxId } from '@sandglass/protocol';
import OpenAI from 'openai';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { json, type ModelUpstream, openModelUpstream } from '../../../test/modelUpstream.ts';
import { dropUnnamed } from '../../recorder/files/dropUnnamed.ts';
import { agent, person } from '../../sandboxes/testWorld.ts';
import { DoorWorld } from '../doorWorld.ts';
import { createModelDoor } from './door.ts';

let world: DoorWorld;
let upstream: ModelUpstream;
let sandbox: SandboxId;
let replies = 0;

beforeEach(async () => {
  upstream = await openModelUpstream();
  const at = { url: upstream.url, key: 'real-key' };
  world = await DoorWorld.open([
    createModelDoor({ upstreams: { anthropic: at, openai: at }, prices: {}, now: () => performance.now() }),
  ]);
  sandbox = (await world.rooms.create({ image: 'base' })).id;
  upstream.answer = ({ path }, reply) => {
    replies++;
    if (path === '/v1/messages')
      return json(reply, 200, {
        ...{ id: `msg_${replies}`, type: 'message', role: 'assistant', model: 'claude-test', stop_reason: 'end_turn' },
        content: [{ type: 'text', text: `reply ${replies}` }],
        usage: { input_tokens: 1, output_tokens: 1 },
      });
    const content = [{ type: 'output_text', text: `reply ${replies}`, annotations: [] }];
    return json(reply, 200, {
      ...{ id: `resp_${replies}`, object: 'response', model: 'gpt-test', status: 'completed' },
      output: [{ type: 'message', id: 'm', role: 'assistant', status: 'completed', content }],
      usage: { input_tokens: 1, output_tokens: 1 },
    });
  };
  replies = 0;
});
afterEach(async () => {
  await world[Symbol.asyncDispose]();
  await upstream[Symbol.asyncDispose]();
});

type Message = Anthropic.MessageParam;
const user = (content: string): Message => ({ role: 'user', content });
const ask = async (messages: Message[], system?: string): Promise<Message> => {
  const client = new Anthropic({
    baseURL: `${world.url}/model/${sandbox}/anthropic`,
    apiKey: world.secret,
    maxRetries: 0,
  });
  const { role, content } = await client.messages.create({
    ...{ model: 'claude-test', max_tokens: 9, messages },
    ...(system === undefined ? {} : { system }),
  });
  return { role, content };
};
const get = async <T>(path: string, where: SandboxId = sandbox): Promise<T> => {
  const response = await fetch(`${world.url}/v1/sandboxes/${where}${path}`, {
    headers: { authorization: `Bearer ${world.secret}` },
  });
  if (!response.ok) throw new Error(await response.text());
  return (await response.json()) as T;
};
const list = async (query = '', where = sandbox) =>
  (await get<{ items: ConversationSummary[] }>(`/conversations${query}`, where)).items;
const read = async (query = '', where = sandbox): Promise<Conversation> =>
  await get<Conversation>(`/conversations/${(await list(query, where))[0]!.id}${query}`, where);
const words = ({ said }: Conversation) =>
  said.map(({ role, content }) => {
    const { content: parts } = (content ?? { content: null }) as { content: unknown };
    const text = Array.isArray(parts) ? (parts as { text?: string }[]).map((part) => part.text).join('') : parts;
    return `${role}: ${text}`;
  });

test('at each moment it is what had been said by then, whole, with its system prompt', async () => {
  const long = `begin ${'x'.repeat(50_000)} end`;
  const first = [user(long)];
  const second = [...first, await ask(first, 'Be brief'), user('go on')];
  const { lastUs } = world.rooms.services.sandboxes.log(sandbox);
  world.rooms.clock.advance(1_000);
  await ask(second, 'Be brief');
  expect(await list()).toMatchObject([{ provider: 'anthropic', model: 'claude-test', messages: 4, sandbox }]);
  const now = await read();
  expect(words(now)).toEqual([`user: ${long}`, 'assistant: reply 1', 'user: go on', 'assistant: reply 2']);
  expect(now.system).toMatchObject({ content: { content: 'Be brief' } });
  expect(words(await read(`?atUs=${lastUs}`))).toEqual([`user: ${long}`, 'assistant: reply 1']);
  expect(await list('?atUs=0')).toEqual([]);
  // Each message lies there once, however often it is sent.
  const kept = world.rooms.events(sandbox, 'conversation.asked').flatMap(({ messages }) => messages);
  expect(kept).toHaveLength(3);
});

test('a checkpoint names it, and a fork begins with it and goes its own way', async () => {
  const first = [user('one')];
  const reply = await ask(first);
  const { checkpoints, sandboxes } = world.rooms.services;
  const { id: checkpoint } = await checkpoints.create(agent, sandbox, {});
  await ask([...first, reply, user('two')]);
  const { items } = await get<{ items: Checkpoint[] }>('/checkpoints');
  expect(items[0]!.conversations).toMatchObject([{ messages: 2, sandbox, provider: 'anthropic' }]);
  expect(words(await read(`?checkpoint=${checkpoint}`))).toEqual(['user: one', 'assistant: reply 1']);
  const { id: fork } = await sandboxes.create(agent, { checkpoint });
  expect(words(await read('', fork))).toEqual(['user: one', 'assistant: reply 1']);
  expect(words(await read())).toHaveLength(4);
  await sandboxes.kill(agent, sandbox);
  expect(words(await read())).toHaveLength(4);
});

test('several at once are told apart by how they begin; one that its provider keeps goes on by its reply', async () => {
  const [one, other] = [[user('plan')], [user('search')]];
  const replied = await ask(one);
  await ask(other);
  await ask([...one, replied, user('and then')]);
  const all = await list();
  expect(all.map(({ messages }) => messages)).toEqual([4, 2]);
  const client = new OpenAI({
    baseURL: `${world.url}/model/${sandbox}/openai/v1`,
    apiKey: world.secret,
    maxRetries: 0,
  });
  const begun = await client.responses.create({ model: 'gpt-test', input: 'hello' });
  await client.responses.create({ model: 'gpt-test', input: 'more', previous_response_id: begun.id });
  const [newest] = await list();
  expect(newest).toMatchObject({ provider: 'openai', messages: 4 });
  expect(words(await read())).toEqual(['user: hello', 'assistant: reply 4', 'user: more', 'assistant: reply 5']);
});

test('secrets are taken out, private moments leave a hole, what is too large is cut', async () => {
  const { services } = world.rooms;
  services.sandboxes.log(sandbox).redactor.add('hunter2-hunter2');
  const first = [user('the password is hunter2-hunter2'), user('y'.repeat(1_200_000))];
  const second = [...first, await ask(first), user('in private')];
  const said = JSON.stringify((await read()).said);
  expect(said).not.toContain('hunter2-hunter2');
  expect(said).toContain('more characters');
  services.privacy.start(person, sandbox, 60_000);
  const reply = await ask(second);
  services.privacy.end(person, sandbox);
  await ask([...second, reply, user('again')]);
  expect(JSON.stringify(await read())).not.toContain('in private');
  const roles = (await read()).said.map(({ role, content }) => `${role} ${content === null ? 'missing' : 'kept'}`);
  expect(roles.slice(2)).toEqual([
    'assistant kept',
    'unknown missing',
    'assistant kept',
    'user kept',
    'assistant kept',
  ]);
});

test('what is kept stays while the recording names it', async () => {
  const log = world.rooms.services.sandboxes.log(sandbox);
  await ask([user('hello')]);
  dropUnnamed(log);
  expect(words(await read())).toEqual(['user: hello', 'assistant: reply 1']);
});
