/**
 * Each program of the dialog “Connect an agent” is run exactly as it is shown, with the packages it names, against a real server and a
 * real desktop. Only the model's own server stands in, behind the model door. Python has none of these packages here: its programs
 * are compiled.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { AgentConnection, SandboxId, Snippet, Token } from '@sandglass/protocol';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ModelUpstream } from '../../../test/modelUpstream.ts';
import { openDatabase } from '../../database/open.ts';
import { hasImage, KeeperWorld } from '../../drivers/local/keeperWorld.ts';
import { doorSteps, openDoorMemory } from '../../sandboxes/doorMemory.ts';
import { createDoors } from '../doors.ts';
import { DoorWorld } from '../doorWorld.ts';
import { CONTENT, openScriptedModel } from './scriptedModel.ts';

const run = promisify(execFile);
const modules = fileURLToPath(new URL('../../../../../node_modules', import.meta.url));
const manifest = fileURLToPath(new URL('../../../package.json', import.meta.url));
const LINUX = /Linux \S+ .*GNU\/Linux/;

describe.skipIf(!hasImage('desktop'))('the programs of the dialog, as they are shown', () => {
  let keeper: KeeperWorld;
  let world: DoorWorld;
  let model: ModelUpstream;
  let directory: string;
  let sandbox: SandboxId;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'sandglass-snippets-'));
    await symlink(modules, join(directory, 'node_modules'));
    model = await openScriptedModel();
    keeper = await KeeperWorld.open();
    const upstream = { url: model.url, key: 'the real key' };
    const memory = await openDoorMemory(
      await openDatabase({ path: ':memory:', steps: doorSteps }),
      'e2b',
      () => new Uint8Array(32),
    );
    const doors = createDoors(
      {
        models: { anthropic: upstream, openai: upstream },
        modelPricesFile: null,
        dataDir: directory,
        e2b: { domain: 'sbx.test', port: 0, tls: null, internet: 'allow' },
      },
      { e2b: memory },
    );
    world = await DoorWorld.open(doors, () => keeper.openDriver());
    sandbox = (await world.rooms.create({ image: 'desktop' })).id;
  });
  afterAll(async () => {
    await world.killAll();
    await world[Symbol.asyncDispose]();
    await keeper[Symbol.asyncDispose]();
    await model[Symbol.asyncDispose]();
    await rm(directory, { recursive: true, force: true });
  });

  const ask = async <T>(path: string, body?: object): Promise<T> => {
    const response = await fetch(`${world.url}${path}`, {
      headers: { authorization: `Bearer ${world.secret}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(await response.text());
    return (await response.json()) as T;
  };
  const connect = (body: { sandbox?: SandboxId }) => ask<AgentConnection>('/v1/doors/connect', body);
  const find = ({ doors }: AgentConnection, id: string): Snippet => {
    const found = doors.flatMap(({ snippets }) => snippets).find((each) => each.id === id);
    if (found === undefined) throw new Error(`There is no snippet ${id}.`);
    return found;
  };
  /** As the dialog's light: something came with this token. */
  const isLit = async ({ token }: AgentConnection): Promise<boolean> =>
    (await ask<{ items: Token[] }>('/v1/tokens')).items.some(
      ({ id, lastUsedAtMs }) => id === token.id && lastUsedAtMs !== null,
    );
  const environment = { PATH: process.env.PATH ?? '', HOME: '/nonexistent' };
  const bash = async (script: string): Promise<string> =>
    (await run('bash', ['-eu', '-c', script], { cwd: directory, env: environment, timeout: 50_000 })).stdout;

  /** In a process of its own, with nothing in its environment. */
  async function runShown(id: string, text: string): Promise<string> {
    const file = join(directory, `${id}.mjs`);
    await writeFile(file, text);
    const { stdout } = await run(process.execPath, [file], { cwd: directory, env: environment, timeout: 50_000 });
    return stdout;
  }

  const own = 'with a token of all';
  const given = 'in a sandbox';
  test.each([
    ['e2b-javascript', own, /^hello from \S+\n\n$/],
    ['e2b-javascript', given, /^hello from \S+\n\n$/],
    ['mcp-javascript', own, LINUX],
    ['mcp-javascript', given, LINUX],
    ['mcp-openai-agents-javascript', given, CONTENT],
    ['mcp-deepagents-javascript', given, CONTENT],
    ['cdp-playwright', given, 'Hello from the sandbox'],
    ['cdp-puppeteer', given, 'Hello from the sandbox'],
    ['computer-anthropic', given, CONTENT],
    ['computer-openai', given, CONTENT],
  ])('%s, %s', async (id, where, said) => {
    const connection = await connect(where === given ? { sandbox } : {});
    const { text, packages, note } = find(connection, id);
    expect(note).toBeNull();
    const { devDependencies, dependencies } = JSON.parse(await readFile(manifest, 'utf8')) as Record<string, object>;
    expect(Object.keys({ ...devDependencies, ...dependencies })).toEqual(expect.arrayContaining(packages));
    expect(await isLit(connection)).toBe(false);
    const asked = model.asked.length;
    expect(await runShown(`${id}-${where === own ? 'own' : 'given'}`, text)).toMatch(said);
    expect(await isLit(connection)).toBe(true);
    // A loop with a model: asked twice, the second time with what came of its tool.
    if (said !== CONTENT) return;
    expect(model.asked).toHaveLength(asked + 2);
    expect(JSON.stringify(model.asked.map(({ headers }) => headers))).not.toContain(connection.token.secret);
  });

  test('every program whose packages are on npm is among them', async () => {
    const { doors } = await connect({ sandbox });
    const javascript = doors.flatMap(({ snippets }) => snippets.filter(({ language }) => language === 'javascript'));
    expect(javascript.map(({ id }) => id).sort()).toEqual([
      ...['cdp-playwright', 'cdp-puppeteer', 'computer-anthropic', 'computer-openai', 'e2b-javascript'],
      ...['mcp-deepagents-javascript', 'mcp-javascript', 'mcp-openai-agents-javascript'],
    ]);
  });

  test('curl', async () => {
    const connection = await connect({ sandbox });
    expect(await bash(find(connection, 'curl').text)).toMatch(LINUX);
    expect(await isLit(connection)).toBe(true);
  });

  test('the variables alone: an E2B program and a model’s SDK that know nothing else', async () => {
    const connection = await connect({});
    const e2b = `import { Sandbox } from 'e2b';
      const sandbox = await Sandbox.create('base');
      console.log((await sandbox.commands.run('echo by variables')).stdout);
      await sandbox.kill();`;
    const models = `import Anthropic from '@anthropic-ai/sdk';
      import OpenAI from 'openai';
      const messages = [{ role: 'user', content: 'hello' }];
      const one = await new Anthropic().messages.create({ model: 'claude-test', max_tokens: 9, messages });
      const other = await new OpenAI().chat.completions.create({ model: 'gpt-test', messages });
      console.log(one.stop_reason, other.choices[0].finish_reason);`;
    await writeFile(join(directory, 'e2b.mjs'), e2b);
    await writeFile(join(directory, 'models.mjs'), models);
    expect(await bash(`${find(connection, 'e2b-variables').text}\n'${process.execPath}' e2b.mjs`)).toContain(
      'by variables',
    );
    expect(await bash(`${find(connection, 'model-variables').text}\n'${process.execPath}' models.mjs`)).toBe(
      'tool_use tool_calls\n',
    );
    expect(await isLit(connection)).toBe(true);
  });

  /** What a host does with its settings. */
  async function useAsHost(entry: { type: string; url: string; headers: Record<string, string> }): Promise<void> {
    expect(entry.type).toBe('http');
    const client = new Client({ name: 'a host', version: '1.0.0' });
    const transport = new StreamableHTTPClientTransport(new URL(entry.url), {
      requestInit: { headers: entry.headers },
    });
    await client.connect(transport as Parameters<Client['connect']>[0]);
    const result = await client.callTool({ name: 'bash', arguments: { command: 'uname -a' } });
    expect(JSON.stringify(result.content)).toMatch(/Linux/);
    await client.close();
  }

  test.each([
    ['mcp-json', 'mcpServers'],
    ['mcp-vscode', 'servers'],
  ])('%s: a host that does what it says has its tools', async (id, servers) => {
    const connection = await connect({ sandbox });
    const settings = JSON.parse(find(connection, id).text) as Record<string, { sandglass: never }>;
    await useAsHost(settings[servers]!.sandglass);
    expect(await isLit(connection)).toBe(true);
  });

  test('mcp-claude-code: the line’s words are what `claude mcp add` takes, and its server answers', async () => {
    const connection = await connect({ sandbox });
    const line = find(connection, 'mcp-claude-code').text;
    const words = (await bash(`claude() { printf '%s\\n' "$@"; }\n${line}`)).trimEnd().split('\n');
    const [mcp, add, flag, type, name, url, header, text, ...rest] = words;
    expect([mcp, add, flag, name, header, rest]).toEqual(['mcp', 'add', '--transport', 'sandglass', '--header', []]);
    const [key, value] = text!.split(': ');
    await useAsHost({ type: type!, url: url!, headers: { [key!]: value! } });
    expect(await isLit(connection)).toBe(true);
  });

  test('the Python programs compile', async () => {
    for (const connection of [await connect({}), await connect({ sandbox })]) {
      const python = connection.doors.flatMap(({ snippets }) =>
        snippets.filter(({ language }) => language === 'python'),
      );
      expect(python.map(({ id }) => id)).toEqual(['e2b-python', 'mcp-openai-agents', 'mcp-deepagents']);
      for (const { id, text } of python) {
        await writeFile(join(directory, `${id}.py`), text);
        await run('python3', ['-m', 'py_compile', join(directory, `${id}.py`)]);
      }
    }
  });
});
