/** The MCP door, spoken to by the official SDK's client; the machine behind it is the fake one. */
import type { CallId, SandboxId } from '@sandglass/protocol';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { person } from '../../sandboxes/testWorld.ts';
import { DoorWorld } from '../doorWorld.ts';
import { createMcpDoor } from './door.ts';
import { Host, wordsOf } from './mcpWorld.ts';
import type { McpSession } from './session.ts';

let world: DoorWorld;
let sessions: ReadonlyMap<string, McpSession>;
beforeAll(async () => {
  world = await DoorWorld.open([
    createMcpDoor({
      version: '0.0.0',
      maxSessions: 50,
      onSessions: (map) => {
        sessions = map;
      },
    }),
  ]);
});
afterAll(() => world[Symbol.asyncDispose]());

const connect = (query: Record<string, string> = {}, token = world.secret) =>
  Host.connect(world.url, token, { image: 'base', ...query });
const own = (words: string): SandboxId => (/^(sbx_\w+).*this session’s/m.exec(words)?.[1] ?? '') as SandboxId;

describe('tools', () => {
  it('are listed with hints that tell what only reads from what may take away', async () => {
    await using host = await connect();
    const { tools } = await host.client.listTools();
    const hint = (name: string) => tools.find((tool) => tool.name === name)?.annotations;
    for (const name of [
      'read_file',
      'list_files',
      'computer_screenshot',
      'browser_snapshot',
      'terminal_read',
      'list_sandboxes',
    ])
      expect(hint(name)).toMatchObject({ readOnlyHint: true });
    for (const name of ['bash', 'write_file', 'kill_sandbox', 'browser_click', 'computer_click'])
      expect(hint(name)).toMatchObject({ readOnlyHint: false, destructiveHint: true });
    for (const name of ['checkpoint', 'fork', 'say', 'create_sandbox'])
      expect(hint(name)).toMatchObject({ readOnlyHint: false, destructiveHint: false });
    for (const tool of tools) expect(tool.description?.length).toBeGreaterThan(20);
    expect(host.client.getInstructions()).toContain('sandbox');
  });

  it('work in a sandbox that the first of them makes, and each is a call of the recording', async () => {
    await using host = await connect();
    expect(await host.words('write_file', { path: 'notes/a.txt', content: 'one\ntwo\n' })).toContain('Created');
    expect(await host.words('edit_file', { path: 'notes/a.txt', oldText: 'two', newText: 'zwei' })).toContain('zwei');
    expect(await host.words('read_file', { path: 'notes/a.txt', firstLine: 2 })).toMatch(/^ +2\tzwei$/);
    expect(await host.words('list_files', { path: 'notes' })).toContain('a.txt');
    expect(await host.words('say', { text: 'That was easy.', sort: 'plan' })).toBe('Said.');
    const sandbox = own(await host.words('list_sandboxes'));
    const asked = world.rooms.events(sandbox, 'call.asked');
    expect(asked.map(({ door, name }) => [door, name])).toEqual([
      ['mcp', 'write'],
      ['mcp', 'write'],
      ['mcp', 'read'],
      ['mcp', 'list'],
    ]);
    expect(world.rooms.events(sandbox, 'agent.said')).toEqual([{ sort: 'plan', text: 'That was easy.' }]);
  });

  it('say in words what they could not do, and what to do', async () => {
    await using host = await connect();
    await host.words('write_file', { path: 'a.txt', content: 'x x' });
    expect(await host.refusal('edit_file', { path: 'a.txt', oldText: 'x', newText: 'y' })).toContain('2 times');
    expect(await host.refusal('read_file', { path: 'nope.txt' })).toContain('There is no');
    expect(await host.refusal('bash', { command: 5 })).toContain('command');
    expect(await host.refusal('bash', { command: 'true', shell: 'zsh' })).toContain('shell');
    expect(await host.refusal('bash', { command: 'x'.repeat(140_000) })).toContain('command');
    expect(await host.refusal('computer_click', { x: 1, y: 1 })).toContain('no screen');
    expect(await host.refusal('read_file', { path: 'a.txt', sandbox: 'sbx_unknown' })).toContain('sbx_unknown');
    await expect(host.call('frobnicate')).rejects.toThrow('There is no tool “frobnicate”');
  });

  it('fork a sandbox and go on in the fork when told to', async () => {
    await using host = await connect();
    await host.words('write_file', { path: 'a.txt', content: 'before' });
    const first = own(await host.words('list_sandboxes'));
    expect(await host.words('fork', { name: 'another way', use: true })).toContain(first);
    const second = own(await host.words('list_sandboxes'));
    expect(second).not.toBe(first);
    await host.words('write_file', { path: 'a.txt', content: 'after' });
    expect(await host.words('read_file', { path: 'a.txt', sandbox: first })).toContain('before');
  });
});

