/** The vendors' tool calls in their own shapes, good and bad. What they send is held against the types of their published packages. */
import type Anthropic from '@anthropic-ai/sdk';
import { BETA_COMPUTER_MEMBER_NAME_VALUES } from '@anthropic-ai/sdk/resources/beta/messages';
import type { ComputerUseResult, Exec } from '@sandglass/protocol';
import fc from 'fast-check';
import type OpenAI from 'openai';
import { describe, expect, it } from 'vitest';
import { sizeOfPng } from '../acts/picture.ts';
import { openComputerWorld, screen } from './computerWorld.ts';

type Member = Anthropic.Beta.BetaComputerToolUseBlock;
type Action = OpenAI.Responses.ComputerAction;

const tool = (name: string, input: object) => ({ type: 'tool_use', id: 'toolu_1', name, input });
const computer = (input: object) => tool('computer', input);
const member = (name: string, input: object) => ({ ...tool(name, input), toolset_name: 'computer' });
const call = (...actions: unknown[]) => ({ type: 'computer_call', call_id: 'call_1', actions });
const said = (result: ComputerUseResult | undefined): string => {
  if (result?.type === 'tool_result')
    return result.content.map((part) => (part.type === 'text' ? part.text : '<image>')).join('|');
  return result?.type === 'message' ? result.content.map(({ text }) => text).join('|') : '';
};

describe('the toolset computer, each of whose members is a tool of its own', () => {
  it('has every member that the published package knows', async () => {
    const world = await openComputerWorld();
    for (const name of BETA_COMPUTER_MEMBER_NAME_VALUES)
      expect(said((await world.ask(member(name, {})))[0])).not.toContain('There is no');
  });

  it('does what a turn of several says, answers each under its name, and shows the screen when that is asked for', async () => {
    const world = await openComputerWorld();
    const turn: Member[] = [
      { type: 'tool_use', id: 'a', name: 'left_click', toolset_name: 'computer', input: { coordinate: [5, 6] } },
      { type: 'tool_use', id: 'b', name: 'type', toolset_name: 'computer', input: { text: 'hi' } },
      { type: 'tool_use', id: 'c', name: 'key', toolset_name: 'computer', input: { text: 'Down', repeat: 3 } },
      { type: 'tool_use', id: 'd', name: 'cursor_position', toolset_name: 'computer', input: {} },
      { type: 'tool_use', id: 'e', name: 'screenshot', toolset_name: 'computer', input: {} },
    ];
    const results = await world.ask(turn);
    // What the loop sends back.
    const content: Anthropic.Beta.BetaToolResultBlockParam[] = results as never;
    expect(content.map((one) => [one.tool_use_id, one.toolset_name, one.is_error ?? false])).toEqual(
      turn.map(({ id }) => [id, 'computer', false]),
    );
    expect(results.map(said)).toEqual(['Done.', 'Done.', 'Done.', 'X=5,Y=6', '<image>']);
    expect(world.passed.map(({ name }) => name)).toEqual(
      ['click', 'type', 'keys', 'position', 'screenshot'].map((name) => `computer.${name}`),
    );
    expect(world.sent.filter((line) => line === '+ff54')).toHaveLength(3);
  });

  it('leaves undone what comes after one that failed, and does the turn’s other tools', async () => {
    const done = { stdout: 'one\n', stderr: '', exit: { code: 0, signal: null }, timedOut: false } as unknown as Exec;
    const world = await openComputerWorld({ start: async () => done });
    const results = await world.ask([
      member('left_click', { coordinate: [5_000, 1] }),
      member('type', { text: 'rm' }),
      tool('bash', { command: 'echo one' }),
    ]);
    expect(results.map((result) => result.type === 'tool_result' && (result.is_error ?? false))).toEqual([
      true,
      true,
      false,
    ]);
    expect(said(results[0])).toContain('outside the screen, which is 1280×800');
    expect(said(results[1])).toContain('Not executed');
    expect(said(results[2])).toBe('one');
    expect(world.sent).toEqual([]);
  });

  it('knows no other toolset', async () => {
    const world = await openComputerWorld();
    const [result] = await world.ask({ ...tool('navigate', { url: 'x' }), toolset_name: 'browser' });
    expect(result).toMatchObject({ toolset_name: 'browser', is_error: true });
    expect(said(result)).toContain('CDP');
  });
});

