import { expect, it } from 'vitest';
import type { Caller, ScreenInput, Services } from '../../services.ts';
import { Hand } from './hand.ts';

function world() {
  const sent: string[] = [];
  const marks: unknown[] = [];
  const input: ScreenInput = {
    pointer: (x, y, buttons) => void sent.push(`${x},${y} ${buttons}`),
    key: (keysym, down) => void sent.push(`${down ? '+' : '-'}${keysym.toString(16)}`),
    clipboard: (text) => void sent.push(`clipboard ${text}`),
    resize: () => {},
    release: () => void sent.push('release'),
  };
  const log = {
    onFrame: () => () => {},
    appendFrame: (_track: string, _kind: unknown, payload: Uint8Array) =>
      void marks.push(JSON.parse(Buffer.from(payload).toString())),
  };
  const services = { screens: { input: async () => input }, sandboxes: { log: () => log } } as unknown as Services;
  const caller: Caller = { actor: 'agent', token: 'tok_a' as never, door: 'mcp' };
  const hand = new Hand({
    services,
    caller,
    sandbox: 'sbx_a' as never,
    by: 'mcp-1',
    startsAt: { x: 0, y: 0 },
    pause: async () => {},
  });
  return { hand, sent, marks };
}

it('clicks where it is, as often as it is told, and is seen to', async () => {
  const { hand, sent, marks } = world();
  await hand.move({ x: 5, y: 6 });
  await hand.click('right', 2);
  expect(sent).toEqual(['5,6 0', '5,6 4', '5,6 0', '5,6 4', '5,6 0']);
  expect(marks[1]).toMatchObject({ actor: 'agent', by: 'mcp-1', name: 'Agent', x: 5, y: 6, buttons: 4 });
  await hand.close();
});

it('drags along the way and lets go at its end', async () => {
  const { hand, sent } = world();
  await hand.drag([
    { x: 0, y: 0 },
    { x: 120, y: 60 },
  ]);
  expect(sent[1]).toBe('0,0 1');
  expect(sent).toContain('60,30 1');
  expect(sent.slice(-2)).toEqual(['120,60 1', '120,60 0']);
  await hand.close();
});

it('holds keys around what it does, and lets them go in the opposite order though it fails', async () => {
  const { hand, sent } = world();
  await expect(
    hand.holding([0xffe3, 0xffe1], async () => {
      throw new Error('no');
    }),
  ).rejects.toThrow('no');
  expect(sent).toEqual(['+ffe3', '+ffe1', '-ffe1', '-ffe3']);
  await hand.close();
});

it('types plain lines key by key, and pastes a line that has other characters', async () => {
  const { hand, sent } = world();
  await hand.type('a\r\nü b\u0007\n');
  expect(sent).toEqual([
    '+61',
    '-61',
    '+ff0d',
    '-ff0d',
    'clipboard ü b',
    '+ffe1',
    '+ff63',
    '-ff63',
    '-ffe1',
    '+ff0d',
    '-ff0d',
  ]);
  await hand.close();
});

it('lets go of everything when it leaves', async () => {
  const { hand, sent } = world();
  await hand.press('left');
  await hand.close();
  expect(sent.at(-1)).toBe('release');
});
