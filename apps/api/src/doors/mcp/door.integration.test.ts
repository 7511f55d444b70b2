/** The MCP door on real sandboxes, by HTTP and by stdio. */
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import type { SandboxId } from '@sandglass/protocol';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { hasImage, KeeperWorld } from '../../drivers/local/keeperWorld.ts';
import { sizeOfPng } from '../acts/picture.ts';
import { DoorWorld } from '../doorWorld.ts';
import { createMcpDoor } from './door.ts';
import { Host, picturesOf, wordsOf } from './mcpWorld.ts';

const stdioProgram = fileURLToPath(new URL('../../../../../packages/client/bin/sandglass-mcp.mjs', import.meta.url));

describe.skipIf(!hasImage('desktop'))('the MCP door on real sandboxes', () => {
  let keeper: KeeperWorld;
  let world: DoorWorld;
  let host: Host;
  let sandbox: SandboxId;

  beforeAll(async () => {
    keeper = await KeeperWorld.open();
    world = await DoorWorld.open([createMcpDoor({ version: '0.0.0' })], () => keeper.openDriver());
    host = await Host.connect(world.url, world.secret, { image: 'desktop' });
    await host.words('bash', { command: 'true' });
    sandbox = /^(sbx_\w+)/.exec(await host.words('list_sandboxes'))?.[1] as SandboxId;
  });
  afterAll(async () => {
    await host[Symbol.asyncDispose]();
    await world.killAll();
    await world[Symbol.asyncDispose]();
    await keeper[Symbol.asyncDispose]();
  });

  test('a shell keeps its place from call to call, and each command is one of the recording', async () => {
    await host.words('bash', {
      command: 'cd /usr/lib; export A="two\nlines"; b=1; f() { echo "f $b"; }; alias ll="ls -d"',
    });
    expect(await host.words('bash', { command: 'pwd; echo "$A"; f; ll /; env | grep -c ^b=' })).toBe(
      '/usr/lib\ntwo\nlines\nf 1\n/\n0\n[exit 1]',
    );
    expect(await host.words('bash', { command: 'exit 3' })).toBe('[exit 3]');
    expect(await host.words('bash', { command: 'echo "never closed' })).toContain('unexpected EOF');
    expect(await host.words('bash', { command: 'cat; pwd' })).toBe('/usr/lib');
    expect(await host.words('bash', { command: 'sleep 100 & echo on' })).toBe('on');
    expect(await host.words('bash', { command: 'echo before; sleep 20', timeoutSeconds: 1 })).toMatch(
      /^before\n\[It took too long/,
    );
    expect(await host.words('bash', { command: 'pwd; echo "[$b]"', restart: true })).toBe('/home/user\n[]');
    const commands = world.rooms.events(sandbox, 'call.asked').filter(({ name }) => name === 'exec');
    expect(commands.map(({ summary }) => summary)).toContain('exec exit 3');
    expect(JSON.stringify(commands)).not.toContain('__sandglass');
  });

  test('a client that vanishes leaves its command running', async () => {
    const gone = await Host.connect(world.url, world.secret, { sandbox });
    gone.call('bash', { command: 'sleep 2; echo done > /tmp/vanished' }).catch(() => {});
    await vi.waitFor(() => {
      const asked = world.rooms.events(sandbox, 'call.asked');
      expect(asked.some(({ summary }) => summary.includes('vanished'))).toBe(true);
    });
    await gone.client.close();
    expect(
      await host.words('bash', { command: 'until [ -e /tmp/vanished ]; do sleep 0.1; done; cat /tmp/vanished' }),
    ).toBe('done');
  });

  test('text of every script is typed into a window, and the agent’s hand is seen', async () => {
    const marks: string[] = [];
    world.rooms.services.sandboxes
      .log(sandbox)
      .onFrame('pointer', ({ payload }) => void marks.push(Buffer.from(payload).toString()));
    await host.words('bash', {
      command: `(DISPLAY=:1 setsid lxterminal --geometry=80x24 -e "bash -c 'cat > /tmp/typed; sleep 99'" >/dev/null 2>&1 &)
        until DISPLAY=:1 xdotool search --onlyvisible --class lxterminal >/dev/null 2>&1; do sleep 0.1; done; sleep 1`,
    });
    const clicked = await host.call('computer_click', { x: 300, y: 300 });
    expect(picturesOf(clicked).map(sizeOfPng)).toEqual([{ width: 1280, height: 800 }]);
    const words = 'Hello ~!@#$%^&*()_+{}|:"<>? “Wörld” 日本語 😀\nΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩ абвгдежзийклмн\n';
    await host.words('computer_type', { text: words, screenshot: false });
    await host.words('computer_keys', { keys: 'ctrl+d', screenshot: false });
    expect(await host.words('bash', { command: 'sleep 0.5; cat /tmp/typed' })).toBe(words.trimEnd());
    const pressed = marks.map((mark) => JSON.parse(mark)).find(({ buttons }) => buttons === 1);
    expect(pressed).toMatchObject({ actor: 'agent', name: 'Agent', x: 300, y: 300 });
    expect(await host.refusal('computer_keys', { keys: 'hyper+q' })).toContain('hyper');
    expect(await host.refusal('computer_click', { x: 5000, y: 1 })).toContain('1280×800');
  });

  test('a page is read, filled in and clicked by its accessibility tree, boxes included', async () => {
    await host.words('bash', {
      restart: true,
      command: `mkdir -p site && cd site && cat > index.html <<'E'
<title>Shop</title><h1>Checkout</h1><label>Code <input id=d></label><label>Colour <select id=c><option>Red<option>Blue</select></label>
<label><input type=checkbox id=k> Terms</label><label>Secret <input type=password></label><button onclick="o.textContent=[d.value,c.value,k.checked,confirm('Sure?')].join()">Pay</button><p id=o>Nothing yet</p>
E
      (python3 -m http.server 3000 >/dev/null 2>&1 &); until curl -so /dev/null localhost:3000; do sleep 0.1; done`,
    });
    expect(await host.words('browser_navigate', { url: 'localhost:3000' })).toContain('Shop');
    const page = await host.words('browser_snapshot');
    const ref = (name: string) => new RegExp(`${name}.*\\[ref=(e\\d+)\\]`).exec(page)?.[1] as string;
    await host.words('browser_fill', { ref: ref('textbox "Code"'), text: 'SPRING ü' });
    expect(await host.refusal('browser_fill', { ref: ref('combobox'), text: 'Green' })).toContain('Red, Blue');
    await host.words('browser_fill', { ref: ref('combobox'), text: 'Blue' });
    await host.words('browser_fill', { ref: ref('checkbox'), text: 'yes' });
    await host.words('browser_fill', { ref: ref('textbox "Secret"'), text: 'hunter2-correct-horse' });
    expect(JSON.stringify(world.rooms.events(sandbox, 'call.asked'))).not.toContain('hunter2');
    expect(await host.words('browser_click', { ref: ref('button "Pay"') })).toContain('confirm: Sure?');
    expect(await host.words('browser_dialog', { accept: true })).toContain('SPRING ü,Blue,true,true');
    expect(
      await host.words('browser_evaluate', { expression: 'Promise.resolve({ title: document.title })' }),
    ).toContain('"Shop"');
    expect(await host.refusal('browser_evaluate', { expression: 'nope.x' })).toContain('ReferenceError');
    expect(await host.words('browser_tabs', { open: 'http://localhost:3000/#2' })).toMatch(
      /1\. Shop.*\n→ 2\. Shop.*#2$/,
    );
    expect(await host.refusal('browser_click', { ref: ref('button "Pay"') })).toContain('browser_snapshot');
    const asked = world.rooms.events(sandbox, 'call.asked').map(({ summary }) => summary);
    expect(asked).toContain('browser.fill textbox "Code" ← SPRING ü');
  });

  test('a terminal is typed into and read as text', async () => {
    const opened = await host.words('terminal_open', { command: ['python3', '-q'] });
    const terminal = /trm_\w+/.exec(opened)?.[0] as string;
    expect(await host.words('terminal_type', { terminal, input: 'print(6 * 7)\n' })).toContain('42');
    expect(await host.words('terminal_type', { terminal, input: 'exit()\n' })).toContain('has ended with 0');
  });

  test('a host that speaks stdio has the same tools', async () => {
    const client = new Client({ name: 'stdio-host', version: '1' });
    const transport = new StdioClientTransport({
      command: process.execPath,
      args: [stdioProgram, '--url', world.url, '--sandbox', sandbox],
      env: { SANDGLASS_TOKEN: world.secret },
      stderr: 'pipe',
    });
    await client.connect(transport);
    const call = async (name: string, given: Record<string, unknown>) =>
      (await client.callTool({ name, arguments: given })) as CallToolResult;
    expect((await client.listTools()).tools.length).toBe((await host.client.listTools()).tools.length);
    expect(wordsOf(await call('bash', { command: 'echo "from stdio ü"' }))).toBe('from stdio ü');
    expect(picturesOf(await call('computer_screenshot', {}))).toHaveLength(1);
    const both = await Promise.all([
      call('bash', { command: 'sleep 1; echo slow' }),
      call('bash', { command: 'echo quick' }),
    ]);
    expect(both.map(wordsOf)).toEqual(['slow', 'quick']);
    await expect(call('frobnicate', {})).rejects.toThrow('There is no tool');
    await client.close();

    const refused = new Client({ name: 'stdio-host', version: '1' });
    const wrong = new StdioClientTransport({
      command: process.execPath,
      args: [stdioProgram, '--url', world.url],
      env: { SANDGLASS_TOKEN: 'sgt_wrong' },
      stderr: 'pipe',
    });
    await expect(refused.connect(wrong)).rejects.toThrow('not known');
    await refused.close();
  });
});