describe('coordinates', () => {
  it('of whole pixels come back as they were given, wherever the display that was declared is no larger', async () => {
    const world = await openComputerWorld();
    const display = fc.record({
      width: fc.integer({ min: 64, max: screen.width }),
      height: fc.integer({ min: 64, max: screen.height }),
    });
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    await fc.assert(
      fc.asyncProperty(display, share, share, async (size, fx, fy) => {
        const [x, y] = [Math.floor(fx * (size.width - 1)), Math.floor(fy * (size.height - 1))];
        const results = await world.ask(
          [computer({ action: 'mouse_move', coordinate: [x, y] }), computer({ action: 'cursor_position' })],
          size,
        );
        expect(said(results[1])).toBe(`X=${x},Y=${y}`);
        const [left, top] = world.sent.at(-1)!.split(/[, ]/).map(Number);
        expect(Math.abs(left! - (x * screen.width) / size.width)).toBeLessThanOrEqual(0.5);
        expect(Math.abs(top! - (y * screen.height) / size.height)).toBeLessThanOrEqual(0.5);
      }),
      { numRuns: 25 },
    );
  });

  it('that are no pixels of the display are refused, whatever the action', async () => {
    const world = await openComputerWorld();
    for (const coordinate of [[-1, 5], [5, 801], [1e9, 1], ['5', 5], [5], 'here', [Number.NaN, 1]])
      for (const action of ['left_click', 'mouse_move', 'left_click_drag', 'left_mouse_down', 'scroll'])
        expect(
          (await world.ask(computer({ action, coordinate, scroll_direction: 'up', scroll_amount: 1 })))[0],
        ).toMatchObject({ is_error: true });
    expect(world.sent).toEqual([]);
  });

  it('of a region reach to the far edges, in either order, and need some room', async () => {
    const world = await openComputerWorld();
    const [whole] = await world.ask(computer({ action: 'zoom', region: [1280, 800, 0, 0] }));
    const [picture] = whole?.type === 'tool_result' ? whole.content : [];
    expect(sizeOfPng(Buffer.from(picture?.type === 'image' ? picture.source.data : '', 'base64'))).toEqual(screen);
    for (const region of [
      [5, 5, 5, 5],
      [0, 0, 10],
      [0, 0, 2_000, 10],
    ])
      expect((await world.ask(computer({ action: 'zoom', region })))[0]).toMatchObject({ is_error: true });
  });
});

