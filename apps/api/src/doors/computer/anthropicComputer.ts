/** What Anthropic's models do to a screen, as one tool with an `action` or as a toolset of as many tools. */
import { AppError } from '@sandglass/protocol';
import { z } from 'zod';
import type { Asking } from '../acts/asking.ts';
import type { Desk } from '../acts/desk.ts';
import type { Point } from '../acts/scale.ts';
import type { Part } from './anthropic.ts';
import { parse } from './parse.ts';

const Coordinate = z.tuple([z.number(), z.number()]);
/** What their documentation says is the most. */
const MAX_SECONDS = 300;
const Seconds = z.number().min(0).max(MAX_SECONDS);
const Input = z.looseObject({
  action: z.string().max(100),
  coordinate: Coordinate.nullish(),
  start_coordinate: Coordinate.nullish(),
  text: z.string().nullish(),
  key: z.string().nullish(),
  repeat: z.number().int().min(1).max(100).nullish(),
  duration: Seconds.nullish(),
  scroll_direction: z.enum(['up', 'down', 'left', 'right']).nullish(),
  scroll_amount: z.number().min(0).max(100).nullish(),
  region: z.tuple([z.number(), z.number(), z.number(), z.number()]).nullish(),
});
type Input = z.infer<typeof Input>;

const clicks: Readonly<Record<string, { button: 'left' | 'right' | 'middle'; times: number }>> = {
  left_click: { button: 'left', times: 1 },
  right_click: { button: 'right', times: 1 },
  middle_click: { button: 'middle', times: 1 },
  double_click: { button: 'left', times: 2 },
  triple_click: { button: 'left', times: 3 },
};
const known = [
  ...['screenshot', 'cursor_position', 'key', 'hold_key', 'type', 'mouse_move'],
  ...Object.keys(clicks),
  ...['left_click_drag', 'left_mouse_down', 'left_mouse_up', 'scroll', 'wait', 'zoom'],
];

/** One tool answers each action with a picture of what came of it; a member of the toolset with words, and a picture when it is asked for one. */
export async function runComputer(
  given: Record<string, unknown>,
  { computer }: Desk,
  asking: Asking,
  as: 'tool' | 'member',
): Promise<Part[]> {
  const input = parse(Input, given);
  const { action, text } = input;
  const at = pointOf(input.coordinate);
  const there = at ? { at } : {};
  const holding = (input.key ?? text)?.split('+').filter(Boolean);
  const held = holding?.length ? { holding } : {};
  const needed = <K extends keyof Input & string>(name: K): NonNullable<Input[K]> => {
    const value = input[name];
    if (value === null || value === undefined) throw new AppError('badRequest', `${action} needs ${name}.`);
    return value;
  };
  const look = async (words: string): Promise<Part[]> => {
    if (as === 'member') return [{ text: words === '' ? 'Done.' : words }];
    return [...(words === '' ? [] : [{ text: words }]), { png: (await computer.settled(asking.signal)).png }];
  };
  const click = Object.hasOwn(clicks, action) ? clicks[action] : undefined;
  if (click) return await look(await computer.do('click', { ...there, ...click, ...held }, asking));
  switch (action) {
    case 'screenshot':
      return [{ png: (await computer.screenshot(asking)).png }];
    case 'cursor_position':
      return [{ text: await computer.do('position', {}, asking) }];
    case 'key': {
      const times = input.repeat ? { times: input.repeat } : {};
      return await look(await computer.do('keys', { keys: needed('text'), ...times }, asking));
    }
    case 'hold_key': {
      const durationMs = needed('duration') * 1000;
      return await look(await computer.do('hold', { keys: needed('text'), durationMs }, asking));
    }
    case 'type':
      return await look(await computer.do('type', { text: needed('text') }, asking));
    case 'mouse_move':
      return await look(await computer.do('move', { at: point(needed('coordinate')) }, asking));
    case 'left_click_drag': {
      const path = [pointOf(input.start_coordinate) ?? computer.pointer, point(needed('coordinate'))];
      return await look(await computer.do('drag', { path, ...held }, asking));
    }
    case 'left_mouse_down':
    case 'left_mouse_up':
      return await look(await computer.do(action === 'left_mouse_down' ? 'press' : 'lift', there, asking));
    case 'scroll': {
      const direction = needed('scroll_direction');
      const notches = Math.round(needed('scroll_amount'));
      return await look(await computer.do('scroll', { ...there, direction, notches, ...held }, asking));
    }
    case 'wait':
      return await look(await computer.do('wait', { durationMs: needed('duration') * 1000 }, asking));
    case 'zoom': {
      const [x0, y0, x1, y1] = needed('region');
      return [{ png: await computer.zoom({ from: { x: x0, y: y0 }, to: { x: x1, y: y1 } }, asking) }];
    }
    default:
      throw new AppError('badRequest', `There is no action “${action}”. Those there are: ${known.join(', ')}.`);
  }
}

const point = ([x, y]: readonly [number, number]): Point => ({ x, y });
const pointOf = (value: Input['coordinate']): Point | undefined => (value ? point(value) : undefined);
