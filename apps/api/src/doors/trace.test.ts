/** Calls carry the place of their caller in its OpenTelemetry trace, through each door that is reached by HTTP. */
import Anthropic from '@anthropic-ai/sdk';
import type { LogEvent, SandboxId } from '@sandglass/protocol';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { json, type ModelUpstream, openModelUpstream } from '../../test/modelUpstream.ts';
import { DoorWorld } from './doorWorld.ts';
import { createMcpDoor } from './mcp/door.ts';
import { createModelDoor } from './model/door.ts';

let world: DoorWorld;
let upstream: ModelUpstream;
let sandbox: SandboxId;
beforeEach(async () => {
  upstream = await openModelUpstream();
  const at = { url: upstream.url, key: 'real-key' };
  world = await DoorWorld.open([
    createModelDoor({ upstreams: { anthropic: at, openai: at }, prices: {}, now: () => performance.now() }),
    createMcpDoor({ version: '0' }),
  ]);
  sandbox = (await world.rooms.create({ image: 'base' })).id;
});
afterEach(async () => {
  await world[Symbol.asyncDispose]();
  await upstream[Symbol.asyncDispose]();
});

const traceparent = (at: number) =>
  `00-4bf92f3577b34da6a3ce929d0e0e47${String(at).padStart(2, '0')}-00f067aa0ba902b7-01`;
const post = async (path: string, body: object, trace?: string): Promise<Record<string, unknown>> => {
  const response = await fetch(`${world.url}/v1/sandboxes/${sandbox}${path}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${world.secret}`,
      'content-type': 'application/json',
      ...(trace === undefined ? {} : { traceparent: trace }),
    },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(await response.text());
  return (await response.json()) as Record<string, unknown>;
};
type Asked = Extract<LogEvent, { kind: 'call.asked' }>['data'];
const asked = (): Asked[] => world.rooms.events(sandbox, 'call.asked');

test('each call of many at once has its own; one without has none, nor has one that is malformed', async () => {
  await Promise.all([1, 2, 3, 4].map((at) => post('/execs', { command: `echo ${at}` }, traceparent(at))));
  for (const wrong of [
    'nonsense',
    `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`,
    `ff-${'1'.repeat(32)}-00f067aa0ba902b7-01`,
  ])
    await post('/execs', { command: 'echo wrong' }, wrong);
  await post('/execs', { command: 'echo plain' });
  const found = asked().map(({ summary, traceparent: trace }) => [summary, trace]);
  expect(found.filter(([, trace]) => trace !== undefined).sort()).toEqual(
    [1, 2, 3, 4].map((at) => [`exec echo ${at}`, traceparent(at)]),
  );
});

test('the model door, the computer-use endpoint, and an MCP host whose requests carry it', async () => {
  upstream.answer = (_asked, reply) => json(reply, 200, { type: 'message', role: 'assistant', content: [], usage: {} });
  const client = new Anthropic({
    baseURL: `${world.url}/model/${sandbox}/anthropic`,
    apiKey: world.secret,
    defaultHeaders: { traceparent: traceparent(5) },
  });
  await client.messages.create({ model: 'm', max_tokens: 1, messages: [{ role: 'user', content: 'hi' }] });
  // It goes on to the upstream, so that its spans belong to the same trace.
  expect(upstream.asked[0]!.headers['traceparent']).toBe(traceparent(5));
  const use = { type: 'tool_use', id: 'toolu_1', name: 'bash', input: { command: 'echo six' } };
  await post('/computer', use, traceparent(6));
  const { Client } = await import('@modelcontextprotocol/sdk/client/index.js');
  const { StreamableHTTPClientTransport } = await import('@modelcontextprotocol/sdk/client/streamableHttp.js');
  const host = new Client({ name: 'host', version: '1' });
  const headers = { authorization: `Bearer ${world.secret}`, traceparent: traceparent(7) };
  const transport = new StreamableHTTPClientTransport(new URL(`${world.url}/mcp?sandbox=${sandbox}`), {
    requestInit: { headers },
  });
  await host.connect(transport as Parameters<typeof host.connect>[0]);
  await host.callTool({ name: 'write_file', arguments: { path: '/home/user/a', content: 'a' } });
  await host.close();
  const byDoor = new Map(asked().map(({ door, traceparent: trace }) => [door, trace]));
  expect(Object.fromEntries(byDoor)).toEqual({ model: traceparent(5), computer: traceparent(6), mcp: traceparent(7) });
});

test('a run takes its place from the header of its first call, of its start, or as it is given', async () => {
  await post('/execs', { command: 'echo seen' }, traceparent(8));
  const { items } = await world.rooms.services.runs.list({ sort: 'newest', limit: 1 });
  expect(items[0]).toMatchObject({ origin: 'seen', traceparent: traceparent(8) });
  expect(await post('/runs', { goal: 'by header' }, traceparent(9))).toMatchObject({ traceparent: traceparent(9) });
  const given = { goal: 'given', traceparent: traceparent(10) };
  expect(await post('/runs', given, traceparent(11))).toMatchObject({ traceparent: traceparent(10) });
});