describe('people', () => {
  it('hold a call: its host hears that it waits; a rejection reaches the agent with its reason', async () => {
    await using host = await connect();
    await host.words('write_file', { path: 'a.txt', content: '1' });
    const sandbox = own(await host.words('list_sandboxes'));
    const { gate } = world.rooms.services;
    await gate.pause(person, sandbox, { freeze: false });
    const heard: string[] = [];
    const calling = host.client.callTool(
      { name: 'terminal_type', arguments: { terminal: 'trm_aaaa', input: 'ls\n' } },
      undefined,
      {
        onprogress: ({ message }) => void heard.push(message ?? ''),
      },
    );
    const held = await vi.waitFor(() => {
      const [call] = gate.get(sandbox).held;
      if (!call) throw new Error('not held yet');
      return call;
    });
    await vi.waitFor(() => expect(heard.join()).toContain('person'));
    await gate.decide(person, sandbox, held.call as CallId, { kind: 'reject', reason: 'Use the other terminal.' });
    const result = await calling;
    expect(result.isError).toBe(true);
    expect(wordsOf(result as never)).toContain('Use the other terminal.');
    await gate.continue(person, sandbox);
  });

  it('answer what the agent asks, and what they write comes with its next answer', async () => {
    await using host = await connect();
    await host.words('write_file', { path: 'a.txt', content: '1' });
    const sandbox = own(await host.words('list_sandboxes'));
    const { gate } = world.rooms.services;
    const asking = host.words('ask_person', { question: 'Which one?', choices: ['left', 'right'] });
    const question = await vi.waitFor(() => {
      const [first] = gate.get(sandbox).questions;
      if (!first) throw new Error('not asked yet');
      return first;
    });
    gate.answer(person, sandbox, question.call, { choice: 'left', text: 'It is shorter.' });
    expect(await asking).toBe('left\nIt is shorter.');
    gate.send(person, sandbox, 'Mind the gap.');
    expect(await host.words('read_file', { path: 'a.txt' })).toContain('Mind the gap.');
    expect(await host.words('read_file', { path: 'a.txt' })).not.toContain('Mind the gap.');
  });
});

describe('who may come in', () => {
  it('a wrong token, a viewer and a foreign page are refused in words', async () => {
    await expect(connect({}, 'sgt_wrong')).rejects.toThrow(/not known|401/);
    const viewer = await world.token({ role: 'viewer' });
    await expect(connect({}, viewer)).rejects.toThrow(/operator|403/);
    const response = await fetch(`${world.url}/mcp`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${world.secret}`,
        origin: 'https://evil.test',
        'content-type': 'application/json',
      },
      body: '{}',
    });
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({ jsonrpc: '2.0', error: { data: { code: 'badOrigin' } } });
  });

  it('a token of one sandbox works in that one and in no other', async () => {
    const [mine, other] = [await world.rooms.create(), await world.rooms.create()];
    const token = await world.token({ role: 'operator', scope: { kind: 'sandbox', sandbox: mine.id } });
    await using host = await connect({}, token);
    await host.words('write_file', { path: 'a.txt', content: 'mine' });
    expect(world.rooms.events(mine.id, 'call.asked')).toHaveLength(1);
    expect(await host.words('list_sandboxes')).not.toContain(other.id);
    expect(await host.refusal('read_file', { path: 'a.txt', sandbox: other.id })).toContain('only for sandbox');
    expect(await host.refusal('create_sandbox', { image: 'base' })).toContain('only for sandbox');
    expect(await host.refusal('fork')).toContain('only for sandbox');
    await using stranger = await connect({ sandbox: other.id }, token);
    expect(await stranger.refusal('read_file', { path: 'a.txt' })).toContain('only for sandbox');
  });

  it('nobody gets into the session of another token', async () => {
    await using host = await connect();
    const operator = await world.token({ role: 'operator' });
    const response = await fetch(`${world.url}/mcp`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${operator}`,
        accept: 'application/json, text/event-stream',
        'content-type': 'application/json',
        'mcp-session-id': host.transport.sessionId as string,
      },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' }),
    });
    expect(response.status).toBe(404);
    await response.body?.cancel();
  });

  it('an address that says nonsense is refused in words', async () => {
    await expect(connect({ image: 'windows' })).rejects.toThrow('base, desktop or browser');
    await expect(connect({ sandbox: '../x' })).rejects.toThrow('sbx_');
  });
});

