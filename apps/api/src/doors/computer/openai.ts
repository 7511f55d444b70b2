/** OpenAI's computer tools (`computer` and `computer_use_preview`): one action or several, then always a screenshot. */
import { AppError, type ComputerCall, type ComputerUseResult } from '@sandglass/protocol';
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
/** Further is asked for by another call. */
const MAX_NOTCHES = 100;
const WAIT_MS = 2_000;

export interface CallPlace {
  readonly desk: Desk;
  readonly asking: Asking;
  readonly carryOut: <T>(work: () => Promise<T>) => Promise<T>;
  readonly hear: () => string[];
  /** @throws what the model cannot help */
  readonly wordsFor: (thrown: unknown) => string;
}

/** Its output, and a message beside it when there is something to say. */
export async function runOpenaiCall(call: ComputerCall, at: CallPlace): Promise<ComputerUseResult[]> {
  const { desk, asking } = at;
  const said: string[] = [];
  let failure: string | null = null;
  let done = 0;
  const given = call.actions?.length ? call.actions : call.action ? [call.action] : [];
  let actions: readonly Action[] = [];
  try {
    actions = actionsOf(given);
    await at.carryOut(async () => {
      for (const action of actions) {
        said.push(await runAction(action, desk, asking));
        done++;
      }
    });
  } catch (thrown) {
    failure = `${notDone(actions, done)} ${at.wordsFor(thrown)}`;
  }
  const onlyLooks = given.every(({ type }) => type === 'screenshot');
  const { computer } = desk;
  const shot = onlyLooks ? await computer.screenshot(asking) : await computer.settled(asking.signal);
  const checks = (call.pending_safety_checks ?? []).map(({ id, code, message }) => ({ id, code, message }));
  const output: ComputerUseResult = {
    type: 'computer_call_output',
    call_id: call.call_id,
    output: {
      type: 'computer_screenshot',
      image_url: `data:image/png;base64,${Buffer.from(shot.png).toString('base64')}`,
    },
    status: failure === null ? 'completed' : 'incomplete',
    ...(checks.length === 0 ? {} : { acknowledged_safety_checks: checks }),
  };
  const words = [...at.hear(), ...said, failure ?? ''].filter(Boolean);
  if (words.length === 0) return [output];
  return [output, { type: 'message', role: 'developer', content: [{ type: 'input_text', text: words.join('\n') }] }];
}

function notDone(actions: readonly Action[], done: number): string {
  const action = actions[done];
  if (action === undefined || actions.length === 1) return 'The last computer call was not done:';
  const rest = done + 1 < actions.length ? ', nor any after it' : '';
  return `Action ${done + 1} of ${actions.length} of the last computer call (${action.type}) was not done${rest}:`;
}

/** All of them known before the first is done. @throws AppError badRequest */
function actionsOf(given: readonly Record<string, unknown>[]): Action[] {
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
async function runAction(action: Action, { computer }: Desk, asking: Asking): Promise<string> {
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
        const wanted = Math.max(1, Math.round(Math.abs(pixels) / PIXELS_A_NOTCH));
        const notches = Math.min(MAX_NOTCHES, wanted);
        const direction = pixels < 0 ? back : forth;
        said.push(await computer.do('scroll', { at: { x, y }, direction, notches, ...holding(keys) }, asking));
        if (wanted > notches)
          said.push(`Scrolled ${direction} by ${notches * PIXELS_A_NOTCH} pixels only, the most at once.`);
      }
      return said.filter(Boolean).join('\n');
    }
    case 'type':
      return await computer.do('type', { text: action.text }, asking);
    case 'wait':
      return await computer.do('wait', { durationMs: WAIT_MS }, asking);
    case 'screenshot':
      return '';
  }
}

/** Keys that are named apart are one chord. A key whose name is `+` or a space is called by its name, and a name is one word. */
function chordOf(keys: readonly string[]): string {
  const words = keys.map((key) => (key === '+' ? 'plus' : key === ' ' ? 'space' : key.trim().replace(/\s+/g, '_')));
  return words.join('+');
}
