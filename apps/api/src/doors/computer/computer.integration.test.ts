/**
 * The computer-use door on a real desktop. The shapes are checked against the vendors' own types: what is sent is what their APIs send,
 * what comes back is assigned to what they take.
 */
import type Anthropic from '@anthropic-ai/sdk';
import type { ComputerUseResult, SandboxId } from '@sandglass/protocol';
import type OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasImage, KeeperWorld } from '../../drivers/local/keeperWorld.ts';
import { person } from '../../sandboxes/testWorld.ts';
import { sizeOfPng } from '../acts/picture.ts';
import { DoorWorld } from '../doorWorld.ts';

type ToolUse = Pick<Anthropic.Beta.BetaToolUseBlock, 'type' | 'id' | 'name' | 'input'>;
type ComputerCall = OpenAI.Responses.ResponseComputerToolCall;

describe.skipIf(!hasImage('desktop'))('the computer-use door', () => {
  let keeper: KeeperWorld;
  let world: DoorWorld;
  let sandbox: SandboxId;

  beforeAll(async () => {
    keeper = await KeeperWorld.open();
    world = await DoorWorld.open([], () => keeper.openDriver());
    sandbox = (await world.rooms.create({ image: 'desktop' })).id;
  });
  afterAll(async () => {
    await world.killAll();
    await world[Symbol.asyncDispose]();
    await keeper[Symbol.asyncDispose]();
  });

  async function send(body: unknown, query = ''): Promise<Response> {
    return await fetch(`${world.url}/v1/sandboxes/${sandbox}/computer${query}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${world.secret}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  }
  async function done(body: unknown, query = ''): Promise<ComputerUseResult[]> {
    const response = await send(body, query);
    if (!response.ok) throw new Error(await response.text());
    return (await response.json()) as ComputerUseResult[];
  }
  let lastId = 0;
  const use = (name: string, input: unknown): ToolUse => ({ type: 'tool_use', id: `toolu_${++lastId}`, name, input });
  async function tool(name: string, input: unknown, query = ''): Promise<Anthropic.Beta.BetaToolResultBlockParam> {
    const block = use(name, input);
    const [result] = await done(block, query);
    if (result?.type !== 'tool_result') throw new Error('no tool_result');
    expect(result.tool_use_id).toBe(block.id);
    return result as Anthropic.Beta.BetaToolResultBlockParam;
  }
  const textOf = ({ content }: Anthropic.Beta.BetaToolResultBlockParam): string =>
    (content as { type: string; text?: string }[]).map((part) => part.text ?? `<${part.type}>`).join('\n');
  const pictureOf = ({ content }: Anthropic.Beta.BetaToolResultBlockParam): Buffer => {
    const part = (content as Anthropic.Beta.BetaImageBlockParam[]).find(({ type }) => type === 'image');
    if (part?.source.type !== 'base64') throw new Error('no picture');
    return Buffer.from(part.source.data, 'base64');
  };
  const computer = (input: Record<string, unknown>, query = '') => tool('computer', input, query);
  const shell = async (command: string) => textOf(await tool('bash', { command }));
  const pointer = () => shell('DISPLAY=:1 xdotool getmouselocation | cut -d" " -f1,2');

  test('Anthropic: every action of every version, scaled to the declared display both ways', async () => {
    const half = '?width=640&height=400';
    // Nobody has moved it yet.
    const [x, y] = (await pointer()).match(/\d+/g)!;
    expect(textOf(await computer({ action: 'cursor_position' }))).toBe(`X=${x},Y=${y}`);
    const shot = await computer({ action: 'screenshot' }, half);
    expect(sizeOfPng(pictureOf(shot))).toEqual({ width: 640, height: 400 });
    await computer({ action: 'mouse_move', coordinate: [100, 50] }, half);
    expect(await pointer()).toBe('x:200 y:100');
    expect(textOf(await computer({ action: 'cursor_position' }, half))).toBe('X=100,Y=50');
    expect(textOf(await computer({ action: 'cursor_position' }))).toBe('X=200,Y=100');
    for (const action of ['left_click', 'right_click', 'middle_click', 'double_click', 'triple_click']) {
      expect(textOf(await computer({ action, coordinate: [600, 300] }))).toBe('<image>');
      await computer({ action: 'key', text: 'Escape' });
    }
    await computer({ action: 'left_click_drag', start_coordinate: [100, 100], coordinate: [300, 200] });
    expect(await pointer()).toBe('x:300 y:200');
    await computer({ action: 'left_click_drag', coordinate: [310, 210] });
    await computer({ action: 'left_mouse_down' });
    await computer({ action: 'mouse_move', coordinate: [320, 220] });
    await computer({ action: 'left_mouse_up' });
    await computer({
      action: 'scroll',
      coordinate: [600, 300],
      scroll_direction: 'down',
      scroll_amount: 3,
      text: 'shift',
    });
    await computer({ action: 'hold_key', text: 'shift', duration: 0.2 });
    await computer({ action: 'wait', duration: 0.2 });
    const zoomed = await computer({ action: 'zoom', region: [0, 0, 320, 200] }, half);
    expect(sizeOfPng(pictureOf(zoomed))).toEqual({ width: 640, height: 400 });
    const turn = [
      { ...use('left_click', { coordinate: [601, 301] }), toolset_name: 'computer' },
      { ...use('key', { text: 'Escape', repeat: 2 }), toolset_name: 'computer' },
      { ...use('screenshot', {}), toolset_name: 'computer' },
    ];
    const answers = (await done(turn)) as Anthropic.Beta.BetaToolResultBlockParam[];
    expect(answers.map(textOf)).toEqual(['Done.', 'Done.', '<image>']);
    expect(answers.map(({ toolset_name: toolset }) => toolset)).toEqual(['computer', 'computer', 'computer']);
    expect(await pointer()).toBe('x:601 y:301');
    const asked = world.rooms.events(sandbox, 'call.asked').filter(({ name }) => name.startsWith('computer.'));
    expect(asked.every(({ door }) => door === 'computer')).toBe(true);
    expect(asked.map(({ summary }) => summary)).toContain('computer.click 600,300 “left” double');
    expect(asked.map(({ summary }) => summary)).toContain('computer.move 200,100');
  });

  test('Anthropic: type and key reach the window that has the focus', async () => {
    await shell(`(DISPLAY=:1 setsid lxterminal -e "bash -c 'cat > /tmp/typed; sleep 99'" >/dev/null 2>&1 &)
      until DISPLAY=:1 xdotool search --onlyvisible --class lxterminal >/dev/null 2>&1; do sleep 0.1; done; sleep 1`);
    await computer({ action: 'type', text: 'ünï — 1\n' });
    await computer({ action: 'key', text: 'a' });
    await computer({ action: 'key', text: 'Return' });
    await computer({ action: 'key', text: 'ctrl+d' });
    expect(await shell('cat /tmp/typed')).toBe('ünï — 1\na');
  });

  test('Anthropic: bash and both names of the editor', async () => {
    expect(await shell('cd /tmp && x=1')).toBe('[no output]');
    world.rooms.services.gate.send(person, sandbox, 'Mind the gap.');
    expect(await shell('pwd; echo $x')).toMatch(/^\/tmp\n1\n\[From .*: Mind the gap\.\]$/);
    expect(textOf(await tool('bash', { restart: true }))).toContain('restarted');
    expect(await shell('pwd')).toBe('/home/user');
    const path = '/home/user/work/a.py';
    const edit = (input: Record<string, unknown>, name = 'str_replace_based_edit_tool') =>
      tool(name, { path, ...input });
    expect(textOf(await edit({ command: 'create', file_text: 'one\ntwo\nthree\n' }))).toContain('Created');
    expect(textOf(await edit({ command: 'view' }))).toBe('     1\tone\n     2\ttwo\n     3\tthree');
    expect(textOf(await edit({ command: 'view', view_range: [2, -1] }))).toBe('     2\ttwo\n     3\tthree');
    expect(
      textOf(await edit({ command: 'str_replace', old_str: 'two', new_str: 'zwei' }, 'str_replace_editor')),
    ).toContain('zwei');
    expect(textOf(await edit({ command: 'insert', insert_line: 0, insert_text: '# top' }))).toContain('# top');
    expect(textOf(await edit({ command: 'undo_edit' }))).toContain('undone');
    expect(textOf(await edit({ command: 'undo_edit' }))).toContain('undone');
    expect(await shell(`cat ${path}`)).toBe('one\ntwo\nthree');
    expect(textOf(await edit({ command: 'view', path: '/home/user/work' }))).toContain(path);
    await shell('head -c 5000 /dev/zero | tr "\\0" x > /home/user/work/long');
    const long = await tool(
      'str_replace_based_edit_tool',
      { command: 'view', path: '/home/user/work/long' },
      '?maxCharacters=200',
    );
    expect(textOf(long)).toContain('characters left out');
    expect(textOf(long).length).toBeLessThan(300);
    for (const bad of [
      { command: 'view', path: '/home/user/work', view_range: [1, 2] },
      { command: 'view', view_range: [3, 1] },
      { command: 'view', view_range: [99, 100] },
      { command: 'view', path: 'work/a.py\0' },
      { command: 'str_replace', old_str: 'e', new_str: 'x' },
      { command: 'str_replace', old_str: 'nope', new_str: 'x' },
      { command: 'insert', insert_line: 99, insert_text: 'x' },
      { command: 'view', path: '/nope' },
      { command: 'shred' },
    ])
      expect(await edit(bad)).toMatchObject({ is_error: true });
  });

  test('Anthropic: a whole reply is given and its results come back; what cannot be done is an error that the model reads', async () => {
    const reply: Anthropic.Beta.BetaMessage['content'] = [
      { type: 'text', text: 'I will look.', citations: null },
      use('bash', { command: 'echo 1' }) as Anthropic.Beta.BetaToolUseBlock,
      use('computer', { action: 'levitate' }) as Anthropic.Beta.BetaToolUseBlock,
      use('computer', { action: 'left_click', coordinate: [5000, 1] }) as Anthropic.Beta.BetaToolUseBlock,
      use('computer', { action: 'key' }) as Anthropic.Beta.BetaToolUseBlock,
      use('get_weather', {}) as Anthropic.Beta.BetaToolUseBlock,
    ];
    const results = (await done(reply)) as Anthropic.Beta.BetaToolResultBlockParam[];
    // The line of a loop that sends them back.
    const message: Anthropic.Beta.BetaMessageParam = { role: 'user', content: results };
    expect(message.content).toHaveLength(5);
    expect(results.map((result) => result.is_error ?? false)).toEqual([false, true, true, true, true]);
    expect(results.map(textOf)).toEqual([
      '1',
      expect.stringContaining('left_click_drag'),
      expect.stringContaining('outside the screen'),
      'key needs text.',
      expect.stringContaining('get_weather'),
    ]);
  });

  test('OpenAI: every action, one or several, each answered with a screenshot', async () => {
    const call = (action: unknown, more: Partial<ComputerCall> = {}): ComputerCall => ({
      type: 'computer_call',
      id: 'cu_1',
      call_id: `call_${++lastId}`,
      pending_safety_checks: [],
      status: 'completed',
      ...(action === null ? {} : { action: action as NonNullable<ComputerCall['action']> }),
      ...more,
    });
    const actions: OpenAI.Responses.ComputerAction[] = [
      { type: 'move', x: 400, y: 300 },
      { type: 'click', button: 'left', x: 400, y: 300 },
      { type: 'double_click', x: 400, y: 300, keys: null },
      { type: 'click', button: 'right', x: 401, y: 301, keys: ['SHIFT'] },
      { type: 'keypress', keys: ['ESC'] },
      { type: 'keypress', keys: ['CTRL', 'A'] },
      { type: 'scroll', x: 400, y: 300, scroll_x: 0, scroll_y: -200 },
      {
        type: 'drag',
        path: [
          { x: 100, y: 700 },
          { x: 150, y: 650 },
        ],
      },
      { type: 'type', text: 'ok' },
      { type: 'wait' },
      { type: 'screenshot' },
    ];
    const one = call({ type: 'move', x: 123, y: 77 });
    const input = (await done([
      { type: 'reasoning', id: 'rs_1', summary: [] },
      one,
    ])) as OpenAI.Responses.ResponseInputItem[];
    const [output] = input as OpenAI.Responses.ResponseInputItem.ComputerCallOutput[];
    expect(output).toMatchObject({ type: 'computer_call_output', call_id: one.call_id, status: 'completed' });
    const url = output?.output.image_url as string;
    expect(url).toMatch(/^data:image\/png;base64,/);
    expect(sizeOfPng(Buffer.from(url.split(',')[1] as string, 'base64'))).toEqual({ width: 1280, height: 800 });
    expect(await pointer()).toBe('x:123 y:77');
    expect(await done(call(null, { actions }))).toHaveLength(1);
    const summaries = world.rooms.events(sandbox, 'call.asked').map(({ summary }) => summary);
    expect(summaries).toContain('computer.keys CTRL+A');
    expect(summaries).toContain('computer.scroll up 2 at 400,300');

    const unknown = await done(call({ type: 'levitate' }));
    expect(unknown).toMatchObject([
      { type: 'computer_call_output', status: 'incomplete' },
      {
        type: 'message',
        role: 'developer',
        content: [{ type: 'input_text', text: expect.stringContaining('levitate') }],
      },
    ]);
    const items: OpenAI.Responses.ResponseInputItem[] = unknown as OpenAI.Responses.ResponseInputItem[];
    expect(items).toHaveLength(2);
  });

  test('OpenAI: a call that is to be checked first is not done until somebody says that it was', async () => {
    const checked: ComputerCall = {
      type: 'computer_call',
      id: 'cu_2',
      call_id: 'call_checked',
      pending_safety_checks: [{ id: 'sc_1', code: 'malicious_instructions', message: 'Look at this first.' }],
      status: 'completed',
      action: { type: 'move', x: 9, y: 9 },
    };
    const refused = await send(checked);
    expect(refused.status).toBe(422);
    expect(await refused.json()).toMatchObject({
      code: 'unprocessable',
      detail: expect.stringContaining('Look at this first.'),
    });
    expect(await done(checked, '?acknowledgeSafetyChecks=true')).toMatchObject([
      { acknowledged_safety_checks: [{ id: 'sc_1' }], status: 'completed' },
    ]);
  });

  test('bad input is refused in words', async () => {
    expect((await send({ type: 'tool_use', id: 'x' })).status).toBe(400);
    expect((await send('nonsense')).status).toBe(400);
    expect((await send(use('bash', { command: 'true' }), '?width=100')).status).toBe(400);
    const other = await fetch(`${world.url}/v1/sandboxes/sbx_unknown/computer`, {
      method: 'POST',
      headers: { authorization: `Bearer ${world.secret}`, 'content-type': 'application/json' },
      body: JSON.stringify(use('bash', { command: 'true' })),
    });
    expect(other.status).toBe(404);
    const base = await world.rooms.create({ image: 'base' });
    const screenless = await fetch(`${world.url}/v1/sandboxes/${base.id}/computer`, {
      method: 'POST',
      headers: { authorization: `Bearer ${world.secret}`, 'content-type': 'application/json' },
      body: JSON.stringify(use('computer', { action: 'screenshot' })),
    });
    expect(await screenless.json()).toMatchObject([
      { is_error: true, content: [{ text: expect.stringContaining('no screen') }] },
    ]);
  });
});