describe('sessions', () => {
  it('leave nothing behind, however many there were', async () => {
    const before = sessions.size;
    for (let round = 0; round < 5; round++) {
      const hosts = await Promise.all(Array.from({ length: 10 }, () => connect()));
      expect(sessions.size).toBe(before + 10);
      await Promise.all(hosts.map((host) => host[Symbol.asyncDispose]()));
      await vi.waitFor(() => expect(sessions.size).toBe(before));
    }
  }, 30_000);

  it('make room when there are too many: the one that rests longest ends, and its host is told to begin again', async () => {
    const post = (message: object, session?: string) =>
      fetch(`${world.url}/mcp`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${world.secret}`,
          accept: 'application/json, text/event-stream',
          'content-type': 'application/json',
          ...(session === undefined ? {} : { 'mcp-session-id': session }),
        },
        body: JSON.stringify(message),
      });
    const begin = async () => {
      const response = await post({
        jsonrpc: '2.0',
        id: 1,
        method: 'initialize',
        params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'x', version: '1' } },
      });
      await response.text();
      return response.headers.get('mcp-session-id') as string;
    };
    const first = await begin();
    for (let n = 0; n < 50; n++) await begin();
    expect(sessions.size).toBeLessThanOrEqual(50);
    const late = await post({ jsonrpc: '2.0', id: 2, method: 'tools/list' }, first);
    expect(late.status).toBe(404);
    expect(await late.json()).toMatchObject({ error: { message: expect.stringContaining('initialize') } });
  });

  it('are not begun by what is no greeting, and a body without end is cut off', async () => {
    const before = sessions.size;
    const headers = {
      authorization: `Bearer ${world.secret}`,
      accept: 'application/json, text/event-stream',
      'content-type': 'application/json',
    };
    const stray = await fetch(`${world.url}/mcp`, {
      method: 'POST',
      headers,
      body: '{"jsonrpc":"2.0","id":1,"method":"tools/list"}',
    });
    expect(stray.status).toBe(400);
    await stray.text();
    const rubbish = await fetch(`${world.url}/mcp`, { method: 'POST', headers, body: '{{{' });
    expect(rubbish.status).toBe(400);
    await rubbish.text();
    const large = await fetch(`${world.url}/mcp`, { method: 'POST', headers, body: `"${'x'.repeat(5_000_000)}"` });
    expect(large.status).toBe(413);
    await large.text();
    expect(sessions.size).toBe(before);
  });
});

describe('resources', () => {
  it('are the files and the recording of the sandbox', async () => {
    await using host = await connect();
    expect((await host.client.listResources()).resources).toEqual([]);
    await host.words('write_file', { path: '/home/user/ä b.txt', content: 'words' });
    const sandbox = own(await host.words('list_sandboxes'));
    const { resources } = await host.client.listResources();
    const recording = resources.find(({ name }) => name === 'recording');
    const { contents } = await host.client.readResource({ uri: recording?.uri as string });
    expect((contents[0] as { text: string }).text).toContain('"kind":"call.asked"');
    const file = await host.client.readResource({
      uri: `sandglass://${sandbox}/files/home/user/${encodeURIComponent('ä b.txt')}`,
    });
    expect(file.contents[0]).toMatchObject({ text: 'words' });
    await expect(host.client.readResource({ uri: `sandglass://${sandbox}/files/nope` })).rejects.toThrow('There is no');
    await expect(host.client.readResource({ uri: 'http://other' })).rejects.toThrow('There is no resource');
  });
});