describe('bad input is an error that the model reads', () => {
  it.each([
    [{ action: 'key', text: 'hyper+q' }, 'There is no key “hyper”'],
    [{ action: 'key', text: 'a', repeat: 101 }, 'repeat'],
    [{ action: 'key', text: 'a b c', repeat: 100 }, 'At most 256'],
    [{ action: 'hold_key', text: 'shift' }, 'hold_key needs duration'],
    [{ action: 'hold_key', text: 'shift', duration: 301 }, 'duration'],
    [{ action: 'hold_key', text: 'nokey', duration: 0.1 }, 'There is no key “nokey”'],
    [{ action: 'wait', duration: 1e9 }, '<=300'],
    [{ action: 'wait', duration: -1 }, '>=0'],
    [{ action: 'wait' }, 'wait needs duration'],
    [{ action: 'scroll', scroll_direction: 'up', scroll_amount: -3 }, 'scroll_amount'],
    [{ action: 'scroll', scroll_direction: 'sideways', scroll_amount: 3 }, 'scroll_direction'],
    [{ action: 'scroll', scroll_amount: 3 }, 'scroll needs scroll_direction'],
    [{ action: 'type', text: 'x'.repeat(20_001) }, '20000'],
    [{ action: 'left_click', coordinate: [1, 1], text: 'ctrl+nokey' }, 'There is no key “nokey”'],
    [{ action: 'left_click_drag' }, 'left_click_drag needs coordinate'],
    [{ action: 'constructor' }, 'There is no action'],
    [{}, 'action'],
  ])('%j', async (input, words) => {
    const world = await openComputerWorld();
    const [result] = await world.ask(computer(input));
    expect(result).toMatchObject({ type: 'tool_result', is_error: true });
    expect(said(result)).toContain(words);
    expect(world.sent.filter((line) => !line.endsWith(' 0'))).toEqual([]);
  });

  it('keys that are held are let go, though one of the call’s words is no key', async () => {
    const world = await openComputerWorld();
    await world.ask(computer({ action: 'left_click', coordinate: [1, 1], text: 'ctrl+shift' }));
    expect(world.sent.filter((line) => !line.includes(','))).toEqual(['+ffe3', '+ffe1', '-ffe1', '-ffe3']);
  });

  it('a command that takes too long is an error with what it had said, and the shell is there for the next', async () => {
    const slow = { stdout: 'so far\n', stderr: '', exit: null, timedOut: true } as unknown as Exec;
    const world = await openComputerWorld({ start: async () => slow });
    const [result] = await world.ask(tool('bash', { command: 'sleep 999' }));
    expect(result).toMatchObject({ is_error: true });
    expect(said(result)).toMatch(/^so far\n\[It took too long/);
    expect(said((await world.ask(tool('bash', { restart: true })))[0])).toBe('The shell was restarted.');
    expect((await world.ask(tool('bash', {})))[0]).toMatchObject({ is_error: true });
  });
});

describe('a reply that cannot be done whole', () => {
  it('is refused before anything of it is done', async () => {
    const world = await openComputerWorld();
    const move = computer({ action: 'mouse_move', coordinate: [1, 1] });
    await expect(world.ask([move, { type: 'tool_use', id: 'x' }])).rejects.toThrow('Nothing was done');
    const checked = { ...call({ type: 'move', x: 1, y: 1 }), pending_safety_checks: [{ id: 'sc', message: 'Look.' }] };
    await expect(world.ask([call({ type: 'move', x: 1, y: 1 }), checked])).rejects.toThrow('Look.');
    expect(world.passed).toEqual([]);
    expect(await world.ask([checked], { acknowledgeSafetyChecks: true })).toMatchObject([
      { status: 'completed', acknowledged_safety_checks: [{ id: 'sc', message: 'Look.' }] },
    ]);
  });
});

describe('OpenAI', () => {
  it('buttons, keys, wheel and waiting come as their names say', async () => {
    const world = await openComputerWorld();
    const actions: Action[] = [
      { type: 'click', button: 'wheel', x: 10, y: 20 },
      { type: 'click', button: 'back', x: 10, y: 20 },
      { type: 'click', button: 'right', x: 10, y: 20, keys: ['CTRL'] },
      { type: 'double_click', x: 10, y: 20, keys: null },
      { type: 'keypress', keys: ['PAGE DOWN'] },
      { type: 'keypress', keys: ['CTRL', '+'] },
      { type: 'scroll', x: 10, y: 20, scroll_x: 250, scroll_y: -99_999 },
      { type: 'move', x: 11, y: 21 },
      { type: 'wait' },
    ];
    const results = await world.ask(call(...actions));
    expect(results[0]).toMatchObject({ type: 'computer_call_output', status: 'completed' });
    expect(said(results[1])).toBe('Scrolled up by 10000 pixels only, the most at once.');
    expect(world.passed.map(({ name, arguments: given }) => [name.slice(9), given['button'] ?? given['keys']])).toEqual(
      [
        ['click', 'middle'],
        ['keys', 'alt+Left'],
        ['click', 'right'],
        ['click', 'left'],
        ['keys', 'PAGE_DOWN'],
        ['keys', 'CTRL+plus'],
        ['scroll', undefined],
        ['scroll', undefined],
        ['move', undefined],
        ['wait', undefined],
      ],
    );
    expect(world.passed.filter(({ name }) => name.endsWith('scroll')).map((one) => one.arguments)).toMatchObject([
      { direction: 'up', notches: 100 },
      { direction: 'right', notches: 3 },
    ]);
    expect(world.waitedMs).toContain(2_000);
  });

  it.each([
    [[{ type: 'drag', path: [] }], 'path'],
    [[{ type: 'keypress', keys: [] }], 'keys'],
    [[{ type: 'keypress', keys: ['HYPER'] }], 'There is no key “HYPER”'],
    [[{ type: 'click', button: 'thumb', x: 1, y: 1 }], 'button'],
    [[{ type: 'move', x: 1 }], 'y'],
    [[{ type: 'move', x: 1_281, y: 1 }], 'outside the screen'],
    [[{ type: 'scroll', x: 1, y: 1, scroll_x: Number.NaN, scroll_y: 0 }], 'scroll_x'],
    [[], 'no action'],
  ])('%j is not done, and a message beside the screenshot says why', async (actions, words) => {
    const world = await openComputerWorld();
    const [output, message] = await world.ask(call(...actions));
    expect(output).toMatchObject({ status: 'incomplete', output: { image_url: expect.stringMatching(/^data:image/) } });
    expect(said(message)).toContain(words);
    expect(world.sent).toEqual([]);
  });

  it('says how far a call of several came', async () => {
    const world = await openComputerWorld();
    const results = await world.ask(
      call({ type: 'move', x: 1, y: 1 }, { type: 'move', x: 9_999, y: 1 }, { type: 'move', x: 2, y: 2 }),
    );
    expect(said(results[1])).toMatch(
      /^Action 2 of 3 of the last computer call \(move\) was not done, nor any after it:/,
    );
    expect(world.sent).toEqual(['1,1 0']);
  });
});
