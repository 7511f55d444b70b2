/** OpenAI's computer tools (`computer` and `computer_use_preview`): one action or several, then always a screenshot. */
import { AppError, type ComputerCall } from '@sandglass/protocol';
import { z } from 'zod';
import type { Asking } from '../acts/asking.ts';
import type { Desk } from '../acts/desk.ts';
import { parse } from './parse.ts';

const Keys = z.array(z.string().min(1).max(40)).max(16).nullish();
const place = { x: z.number(), y: z.number() };
const Action = z.discriminatedUnion('type', [
  z.looseObject({
    type: z.literal('click'),
    button: z.enum(['left', 'right', 'wheel', 'back', 'forward']).default('left'),
    ...place,
    keys: Keys,
  }),
  z.looseObject({ type: z.literal('double_click'), ...place, keys: Keys }),
  z.looseObject({ type: z.literal('drag'), path: z.array(z.looseObject(place)).min(2).max(200), keys: Keys }),
  z.looseObject({ type: z.literal('keypress'), keys: z.array(z.string().min(1).max(40)).min(1).max(16) }),
  z.looseObject({ type: z.literal('move'), ...place, keys: Keys }),
  z.looseObject({ type: z.literal('screenshot') }),
  z.looseObject({ type: z.literal('scroll'), ...place, scroll_x: z.number(), scroll_y: z.number(), keys: Keys }),
  z.looseObject({ type: z.literal('type'), text: z.string() }),
  z.looseObject({ type: z.literal('wait') }),
]);
type Action = z.infer<typeof Action>;
const known = Action.options.map((option) => option.shape.type.value);

/** Models think in pixels, a wheel in notches. */
const PIXELS_A_NOTCH = 100;
const WAIT_MS = 2_000;

/** Those of a call, all of them known before the first is done. @throws AppError badRequest */
export function actionsOf({ action, actions }: ComputerCall): Action[] {
  const given = actions?.length ? actions : action ? [action] : [];
  if (given.length === 0) throw new AppError('badRequest', 'This computer_call has no action.');
  return given.map((each) => {
    if (!(known as readonly unknown[]).includes(each['type']))
      throw new AppError(
        'badRequest',
        `There is no action “${String(each['type']).slice(0, 60)}”. Those there are: ${known.join(', ')}.`,
      );
    return parse(Action, each);
  });
}

/** @returns what was said meanwhile, in words */
export async function runOpenaiAction(action: Action, { computer }: Desk, asking: Asking): Promise<string> {
  const holding = (keys: readonly string[] | null | undefined) => (keys?.length ? { holding: [...keys] } : {});
  switch (action.type) {
    case 'click': {
      const { x, y, button, keys } = action;
      // X knows these two as buttons that few programs hear; every browser hears the keys.
      if (button === 'back') return await computer.do('keys', { keys: 'alt+Left' }, asking);
      if (button === 'forward') return await computer.do('keys', { keys: 'alt+Right' }, asking);
      const which = button === 'wheel' ? 'middle' : button;
      return await computer.do('click', { at: { x, y }, button: which, ...holding(keys) }, asking);
    }
    case 'double_click':
      return await computer.do(
        'click',
        { at: { x: action.x, y: action.y }, times: 2, ...holding(action.keys) },
        asking,
      );
    case 'drag': {
      const path = action.path.map(({ x, y }) => ({ x, y }));
      return await computer.do('drag', { path, ...holding(action.keys) }, asking);
    }
    case 'keypress':
      return await computer.do('keys', { keys: chordOf(action.keys) }, asking);
    case 'move':
      return await computer.do('move', { at: { x: action.x, y: action.y }, ...holding(action.keys) }, asking);
    case 'scroll': {
      const { x, y, scroll_x, scroll_y, keys } = action;
      const said: string[] = [];
      for (const [pixels, back, forth] of [
        [scroll_y, 'up', 'down'],
        [scroll_x, 'left', 'right'],
      ] as const) {
        if (pixels === 0) continue;
        const notches = Math.min(100, Math.max(1, Math.round(Math.abs(pixels) / PIXELS_A_NOTCH)));
        const direction = pixels < 0 ? back : forth;
        said.push(await computer.do('scroll', { at: { x, y }, direction, notches, ...holding(keys) }, asking));
      }
      return said.join('');
    }
    case 'type':
      return await computer.do('type', { text: action.text }, asking);
    case 'wait':
      return await computer.do('wait', { durationMs: WAIT_MS }, asking);
    case 'screenshot':
      return '';
  }
}

/** Keys that are named apart are one chord. A key whose name is `+` or a space is called by its name. */
function chordOf(keys: readonly string[]): string {
  return keys.map((key) => (key === '+' ? 'plus' : key === ' ' ? 'space' : key)).join('+');
}
